// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!q = tensor<?x8x?x64xf32, #nn.dims<B, 8, T, 64>>
!s = tensor<?x8x?x?xf32, #nn.dims<B, 8, T, T>>

// CHECK: nn.contract %arg0, %arg0 "bhtd,bhsd->bhts" : (tensor<?x8x?x64xf32, #nn.dims<B, 8, T, 64>>, tensor<?x8x?x64xf32, #nn.dims<B, 8, T, 64>>) -> tensor<?x8x?x?xf32, #nn.dims<B, 8, T, T>>
// CHECK: nn.contract %arg1, %arg2 init %arg3 : tensor<f32> "a,a->" : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
nn.entry @products(%q: !q, %a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<f32>) -> !s attributes {sizes = [#nn.size<"B">, #nn.size<"T">]} {
  %0 = nn.contract %q, %q "bhtd,bhsd->bhts" : (!q, !q) -> !s
  %1 = nn.contract %a, %b init %c : tensor<f32> "a,a->" : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  nn.return %0 : !s
}
