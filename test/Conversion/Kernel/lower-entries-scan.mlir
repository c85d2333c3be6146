// RUN: nnc-opt %root/test/Conversion/Inputs/planned-scan.mlir --planned-to-linalg --kernel-emit-plain --kernel-lower-entries --canonicalize --cse | FileCheck %s
// RUN: nnc-opt %s --kernel-lower-entries --split-input-file --verify-diagnostics

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[CALL:[^:]*]]: !llvm.ptr{{[^%]*}}, %[[X:[^:]*]]: memref<1x5x8xf32>{{[^%]*}}, %[[Y:[^:]*]]: memref<1x5x8xf32>{{[^%]*}}, %[[LAST:[^:]*]]: memref<1x8xf32>{{[^%]*}}, %{{.*}}: memref<1xi8>{{[^%]*}}, %[[WORK:[^:]*]]: memref<256xi8>{{[^%]*}}, %[[B:[^:]*]]: index{{[^%]*}}, %[[TID:[^:]*]]: index{{[^%]*}}, %[[THREADS:[^:]*]]: index{{[^%]*}})
// CHECK: call @nnc_barrier
// The loop, and in it the launch: step k reads buffer k mod 2 of the carry and writes the other.
// CHECK: scf.for %[[K:.*]] = %c0 to %c5 step %c1 {
// CHECK-DAG: %[[XP:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1], strides: [1] : memref<1x5x8xf32> to memref<1xf32>
// CHECK-DAG: %[[YP:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [1], strides: [1]
// CHECK-DAG: %[[BYTES:.*]] = arith.muli %[[K]], %c32
// CHECK-DAG: %[[AT:.*]] = arith.divui %[[BYTES]], %c4
// CHECK-DAG: %[[ODD:.*]] = arith.remui %[[K]], %c2
// CHECK-DAG: %[[EVEN:.*]] = arith.cmpi eq, %[[ODD]], %c0
// CHECK-DAG: %[[OLD:.*]] = arith.select %[[EVEN]], %c0, %c128
// CHECK-DAG: %[[READ:.*]] = memref.view %[[WORK]][%[[OLD]]][] : memref<256xi8> to memref<1x8xf32>
// CHECK-DAG: %[[ISODD:.*]] = arith.cmpi eq, %[[ODD]], %c1
// CHECK-DAG: %[[NEW:.*]] = arith.select %[[ISODD]], %c0, %c128
// CHECK-DAG: %[[WRITTEN:.*]] = memref.view %[[WORK]][%[[NEW]]][] : memref<256xi8> to memref<1x8xf32>
// CHECK: scf.for %[[TASK:.*]] = %[[TID]] to %{{.*}} step %[[THREADS]] {
// CHECK: func.call @k1_add_tanh(%[[XP]], %[[READ]], %[[WRITTEN]], %[[YP]], %[[AT]], %[[AT]], %[[B]], %[[TASK]])
// CHECK: func.call @nnc_barrier
// CHECK: }
// CHECK: call @nnc_barrier
// Five steps: the last carry is in the second buffer.
// CHECK: %[[FINAL:.*]] = memref.view %[[WORK]][%c128][]
// CHECK: func.call @k2_copy(%[[FINAL]], %[[LAST]],

