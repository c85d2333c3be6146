// What the emitters write, and what they leave to the plain form.
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=16 registers=32" --remarks-filter=nnc --remark-format=emitRemark 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=8 registers=16 twins" | FileCheck %s --check-prefix=NARROW

!x = tensor<?x20xf32, #nn.dims<B, 20>>
!h = tensor<?x64xf32, #nn.dims<B, 64>>
!panel = tensor<64x20xf32, #nn.dims<64, 20 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>

// A register tile of 6 x 4, broadcast elements; remainders of 4, 2 and 1 rows are members of its family. The last one
// keeps the loop over its only row, and so the form of the others.
// CHECK-LABEL: func.func private @forward_tile_6(
// CHECK-SAME: memref<1x20xf32> {llvm.noalias}
// CHECK-SAME: %{{.*}}: index {nnc.name = "row"}) attributes {nnc.family = "forward_tile", nnc.family_args = {rows = 6 : i64}, nnc.inline}
// CHECK-DAG: memref.alloca() {nnc.name = "acc"} : memref<6x4xvector<16xf32>>
// CHECK-DAG: memref.alloca() {nnc.name = "w"} : memref<4xvector<16xf32>>
// CHECK: scf.for
// CHECK: vector.load %{{.*}}[%c0, %{{.*}}, %{{.*}}] : memref<1x20x64xf32>, vector<16xf32>
// CHECK: %[[A:.*]] = memref.load %{{.*}} : memref<?x20xf32>
// CHECK: vector.broadcast %[[A]] {nnc.name = "x"} : f32 to vector<16xf32>
// CHECK: math.fma %{{.*}} : vector<16xf32>
// CHECK-NOT: masked
// CHECK-LABEL: func.func private @forward_tile_4(
// CHECK-LABEL: func.func private @forward_tile_2(
// CHECK-LABEL: func.func private @forward_tile_1(
// CHECK: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[ONE]] step %[[ONE]] {
// CHECK-LABEL: func.func private @forward(
// CHECK: scf.for
// CHECK: call @forward_tile_6(
// CHECK: nnc.name = "row"
// CHECK: arith.andi %{{.*}}, %c4
// CHECK: scf.if
// CHECK: call @forward_tile_4(
// CHECK: arith.andi %{{.*}}, %c2
// CHECK: arith.andi %{{.*}}, %c1
// CHECK: call @forward_tile_1(
// CHECK-LABEL: nn.kernel @columns
// NARROW-LABEL: func.func private @forward_tile_6(
// NARROW: memref.alloca() {nnc.name = "acc"} : memref<6x2xvector<8xf32>>
// NARROW-LABEL: func.func private @forward(
// NARROW: func.func private @forward.plain(
// REMARK: forward is emitted
nn.kernel @forward(%x: !x, %w: !panel, %b: tensor<64xf32>) -> !h attributes {tasks = #nn.tasks<"B" by 48>} {
  %c = nn.broadcast %b dims [1] : tensor<64xf32> -> !h
  %a = nn.contract %x, %w init %c : !h "bi,oi->bo" : (!x, !panel) -> !h
  nn.yield %a : !h
}

nn.kernel @columns(%x: !x) -> tensor<20xf32> {
  %s = nn.reduce add %x dims [0] : !x -> tensor<20xf32>
  nn.yield %s : tensor<20xf32>
}

// Lanes lie side by side in neither operand.
// REMARK: unpacked keeps its plain form: neighbours in the result are neighbours in neither operand
// CHECK-LABEL: func.func private @unpacked(
// CHECK-NOT: vector
nn.kernel @unpacked(%x: !x, %w: tensor<64x20xf32>) -> !h {
  %a = nn.contract %x, %w "bi,oi->bo" : (!x, tensor<64x20xf32>) -> !h
  nn.yield %a : !h
}

// REMARK: doubles keeps its plain form: f64
nn.kernel @doubles(%x: tensor<8xf64>) -> tensor<8xf64> {
  %y = nn.neg %x : tensor<8xf64>
  nn.yield %y : tensor<8xf64>
}

// A vector is one register of 32-bit lanes, also where nothing of 64 bits is stored.
// REMARK: through_i64 keeps its plain form: 64-bit elements in lanes
nn.kernel @through_i64(%x: tensor<20xf32>) -> tensor<20xi32> {
  %wide = nn.cast %x : tensor<20xf32> -> tensor<20xi64>
  %narrow = nn.cast %wide : tensor<20xi64> -> tensor<20xi32>
  nn.yield %narrow : tensor<20xi32>
}

// A sum over lanes is a function that all kernels share: the tree of halves.
// CHECK-LABEL: func.func private @sum_f32x16(
// CHECK-SAME: %{{.*}}: vector<16xf32> {nnc.name = "x"}) -> f32 attributes {nnc.inline}
// CHECK: vector.shuffle %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7] : vector<16xf32>, vector<16xf32>
// CHECK: arith.addf %{{.*}} : vector<8xf32>
// CHECK-LABEL: func.func private @short(
// CHECK: func.call @sum_f32x16(
// CHECK-NOT: func.func private @sum_f32x16
// CHECK-LABEL: func.func private @long(
// CHECK: memref.alloca() {nnc.name = "partial"} : memref<4xvector<16xf32>>
// CHECK: scf.for
// CHECK: call @sum_partials_f32x16(
nn.kernel @short(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  %s = nn.reduce add %x dims [1] : tensor<4x10xf32> -> tensor<4xf32>
  nn.yield %s : tensor<4xf32>
}

