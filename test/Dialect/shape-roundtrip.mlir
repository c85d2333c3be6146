// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

// CHECK: nn.broadcast %arg0 dims [] : tensor<f32> -> tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.reshape %{{.*}} : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x2x2xf32, #nn.dims<B, 2, 2>>
// CHECK: nn.transpose %{{.*}} perm [1, 0, 2] : tensor<?x2x2xf32, #nn.dims<B, 2, 2>> -> tensor<2x?x2xf32, #nn.dims<2, B, 2>>
nn.entry @shapes(%x: tensor<f32>) -> tensor<2x?x2xf32, #nn.dims<2, B, 2>> attributes {sizes = [#nn.size<"B">]} {
  %a = nn.broadcast %x dims [] : tensor<f32> -> tensor<?x4xf32, #nn.dims<B, 4>>
  %b = nn.reshape %a : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x2x2xf32, #nn.dims<B, 2, 2>>
  %c = nn.transpose %b perm [1, 0, 2] : tensor<?x2x2xf32, #nn.dims<B, 2, 2>> -> tensor<2x?x2xf32, #nn.dims<2, B, 2>>
  nn.return %c : tensor<2x?x2xf32, #nn.dims<2, B, 2>>
}
