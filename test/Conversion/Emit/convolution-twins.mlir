// Convolutions and their transposes: lanes and edges, rows of whole vectors and short ones, strides, dilations, uneven pads, groups, one to three axes.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}
// CHECK-NOT: differs

!image = tensor<?x3x9x16xf32, #nn.dims<B, 3, 9, 16>>
!same = tensor<?x8x9x16xf32, #nn.dims<B, 8, 9, 16>>
!valid = tensor<?x8x7x14xf32, #nn.dims<B, 8, 7, 14>>
!half = tensor<?x6x5x8xf32, #nn.dims<B, 6, 5, 8>>
!long = tensor<?x4x70xf32, #nn.dims<B, 4, 70>>
!wide = tensor<?x6x68xf32, #nn.dims<B, 6, 68>>
!solid = tensor<?x1x4x5x9xf32, #nn.dims<B, 1, 4, 5, 9>>
!cube = tensor<?x2x3x5x8xf32, #nn.dims<B, 2, 3, 5, 8>>

// Rows of a whole vector: what is stored from the second element on ends before the row does.
nn.kernel @same(%x: !image, %w: tensor<8x3x3x3xf32>, %bias: tensor<8xf32>) -> (!same, !same) attributes {tasks = #nn.tasks<"B" by 8>} {
  %c = nn.broadcast %bias dims [1] : tensor<8xf32> -> !same
  %y = nn.conv %x, %w init %c : !same stride [1, 1] dilation [1, 1] pad [1, 1], [1, 1] : (!image, tensor<8x3x3x3xf32>) -> !same
  %r = nn.relu %y : !same
  nn.yield %y, %r : !same, !same
}
nn.kernel @valid(%x: !image, %w: tensor<8x3x3x3xf32>) -> !valid {
  %y = nn.conv %x, %w stride [1, 1] dilation [1, 1] pad [0, 0], [0, 0] : (!image, tensor<8x3x3x3xf32>) -> !valid
  nn.yield %y : !valid
}
nn.kernel @strided(%x: !image, %w: tensor<6x1x3x4xf32>) -> !half {
  %y = nn.conv %x, %w stride [2, 2] dilation [1, 1] pad [1, 1], [1, 1] groups 3 : (!image, tensor<6x1x3x4xf32>) -> !half
  nn.yield %y : !half
}
nn.kernel @dilated(%x: !long, %w: tensor<6x2x5xf32>) -> !wide attributes {tasks = #nn.tasks<"B" by 3>} {
  %y = nn.conv %x, %w stride [1] dilation [3] pad [7], [3] groups 2 : (!long, tensor<6x2x5xf32>) -> !wide
  nn.yield %y : !wide
}
nn.kernel @solid(%x: !solid, %w: tensor<2x1x2x1x3xf32>) -> !cube {
  %y = nn.conv %x, %w stride [1, 1, 1] dilation [1, 1, 1] pad [0, 0, 0], [0, 0, 1] : (!solid, tensor<2x1x2x1x3xf32>) -> !cube
  nn.yield %y : !cube
}
nn.kernel @to_input(%g: !same, %w: tensor<8x3x3x3xf32>) -> !image {
  %y = nn.conv_input_grad %g, %w stride [1, 1] dilation [1, 1] pad [1, 1], [1, 1] : (!same, tensor<8x3x3x3xf32>) -> !image
  nn.yield %y : !image
}
nn.kernel @to_input_dilated(%g: !wide, %w: tensor<6x2x5xf32>, %start: !long) -> !long attributes {tasks = #nn.tasks<"B" by 3>} {
  %y = nn.conv_input_grad %g, %w init %start : !long stride [1] dilation [3] pad [7], [3] groups 2 : (!wide, tensor<6x2x5xf32>) -> !long
  nn.yield %y : !long
}
nn.kernel @to_filter(%x: tensor<5x3x9x16xf32>, %g: tensor<5x8x9x16xf32>) -> tensor<8x3x3x3xf32> attributes {tasks = #nn.tasks<dim 0 by 8>} {
  %y = nn.conv_filter_grad %x, %g stride [1, 1] dilation [1, 1] pad [1, 1], [1, 1] : (tensor<5x3x9x16xf32>, tensor<5x8x9x16xf32>) -> tensor<8x3x3x3xf32>
  nn.yield %y : tensor<8x3x3x3xf32>
}
nn.kernel @to_filter_strided(%x: tensor<7x4x21xf32>, %g: tensor<7x6x9xf32>, %start: tensor<6x2x3xf32>) -> tensor<6x2x3xf32> {
  %y = nn.conv_filter_grad %x, %g init %start : tensor<6x2x3xf32> stride [2] dilation [3] pad [2], [0] groups 2 : (tensor<7x4x21xf32>, tensor<7x6x9xf32>) -> tensor<6x2x3xf32>
  nn.yield %y : tensor<6x2x3xf32>
}
// More terms than one chain has: the chains of 4,096 end inside of rows.
nn.kernel @to_filter_long(%x: tensor<?x2x17x13xf32, #nn.dims<B, 2, 17, 13>>, %g: tensor<?x2x17x7xf32, #nn.dims<B, 2, 17, 7>>) -> tensor<2x2x3x3xf32> {
  %y = nn.conv_filter_grad %x, %g stride [1, 2] dilation [1, 1] pad [1, 1], [1, 1] : (tensor<?x2x17x13xf32, #nn.dims<B, 2, 17, 13>>, tensor<?x2x17x7xf32, #nn.dims<B, 2, 17, 7>>) -> tensor<2x2x3x3xf32>
  nn.yield %y : tensor<2x2x3x3xf32>
}
