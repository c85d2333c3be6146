// Axes that a kernel walks as one are one axis of its buffers, if they lie in one run of memory.
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=8 registers=16" | FileCheck %s
// RUN: nnc-opt %s --nn-to-linalg --kernel-emit-fast="lanes=8 registers=16" | FileCheck %s --check-prefix=GONE
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s --check-prefix=TWINS
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}

!panel = tensor<64x20xf32, #nn.dims<64, 20 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
!x = tensor<?x10x20xf32, #nn.dims<B, 10, 20>>
!y = tensor<?x10x64xf32, #nn.dims<B, 10, 64>>

// GONE-LABEL: func.func private @rows_tile_6(
// GONE-NOT: arith.remui %{{.*}}, %c10
// GONE-LABEL: func.func private @rows(
// CHECK-LABEL: func.func private @rows_tile_6(
// CHECK-DAG: %[[X:.*]] = memref.reinterpret_cast %arg0 to offset: [0], sizes: [%{{.*}}, 20], strides: [20, 1] : memref<1x10x20xf32> to memref<?x20xf32>
// CHECK-DAG: %[[Y:.*]] = memref.reinterpret_cast %arg2 to offset: [0], sizes: [%{{.*}}, 64], strides: [64, 1] : memref<1x10x64xf32> to memref<?x64xf32>
// CHECK: memref.load %[[X]][%{{.*}}, %{{.*}}] : memref<?x20xf32>
// CHECK: vector.store %{{.*}}, %[[Y]][%{{.*}}, %{{.*}}] : memref<?x64xf32>, vector<8xf32>
// CHECK-LABEL: func.func private @rows(
// TWINS: {{rows: equal|skipped}}
nn.kernel @rows(%x: !x, %w: !panel) -> !y {
  %a = nn.contract %x, %w "bti,oi->bto" : (!x, !panel) -> !y
  nn.yield %a : !y
}

// Rows of the result are walked by (t, b); those of the operand lie by (b, t).
// CHECK-LABEL: func.func private @turned_tile_6(
// CHECK: %[[Z:.*]] = memref.reinterpret_cast %arg2 to offset: [0], sizes: [70, 64], strides: [64, 1] : memref<10x7x64xf32> to memref<70x64xf32>
// CHECK: memref.load %arg0[%{{.*}}, %{{.*}}, %{{.*}}] : memref<7x10x20xf32>
// CHECK: vector.store %{{.*}}, %[[Z]][%{{.*}}, %{{.*}}] : memref<70x64xf32>, vector<8xf32>
// TWINS: {{turned: equal|skipped}}
nn.kernel @turned(%x: tensor<7x10x20xf32>, %w: !panel) -> tensor<10x7x64xf32> {
  %a = nn.contract %x, %w "bti,oi->tbo" : (tensor<7x10x20xf32>, !panel) -> tensor<10x7x64xf32>
  nn.yield %a : tensor<10x7x64xf32>
}