nn.kernel @long(%x: tensor<1000xf32>) -> tensor<f32> {
  %s = nn.reduce add %x dims [0] : tensor<1000xf32> -> tensor<f32>
  nn.yield %s : tensor<f32>
}

// A block is transposed in registers, by a function that works on the tile.
// CHECK-LABEL: func.func private @transpose_f32x16(
// CHECK-SAME: %[[T:.*]]: memref<16xvector<16xf32>> {nnc.name = "t"}) attributes {nnc.inline}
// CHECK: memref.store %{{.*}}, %[[T]][%{{.*}}] : memref<16xvector<16xf32>>
// CHECK-LABEL: func.func private @pack(
// CHECK: %[[TILE:.*]] = memref.alloca() {nnc.name = "turned"} : memref<16xvector<16xf32>>
// CHECK: call @transpose_f32x16(%[[TILE]])
nn.kernel @pack(%x: tensor<64x32xf32>) -> tensor<64x32xf32, #nn.dims<64, 32 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>> {
  %p = nn.relayout %x : tensor<64x32xf32> -> tensor<64x32xf32, #nn.dims<64, 32 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>
  nn.yield %p : tensor<64x32xf32, #nn.dims<64, 32 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>
}

// An update is a function, too. One with other constants has another name.
// CHECK-LABEL: func.func private @adam_f32x16(
// CHECK-SAME: {nnc.name = "p"}
// CHECK-SAME: -> (vector<16xf32> {nnc.name = "new_p"}, vector<16xf32> {nnc.name = "new_m"}, vector<16xf32> {nnc.name = "new_v"}) attributes {nnc.inline}
// CHECK-LABEL: func.func private @adam_first(
// CHECK: call @adam_f32x16(
// CHECK-LABEL: func.func private @adam_f32x16_2(
// CHECK-LABEL: func.func private @adam_other(
// CHECK: call @adam_f32x16_2(
// CHECK-LABEL: func.func private @adam_again(
// CHECK: call @adam_f32x16(
!p = tensor<32xf32>
!s = tensor<f32>
nn.kernel @adam_first(%p: !p, %g: !p, %m: !p, %v: !p, %s: !s) -> (!p, !p, !p) attributes {tied = array<i64: 0, 2, 3>} {
  %n:3 = nn.adam %p, %g, %m, %v scalars %s, %s, %s {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !p, !s
  nn.yield %n#0, %n#1, %n#2 : !p, !p, !p
}
nn.kernel @adam_other(%p: !p, %g: !p, %m: !p, %v: !p, %s: !s) -> (!p, !p, !p) attributes {tied = array<i64: 0, 2, 3>} {
  %n:3 = nn.adam %p, %g, %m, %v scalars %s, %s, %s {beta1 = 0.8 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !p, !s
  nn.yield %n#0, %n#1, %n#2 : !p, !p, !p
}
nn.kernel @adam_again(%p: !p, %g: !p, %m: !p, %v: !p, %s: !s) -> (!p, !p, !p) attributes {tied = array<i64: 0, 2, 3>} {
  %n:3 = nn.adam %p, %g, %m, %v scalars %s, %s, %s {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !p, !s
  nn.yield %n#0, %n#1, %n#2 : !p, !p, !p
}

// A chain of at most 4,096 terms needs no restart. How many terms there are is known from the entries that launch the
// kernel; of the other nothing is.
// CHECK-LABEL: func.func private @bounded(
// CHECK-NOT: 4096
// CHECK: math.fma
// CHECK: nnc.unroll_by = 2
// CHECK-LABEL: func.func private @unbounded(
// CHECK-DAG: arith.constant 4096
// CHECK: memref.alloca() {nnc.name = "total"}
// CHECK: nnc.unroll_by = 2
!g = tensor<?x16xf32, #nn.dims<B, 16>>
nn.kernel @bounded(%x: !g) -> tensor<16x16xf32> {
  %a = nn.contract %x, %x "bo,bi->oi" : (!g, !g) -> tensor<16x16xf32>
  nn.yield %a : tensor<16x16xf32>
}
nn.kernel @unbounded(%x: !g) -> tensor<16x16xf32> {
  %a = nn.contract %x, %x "bo,bi->oi" : (!g, !g) -> tensor<16x16xf32>
  nn.yield %a : tensor<16x16xf32>
}
nn.entry @gram(%x: !g {nn.name = "x"}) -> (tensor<16x16xf32> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 0 : i64} {
  %y = nn.launch @bounded(%x) into [#nn.buf<output, 0>] tasks <1> : (!g) -> tensor<16x16xf32>
  nn.return %y : tensor<16x16xf32>
}
