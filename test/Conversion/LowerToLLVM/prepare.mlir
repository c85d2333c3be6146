// RUN: nnc-opt %s --llvm-prepare | FileCheck %s

// CHECK-NOT: nn.param
nn.param @fc1.bias : tensor<16xf32> = <constant, [0.0]>
// Mathematics is inlined, kernels are not; entries keep their linkage until the descriptor takes them.
// CHECK: func.func private @twice
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>, passthrough = ["alwaysinline"]
func.func private @twice(%x: f32) -> f32 {
  %y = arith.addf %x, %x : f32
  return %y : f32
}
// Buffers of a part are those of its kernel, which says once that they are apart.
// CHECK: func.func private @tile(%{{.*}}: memref<4xf32>)
// CHECK-SAME: passthrough = ["alwaysinline"]
func.func private @tile(%x: memref<4xf32> {llvm.noalias}) attributes {nnc.inline} {
  return
}
// CHECK: func.func private @k0
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]
func.func private @k0(%x: memref<4xf32>) {
  return
}
// CHECK: func.func @forward(%{{.*}}: memref<4xf32>) {
func.func @forward(%x: memref<4xf32>) {
  return
}
