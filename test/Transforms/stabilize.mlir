// RUN: nnc-opt %s --nn-stabilize | FileCheck %s
// RUN: nnc-opt %s --nn-stabilize -o %t --remarks-filter=nn-stabilize --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?x16xf32, #nn.dims<B, 16>>

// CHECK-LABEL: @logs
// CHECK-DAG: %[[LS:.*]] = nn.log_softmax %arg0 axis 1
// CHECK-DAG: %[[NX:.*]] = nn.neg %arg0
// CHECK-DAG: %[[S1:.*]] = nn.softplus %[[NX]]
// CHECK-DAG: %[[L1:.*]] = nn.neg %[[S1]]
// CHECK-DAG: %[[S2:.*]] = nn.softplus %arg0
// CHECK-DAG: %[[L2:.*]] = nn.neg %[[S2]]
// CHECK-DAG: %[[S3:.*]] = nn.softplus %arg0
// CHECK-DAG: %[[S4:.*]] = nn.softplus %arg0
// CHECK-DAG: %[[LSE:.*]] = nn.logsumexp %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B>>
// CHECK-NOT: nn.log %
// CHECK: nn.return %[[LS]], %[[L1]], %[[L2]],
// REMARK-DAG: log(softmax x) became log_softmax x
// REMARK-DAG: log(sigmoid x) became -softplus(-x)
// REMARK-DAG: log(1 - sigmoid x) became -softplus x
// REMARK-DAG: log(1 + exp x) became softplus x
// REMARK-DAG: log1p(exp x) became softplus x
// REMARK-DAG: log(sum(exp x)) became logsumexp x
nn.entry @logs(%x: !x) -> (!x, !x, !x, !x, !x, !b) attributes {sizes = [#nn.size<"B">]} {
  %k = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %one = nn.broadcast %k dims [] : tensor<f32> -> !x
  %p = nn.softmax %x axis 1 : !x
  %0 = nn.log %p : !x
  %s = nn.sigmoid %x : !x
  %1 = nn.log %s : !x
  %q = nn.sub %one, %s : !x
  %2 = nn.log %q : !x
  %e = nn.exp %x : !x
  %d = nn.add %one, %e : !x
  %3 = nn.log %d : !x
  %4 = nn.log1p %e : !x
  %t = nn.reduce add %e dims [1] : !x -> !b
  %5 = nn.log %t : !b
  nn.return %0, %1, %2, %3, %4, %5 : !x, !x, !x, !x, !x, !b
}

// Without and with the maximum subtracted by hand.
// CHECK-LABEL: @quotients
// CHECK: %[[A:.*]] = nn.softmax %arg0 axis 1
// CHECK: %[[B:.*]] = nn.softmax %arg0 axis 1
// CHECK: nn.return %[[A]], %[[B]]
// REMARK-DAG: exp x over its sum became softmax x
// REMARK-DAG: exp x over its sum became softmax x
nn.entry @quotients(%x: !x) -> (!x, !x) attributes {sizes = [#nn.size<"B">]} {
  %e = nn.exp %x : !x
  %s = nn.reduce add %e dims [1] : !x -> !b
  %r = nn.broadcast %s dims [0] : !b -> !x
  %p = nn.div %e, %r : !x
  %m = nn.reduce max %x dims [1] : !x -> !b
  %n = nn.broadcast %m dims [0] : !b -> !x
  %d = nn.sub %x, %n : !x
  %f = nn.exp %d : !x
  %t = nn.reduce add %f dims [1] : !x -> !b
  %u = nn.broadcast %t dims [0] : !b -> !x
  %q = nn.div %f, %u : !x
  nn.return %p, %q : !x, !x
}

// CHECK-LABEL: @bias
// CHECK: %[[C:.*]] = nn.broadcast %arg2
// CHECK-NEXT: %[[Y:.*]] = nn.contract %arg0, %arg1 init %[[C]] : tensor<?x16xf32, #nn.dims<B, 16>> "bi,oi->bo"
// CHECK-NEXT: nn.return %[[Y]]
nn.entry @bias(%x: !x, %w: tensor<16x4xf32>, %b: tensor<16xf32>) -> !y attributes {sizes = [#nn.size<"B">]} {
  %p = nn.contract %x, %w "bi,oi->bo" : (!x, tensor<16x4xf32>) -> !y
  %c = nn.broadcast %b dims [1] : tensor<16xf32> -> !y
  %y = nn.add %p, %c : !y
  nn.return %y : !y
}

// A gate: two products and a bias become one chain that starts from the bias.
// CHECK-LABEL: @gate
// CHECK: %[[C:.*]] = nn.broadcast %arg4
// CHECK: %[[FIRST:.*]] = nn.contract %arg0, %arg2 init %[[C]]
// CHECK: %[[SECOND:.*]] = nn.contract %arg1, %arg3 init %[[FIRST]]
// CHECK: nn.return %[[SECOND]]
nn.entry @gate(%x: !x, %h: !y, %w: tensor<16x4xf32>, %u: tensor<16x16xf32>, %b: tensor<16xf32>) -> !y attributes {sizes = [#nn.size<"B">]} {
  %p = nn.contract %x, %w "bi,oi->bo" : (!x, tensor<16x4xf32>) -> !y
  %q = nn.contract %h, %u "bi,oi->bo" : (!y, tensor<16x16xf32>) -> !y
  %s = nn.add %p, %q : !y
  %c = nn.broadcast %b dims [1] : tensor<16xf32> -> !y
  %y = nn.add %s, %c : !y
  nn.return %y : !y
}

// A product that is needed elsewhere stays.
// CHECK-LABEL: @shared
// CHECK-NOT: init
// CHECK: nn.add
nn.entry @shared(%x: !x, %w: tensor<16x4xf32>, %z: !y) -> (!y, !y) attributes {sizes = [#nn.size<"B">]} {
  %p = nn.contract %x, %w "bi,oi->bo" : (!x, tensor<16x4xf32>) -> !y
  %y = nn.add %p, %z : !y
  nn.return %p, %y : !y, !y
}

// A bias becomes what a convolution starts from; one that has a start, or other uses, keeps its addend.
!cx = tensor<1x4x8xf32>
!cy = tensor<1x2x6xf32>
// CHECK-LABEL: @convolutions
// CHECK: %[[A:.*]] = nn.conv %arg0, %arg1 init %arg2 : tensor<1x2x6xf32> stride [1]
// CHECK: %[[T:.*]] = nn.conv_input_grad %arg2, %arg1 init %arg0 : tensor<1x4x8xf32> stride [1]
// CHECK: %[[B:.*]] = nn.conv %arg0, %arg1 stride [1]
// CHECK: %[[C:.*]] = nn.add %[[B]], %arg2
// CHECK: nn.return %[[A]], %[[T]], %[[B]], %[[C]]
// REMARK-DAG: "an addend became the init of nn.conv"
// REMARK-DAG: "an addend became the init of nn.conv_input_grad"
nn.entry @convolutions(%x: !cx, %w: tensor<2x4x3xf32>, %b: !cy) -> (!cy, !cx, !cy, !cy) attributes {sizes = []} {
  %0 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] : (!cx, tensor<2x4x3xf32>) -> !cy
  %1 = nn.add %0, %b : !cy
  %2 = nn.conv_input_grad %b, %w stride [1] dilation [1] pad [0], [0] : (!cy, tensor<2x4x3xf32>) -> !cx
  %3 = nn.add %x, %2 : !cx
  %4 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] : (!cx, tensor<2x4x3xf32>) -> !cy
  %5 = nn.add %4, %b : !cy
  nn.return %1, %3, %4, %5 : !cy, !cx, !cy, !cy
}
