// Phase nn: x @ w.T + b is one contraction that starts from the bias, in every entry; what occurs twice is computed once.
// RUN: nnc-opt %s --phase-nn | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!y = tensor<?x16xf32, #nn.dims<B, 16>>

nn.param @fc.weight : tensor<16x4xf32> = <uniform, [-0.5, 0.5]>
nn.param @fc.bias : tensor<16xf32> = <uniform, [-0.5, 0.5]> no_decay
// CHECK-LABEL: @forward
// CHECK-DAG: %[[W:.*]] = nn.get @fc.weight
// CHECK-DAG: %[[B:.*]] = nn.get @fc.bias
// CHECK: %[[C:.*]] = nn.broadcast %[[B]] dims [1]
// CHECK-NEXT: %[[Y:.*]] = nn.contract %arg0, %[[W]] init %[[C]] : tensor<?x16xf32, #nn.dims<B, 16>> "bi,oi->bo"
// CHECK-NEXT: %[[R:.*]] = nn.relu %[[Y]]
// CHECK-NEXT: nn.return %[[R]], %[[R]]
nn.entry @forward(%x: !x) -> (!y, !y) attributes {sizes = [#nn.size<"B">]} {
  %w = nn.get @fc.weight : tensor<16x4xf32>
  %t = nn.transpose %w perm [1, 0] : tensor<16x4xf32> -> tensor<4x16xf32>
  %p = nn.contract %x, %t "bi,io->bo" : (!x, tensor<4x16xf32>) -> !y
  %b = nn.get @fc.bias : tensor<16xf32>
  %c = nn.broadcast %b dims [1] : tensor<16xf32> -> !y
  %s = nn.add %p, %c : !y
  %y = nn.relu %s : !y
  %z = nn.relu %s : !y
  nn.return %y, %z : !y, !y
}