!h = tensor<4xf32>
!s = tensor<3x4xf32>
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %task: index) attributes {nnc.sizes = []} {
  return
}
func.func private @v(%x: memref<1xf32>, %y: memref<4xf32>, %at: index, %task: index) attributes {nnc.sizes = [], nnc.views = array<i64: 0>} {
  return
}
// Backwards, and the number of the step as a kernel reads it.
func.func private @t(%t: memref<1xi64>, %x: memref<4xf32>, %y: memref<4xf32>, %task: index) attributes {nnc.sizes = []} {
  return
}
nn.entry @reverse(%x: !s {nn.name = "x"}, %h0: !h {nn.name = "h0"}) -> (!h {nn.name = "y"}) attributes {sizes = [], work_bytes = 128 : i64} {
  %start = nn.launch @k(%h0) into [#nn.buf<scratch, 0, offset = 0>] tasks <1> : (!h) -> !h
  %last = nn.scan reverse steps #nn.dims<3> consts() init(%start) xs(%x) [0] ys [] : (!h, !s) -> !h attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = []} {
  ^step(%t: tensor<i64>, %h: !h, %xt: !h):
    %m = nn.launch @v(%xt) into [#nn.buf<scratch, 2, offset = 32>] tasks <1> : (!h) -> !h
    %n = nn.launch @t(%t, %m) into [#nn.buf<carry, 0>] tasks <1> : (tensor<i64>, !h) -> !h
    nn.yield %n : !h
  }
  %y = nn.launch @k(%last) into [#nn.buf<output, 0>] tasks <1> : (!h) -> !h
  nn.return %y : !h
}
// -----

!h = tensor<4xf32>
!s = tensor<3x4xf32>
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %task: index) attributes {nnc.sizes = []} {
  return
}
nn.entry @whole(%x: !s {nn.name = "x"}) -> (!h {nn.name = "y"}) attributes {sizes = [], work_bytes = 128 : i64} {
  %part = nn.slice %x low [1, 0] : !s -> tensor<1x4xf32>
  %row = nn.slice %x low [0, 1] : !s -> tensor<3x2xf32>
  // expected-error @+1 {{passes part of a buffer to '@k', which takes it whole}}
  %y = nn.launch @k(%row) into [#nn.buf<output, 0>] tasks <1> : (tensor<3x2xf32>) -> !h
  nn.return %y : !h
}

// -----

!h = tensor<4xf32>
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %task: index) attributes {nnc.sizes = []} {
  return
}
nn.entry @start(%x: !h {nn.name = "x"}) -> (!h {nn.name = "y"}) attributes {sizes = [], work_bytes = 128 : i64} {
  // expected-error @+1 {{starts carry 0 in another place than its first buffer}}
  %y = nn.scan steps #nn.dims<3> consts() init(%x) xs() [] ys [] : (!h) -> !h attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = []} {
  ^step(%t: tensor<i64>, %h: !h):
    %n = nn.launch @k(%h) into [#nn.buf<carry, 0>] tasks <1> : (!h) -> !h
    nn.yield %n : !h
  }
  nn.return %y : !h
}

// -----

!h = tensor<4xf32>
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %task: index) attributes {nnc.sizes = []} {
  return
}
nn.entry @yields(%x: !h {nn.name = "x"}) -> (!h {nn.name = "y"}) attributes {sizes = [], work_bytes = 128 : i64} {
  %s = nn.launch @k(%x) into [#nn.buf<scratch, 0, offset = 0>] tasks <1> : (!h) -> !h
  // expected-error @+1 {{yields carry 0 from another place than the plan's}}
  %y = nn.scan steps #nn.dims<3> consts() init(%s) xs() [] ys [] : (!h) -> !h attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = []} {
  ^step(%t: tensor<i64>, %h: !h):
    nn.yield %h : !h
  }
  nn.return %y : !h
}

// -----

!f = tensor<?x4xf32, #nn.dims<T, 4>>
nn.entry @free(%x: !f {nn.name = "x"}) -> (!f {nn.name = "y"}) attributes {sizes = [#nn.size<"T" max 9>], work_bytes = 128 : i64} {
  // expected-error @+1 {{has a free number of steps}}
  %y = nn.scan steps #nn.dims<T> consts() init() xs(%x) [0] ys [0] : (!f) -> !f attributes {nn.carries = [], nn.stacks = [#nn.buf<output, 0>]} {
  ^step(%t: tensor<i64>, %xt: tensor<4xf32>):
    nn.yield %xt : tensor<4xf32>
  }
  nn.return %y : !f
}
