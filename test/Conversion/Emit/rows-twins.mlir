// Rows and columns: sums by the tree and by blocks, maxima with NaN, softmax, cross entropy; short, odd and long rows.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}
// CHECK-NOT: differs

!z = tensor<?x10xf32, #nn.dims<B, 10>>
!long = tensor<?x203xf32, #nn.dims<B, 203>>
!cube = tensor<?x7x40xf32, #nn.dims<B, 7, 40>>
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>

nn.kernel @softmax(%x: !z) -> !z attributes {tasks = #nn.tasks<"B" by 8>} {
  %s = nn.softmax %x axis 1 : !z
  nn.yield %s : !z
}
nn.kernel @softmax_long(%x: !long) -> !long {
  %s = nn.softmax %x axis 1 : !long
  nn.yield %s : !long
}
nn.kernel @log_softmax(%x: !cube) -> !cube {
  %s = nn.log_softmax %x axis 2 : !cube
  nn.yield %s : !cube
}
nn.kernel @logsumexp(%x: !long) -> !b {
  %s = nn.logsumexp %x axis 1 : !long -> !b
  nn.yield %s : !b
}
nn.kernel @loss(%x: !z, %y: !y) -> (!b, !b) attributes {tasks = #nn.tasks<"B" by 16>} {
  %l, %lse = nn.softmax_cross_entropy %x, %y : (!z, !y) -> (!b, !b)
  nn.yield %l, %lse : !b, !b
}
nn.kernel @loss_smoothed(%x: !long, %y: !y) -> (!b, !b) {
  %l, %lse = nn.softmax_cross_entropy %x, %y smoothing 1.000000e-01 : (!long, !y) -> (!b, !b)
  nn.yield %l, %lse : !b, !b
}
nn.kernel @loss_grad(%x: !z, %y: !y, %lse: !b) -> !z attributes {tasks = #nn.tasks<"B" by 16>} {
  %one = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %n = nn.size "B" : tensor<f32>
  %g = nn.div %one, %n : tensor<f32>
  %gb = nn.broadcast %g dims [] : tensor<f32> -> !b
  %d = nn.softmax_cross_entropy_grad %x, %y, %lse, %gb : (!z, !y, !b, !b) -> !z
  nn.yield %d : !z
}
nn.kernel @mean(%x: !b) -> tensor<f32> {
  %s = nn.reduce add %x dims [0] : !b -> tensor<f32>
  %n = nn.size "B" : tensor<f32>
  %m = nn.div %s, %n : tensor<f32>
  nn.yield %m : tensor<f32>
}
nn.kernel @square_sum(%x: tensor<33x29xf32>) -> tensor<f32> {
  %q = nn.mul %x, %x : tensor<33x29xf32>
  %s = nn.reduce add %q dims [0, 1] : tensor<33x29xf32> -> tensor<f32>
  nn.yield %s : tensor<f32>
}
nn.kernel @row_max(%x: !long) -> !b {
  %s = nn.reduce max %x dims [1] : !long -> !b
  nn.yield %s : !b
}
nn.kernel @row_min(%x: !z) -> !b {
  %s = nn.reduce min %x dims [1] : !z -> !b
  nn.yield %s : !b
}
nn.kernel @row_product(%x: !cube) -> !b {
  %s = nn.reduce mul %x dims [1, 2] : !cube -> !b
  nn.yield %s : !b
}
nn.kernel @bias_grad(%x: !long) -> tensor<203xf32> attributes {tasks = #nn.tasks<dim 0 by 64>} {
  %s = nn.reduce add %x dims [0] : !long -> tensor<203xf32>
  nn.yield %s : tensor<203xf32>
}
nn.kernel @bias_grad_small(%x: !z) -> tensor<10xf32> {
  %s = nn.reduce add %x dims [0] : !z -> tensor<10xf32>
  nn.yield %s : tensor<10xf32>
}
nn.kernel @outer_sum(%x: !cube) -> tensor<40xf32> {
  %s = nn.reduce add %x dims [0, 1] : !cube -> tensor<40xf32>
  nn.yield %s : tensor<40xf32>
}
nn.kernel @tall_sum(%x: tensor<2500x17xf32>) -> tensor<17xf32> {
  %s = nn.reduce add %x dims [0] : tensor<2500x17xf32> -> tensor<17xf32>
  nn.yield %s : tensor<17xf32>
}
// Rows of several dimensions that do not lie side by side; the last one has whole blocks of partial results.
nn.kernel @strided(%x: tensor<?x5x128xf32, #nn.dims<B, 5, 128>> {nn.strides = array<i64: 768, 128, 1>}, %y: tensor<?x5x128xf32, #nn.dims<B, 5, 128>>) -> (tensor<f32>) {
  %d = nn.sub %x, %y : tensor<?x5x128xf32, #nn.dims<B, 5, 128>>
  %q = nn.mul %d, %d : tensor<?x5x128xf32, #nn.dims<B, 5, 128>>
  %s = nn.reduce add %q dims [0, 1, 2] : tensor<?x5x128xf32, #nn.dims<B, 5, 128>> -> tensor<f32>
  nn.yield %s : tensor<f32>
}
nn.kernel @strided_rows(%x: tensor<?x3x64xf32, #nn.dims<B, 3, 64>> {nn.strides = array<i64: 512, 128, 1>}) -> (tensor<?xf32, #nn.dims<B>>) attributes {tasks = #nn.tasks<"B" by 4>} {
  %m = nn.reduce max %x dims [1, 2] : tensor<?x3x64xf32, #nn.dims<B, 3, 64>> -> tensor<?xf32, #nn.dims<B>>
  nn.yield %m : tensor<?xf32, #nn.dims<B>>
}
