// RUN: nnc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @broadcasts
// CHECK-NEXT: %[[Y:.*]] = nn.broadcast %arg0 dims [2] : tensor<4xf32> -> tensor<2x3x4xf32>
// CHECK-NEXT: nn.return %[[Y]], %arg0
nn.entry @broadcasts(%x: tensor<4xf32>) -> (tensor<2x3x4xf32>, tensor<4xf32>) attributes {sizes = []} {
  %a = nn.broadcast %x dims [1] : tensor<4xf32> -> tensor<3x4xf32>
  %y = nn.broadcast %a dims [1, 2] : tensor<3x4xf32> -> tensor<2x3x4xf32>
  %z = nn.broadcast %x dims [0] : tensor<4xf32> -> tensor<4xf32>
  nn.return %y, %z : tensor<2x3x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @reshapes
// CHECK-NEXT: %[[Y:.*]] = nn.reshape %arg0 : tensor<?x6xf32, #nn.dims<B, 6>> -> tensor<?x3xf32, #nn.dims<B * 2, 3>>
// CHECK-NEXT: nn.return %[[Y]], %arg0
nn.entry @reshapes(%x: tensor<?x6xf32, #nn.dims<B, 6>>) -> (tensor<?x3xf32, #nn.dims<B * 2, 3>>, tensor<?x6xf32, #nn.dims<B, 6>>) attributes {sizes = [#nn.size<"B">]} {
  %a = nn.reshape %x : tensor<?x6xf32, #nn.dims<B, 6>> -> tensor<?xf32, #nn.dims<B * 6>>
  %y = nn.reshape %a : tensor<?xf32, #nn.dims<B * 6>> -> tensor<?x3xf32, #nn.dims<B * 2, 3>>
  %b = nn.reshape %y : tensor<?x3xf32, #nn.dims<B * 2, 3>> -> tensor<?x6xf32, #nn.dims<B, 6>>
  nn.return %y, %b : tensor<?x3xf32, #nn.dims<B * 2, 3>>, tensor<?x6xf32, #nn.dims<B, 6>>
}

// CHECK-LABEL: @transposes
// CHECK-NEXT: %[[Y:.*]] = nn.transpose %arg0 perm [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
// CHECK-NEXT: nn.return %[[Y]], %arg0
nn.entry @transposes(%x: tensor<2x3x4xf32>) -> (tensor<4x2x3xf32>, tensor<2x3x4xf32>) attributes {sizes = []} {
  %a = nn.transpose %x perm [2, 1, 0] : tensor<2x3x4xf32> -> tensor<4x3x2xf32>
  %y = nn.transpose %a perm [0, 2, 1] : tensor<4x3x2xf32> -> tensor<4x2x3xf32>
  %z = nn.transpose %y perm [1, 2, 0] : tensor<4x2x3xf32> -> tensor<2x3x4xf32>
  nn.return %y, %z : tensor<4x2x3xf32>, tensor<2x3x4xf32>
}

// CHECK-LABEL: @boxes
// CHECK-NEXT: %[[A:.*]] = nn.slice %arg0 low [3, 1] : tensor<6x4xf32> -> tensor<2x2xf32>
// CHECK-NEXT: %[[B:.*]] = nn.pad %arg0 low [3, 1] : tensor<6x4xf32> -> tensor<12x8xf32>
// CHECK-NEXT: nn.return %[[A]], %[[B]], %arg0, %arg0
nn.entry @boxes(%x: tensor<6x4xf32>) -> (tensor<2x2xf32>, tensor<12x8xf32>, tensor<6x4xf32>, tensor<6x4xf32>) attributes {sizes = []} {
  %a = nn.slice %x low [2, 0] : tensor<6x4xf32> -> tensor<4x4xf32>
  %b = nn.slice %a low [1, 1] : tensor<4x4xf32> -> tensor<2x2xf32>
  %c = nn.pad %x low [1, 1] : tensor<6x4xf32> -> tensor<8x6xf32>
  %d = nn.pad %c low [2, 0] : tensor<8x6xf32> -> tensor<12x8xf32>
  %e = nn.slice %x low [0, 0] : tensor<6x4xf32> -> tensor<6x4xf32>
  %f = nn.concat %e axis 0 : (tensor<6x4xf32>) -> tensor<6x4xf32>
  %g = nn.pad %x low [0, 0] : tensor<6x4xf32> -> tensor<6x4xf32>
  nn.return %b, %d, %f, %g : tensor<2x2xf32>, tensor<12x8xf32>, tensor<6x4xf32>, tensor<6x4xf32>
}
