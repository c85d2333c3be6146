// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4x9xf32, #nn.dims<B, 4, 9>>
!y = tensor<?x6x5xf32, #nn.dims<B, 6, 5>>

// CHECK: nn.conv %arg0, %arg1 stride [2] dilation [1] pad [1], [1] groups 2 : (tensor<?x4x9xf32, #nn.dims<B, 4, 9>>, tensor<6x2x3xf32>) -> tensor<?x6x5xf32, #nn.dims<B, 6, 5>>
// CHECK: nn.conv %arg0, %arg1 init %arg2 : tensor<?x6x5xf32, #nn.dims<B, 6, 5>> stride [2] dilation [1] pad [1], [1] groups 2
// CHECK: nn.conv_input_grad %arg2, %arg1 stride [2] dilation [1] pad [1], [1] groups 2 : (tensor<?x6x5xf32, #nn.dims<B, 6, 5>>, tensor<6x2x3xf32>) -> tensor<?x4x9xf32, #nn.dims<B, 4, 9>>
// CHECK: nn.conv_filter_grad %arg0, %arg2 stride [2] dilation [1] pad [1], [1] groups 2 : (tensor<?x4x9xf32, #nn.dims<B, 4, 9>>, tensor<?x6x5xf32, #nn.dims<B, 6, 5>>) -> tensor<6x2x3xf32>
nn.entry @family(%x: !x, %w: tensor<6x2x3xf32>, %g: !y) -> (!y, !y, !x, tensor<6x2x3xf32>) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.conv %x, %w stride [2] dilation [1] pad [1], [1] groups 2 : (!x, tensor<6x2x3xf32>) -> !y
  %1 = nn.conv %x, %w init %g : !y stride [2] dilation [1] pad [1], [1] groups 2 : (!x, tensor<6x2x3xf32>) -> !y
  %2 = nn.conv_input_grad %g, %w stride [2] dilation [1] pad [1], [1] groups 2 : (!y, tensor<6x2x3xf32>) -> !x
  %3 = nn.conv_filter_grad %x, %g stride [2] dilation [1] pad [1], [1] groups 2 : (!x, !y) -> tensor<6x2x3xf32>
  nn.return %0, %1, %2, %3 : !y, !y, !x, tensor<6x2x3xf32>
}

// A free size behind a stride: (T + 2 - 3) floordiv 2 + 1 is (T + 1) floordiv 2.
!t = tensor<1x1x?xf64, #nn.dims<1, 1, T>>
!h = tensor<1x1x?xf64, #nn.dims<1, 1, (T + 1) floordiv 2>>
!d = tensor<1x1x?xf64, #nn.dims<1, 1, T * 2>>
// CHECK: nn.conv %arg0, %arg1 stride [2] dilation [1] pad [1], [1] : (tensor<1x1x?xf64, #nn.dims<1, 1, T>>, tensor<1x1x3xf64>) -> tensor<1x1x?xf64, #nn.dims<1, 1, (T + 1) floordiv 2>>
// CHECK: nn.conv_input_grad %arg0, %arg1 stride [2] dilation [1] pad [1], [1] : (tensor<1x1x?xf64, #nn.dims<1, 1, T>>, tensor<1x1x3xf64>) -> tensor<1x1x?xf64, #nn.dims<1, 1, T * 2>>
nn.entry @free(%x: !t, %w: tensor<1x1x3xf64>) -> (!h, !d) attributes {sizes = [#nn.size<"T">]} {
  %0 = nn.conv %x, %w stride [2] dilation [1] pad [1], [1] : (!t, tensor<1x1x3xf64>) -> !h
  %1 = nn.conv_input_grad %x, %w stride [2] dilation [1] pad [1], [1] : (!t, tensor<1x1x3xf64>) -> !d
  nn.return %0, %1 : !h, !d
}
