// RUN: nnc-opt %S/Inputs/two-layers.mlir --nn-fuse --nn-schedule | FileCheck %s --check-prefix=NET
// RUN: nnc-opt %s --nn-fuse --nn-schedule | FileCheck %s

// dX of the second layer comes before its bias and weight gradients; updates are last.
// NET: nn.softmax_cross_entropy_grad
// NET: nn.contract {{.*}} "bo,oi->bi"
// NET: nn.reduce add {{.*}} -> tensor<3xf32>
// NET: nn.contract {{.*}} -> tensor<3x16xf32>
// NET: nn.reduce add {{.*}} -> tensor<16xf32>
// NET: nn.contract {{.*}} -> tensor<16x4xf32>
// NET-COUNT-4: nn.sgd

nn.state @mean : tensor<4xf32> = <constant, [0.0]>
nn.state @other : tensor<4xf32> = <constant, [1.0]>
// Both new values need both old ones: they wait in scratch and are copied at the end.
// CHECK-LABEL: nn.entry @swap
// CHECK: %[[A:.*]] = nn.get @mean
// CHECK: %[[B:.*]] = nn.get @other
// CHECK: %[[S:.*]]:2 = nn.group
// CHECK: %[[C1:.*]] = nn.group (%[[I:.*]] = %[[S]]#{{[01]}}
// CHECK-NEXT: nn.yield %[[I]]
// CHECK: %[[C2:.*]] = nn.group
// CHECK: nn.return update [@mean, @other] = %[[C1]], %[[C2]]
nn.entry @swap() attributes {sizes = []} {
  %a = nn.get @mean : tensor<4xf32>
  %b = nn.get @other : tensor<4xf32>
  %s = nn.add %a, %b : tensor<4xf32>
  %d = nn.mul %s, %a : tensor<4xf32>
  nn.return update [@mean, @other] = %s, %d : tensor<4xf32>, tensor<4xf32>
}
