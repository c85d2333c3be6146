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

// CHECK-LABEL: @boxes
// CHECK: nn.slice %arg0 low [0, 1] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x2xf32, #nn.dims<B, 2>>
// CHECK: nn.pad %{{.*}} low [0, 2] : tensor<?x2xf32, #nn.dims<B, 2>> -> tensor<?x8xf32, #nn.dims<B, 8>>
// CHECK: %{{.*}}:2 = nn.split %{{.*}} axis 1 : (tensor<?x8xf32, #nn.dims<B, 8>>) -> (tensor<?x3xf32, #nn.dims<B, 3>>, tensor<?x5xf32, #nn.dims<B, 5>>)
// CHECK: nn.concat %{{.*}}#1, %arg0, %{{.*}}#0 axis 1 : (tensor<?x5xf32, #nn.dims<B, 5>>, tensor<?x4xf32, #nn.dims<B, 4>>, tensor<?x3xf32, #nn.dims<B, 3>>) -> tensor<?x12xf32, #nn.dims<B, 12>>
nn.entry @boxes(%x: tensor<?x4xf32, #nn.dims<B, 4>>) -> tensor<?x12xf32, #nn.dims<B, 12>> attributes {sizes = [#nn.size<"B">]} {
  %a = nn.slice %x low [0, 1] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x2xf32, #nn.dims<B, 2>>
  %b = nn.pad %a low [0, 2] : tensor<?x2xf32, #nn.dims<B, 2>> -> tensor<?x8xf32, #nn.dims<B, 8>>
  %c, %d = nn.split %b axis 1 : (tensor<?x8xf32, #nn.dims<B, 8>>) -> (tensor<?x3xf32, #nn.dims<B, 3>>, tensor<?x5xf32, #nn.dims<B, 5>>)
  %e = nn.concat %d, %x, %c axis 1 : (tensor<?x5xf32, #nn.dims<B, 5>>, tensor<?x4xf32, #nn.dims<B, 4>>, tensor<?x3xf32, #nn.dims<B, 3>>) -> tensor<?x12xf32, #nn.dims<B, 12>>
  nn.return %e : tensor<?x12xf32, #nn.dims<B, 12>>
}
