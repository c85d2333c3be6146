// RUN: nnc-opt %S/../Inputs/linear-relu.mlir --kernel-to-llvm | FileCheck %s

// Bare pointers, internal kernels, and one llvm.fma a term.
// CHECK: llvm.func internal @k0_linear_relu(%{{.*}}: !llvm.ptr {llvm.noalias}
// CHECK-NOT: unrealized_conversion_cast
// CHECK: llvm.intr.fma
// CHECK: llvm.func @nnc_barrier(!llvm.ptr, i64, i64)
// CHECK: llvm.func @hidden(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr
// CHECK: llvm.call @k0_linear_relu
// CHECK: llvm.call @nnc_barrier
