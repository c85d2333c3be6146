// What the emitters write, and what they leave to the plain form.
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=16 registers=32" --remarks-filter=nnc --remark-format=emitRemark 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=8 registers=16 twins" | FileCheck %s --check-prefix=NARROW

!x = tensor<?x20xf32, #nn.dims<B, 20>>
!h = tensor<?x64xf32, #nn.dims<B, 64>>
!panel = tensor<64x20xf32, #nn.dims<64, 20 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>

// A register tile of 6 x 4, broadcast elements, remainder kernels of 4, 2 and 1 rows.
// CHECK-LABEL: func.func private @forward(
// CHECK-DAG: memref.alloca() : memref<6x4xvector<16xf32>>
// CHECK-DAG: memref.alloca() : memref<4xvector<16xf32>>
// CHECK: scf.for
// CHECK: %[[A:.*]] = memref.load %{{.*}} : memref<?x20xf32>
// CHECK: vector.broadcast %[[A]] : f32 to vector<16xf32>
// CHECK: math.fma %{{.*}} : vector<16xf32>
// CHECK-NOT: masked
// CHECK: arith.andi %{{.*}}, %c4
// CHECK: scf.if
// CHECK: arith.andi %{{.*}}, %c2
// CHECK: arith.andi %{{.*}}, %c1
// CHECK-LABEL: nn.kernel @columns
// NARROW-LABEL: func.func private @forward(
// NARROW: memref.alloca() : memref<6x2xvector<8xf32>>
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
