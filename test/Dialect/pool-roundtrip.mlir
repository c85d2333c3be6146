// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x3x5x7xf32, #nn.dims<B, 3, 5, 7>>
!y = tensor<?x3x3x3xf32, #nn.dims<B, 3, 3, 3>>

// CHECK: nn.max_pool %arg0 kernel [2, 3] stride [2, 2] dilation [1, 1] pad [0, 0], [0, 0] ceil : tensor<?x3x5x7xf32, #nn.dims<B, 3, 5, 7>> -> tensor<?x3x3x3xf32, #nn.dims<B, 3, 3, 3>>
// CHECK: nn.avg_pool %arg0 kernel [2, 3] stride [2, 2] pad [1, 0], [0, 0] : tensor<?x3x5x7xf32, #nn.dims<B, 3, 5, 7>> -> tensor<?x3x3x3xf32, #nn.dims<B, 3, 3, 3>>
nn.entry @pools(%x: !x) -> (!y, !y) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.max_pool %x kernel [2, 3] stride [2, 2] dilation [1, 1] pad [0, 0], [0, 0] ceil : !x -> !y
  %1 = nn.avg_pool %x kernel [2, 3] stride [2, 2] pad [1, 0], [0, 0] : !x -> !y
  nn.return %0, %1 : !y, !y
}

// `ceil` along a free size; and a last window that would begin behind the input.
!t = tensor<1x1x?xf32, #nn.dims<1, 1, T>>
!c = tensor<1x1x?xf32, #nn.dims<1, 1, (T + 1) floordiv 2>>
// CHECK: -> tensor<1x1x?xf32, #nn.dims<1, 1, (T + 1) floordiv 2>>
// CHECK: nn.avg_pool %arg1 kernel [1] stride [2] pad [0], [0] ceil : tensor<1x1x4xf32> -> tensor<1x1x2xf32>
nn.entry @ceil(%x: !t, %z: tensor<1x1x4xf32>) -> (!c, tensor<1x1x2xf32>) attributes {sizes = [#nn.size<"T">]} {
  %0 = nn.max_pool %x kernel [2] stride [2] dilation [1] pad [0], [0] ceil : !t -> !c
  %1 = nn.avg_pool %z kernel [1] stride [2] pad [0], [0] ceil : tensor<1x1x4xf32> -> tensor<1x1x2xf32>
  nn.return %0, %1 : !c, tensor<1x1x2xf32>
}
