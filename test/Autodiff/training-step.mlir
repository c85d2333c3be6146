// The model of the design's one example, completed to its training step. The norm and the flag of the updates stand
// between the gradients and the updates.
// RUN: nnc-opt %s --nn-check-derivatives --nn-differentiate --nn-attach-optimizer --canonicalize --cse --nn-select-saved | FileCheck %s
nn.param @fc1.weight : tensor<16x4xf32> = <uniform, [-0.5, 0.5]>
nn.param @fc1.bias : tensor<16xf32> = <uniform, [-0.5, 0.5]> no_decay
nn.param @fc2.weight : tensor<3x16xf32> = <uniform, [-0.25, 0.25]>
nn.param @fc2.bias : tensor<3xf32> = <uniform, [-0.25, 0.25]> no_decay
!x = tensor<?x4xf32, #nn.dims<B, 4>>
!h = tensor<?x16xf32, #nn.dims<B, 16>>
!z = tensor<?x3xf32, #nn.dims<B, 3>>
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>
nn.entry @step(%x: !x {nn.name = "x"}, %y: !y {nn.name = "y", nn.index_bound = 3 : i64}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 16>], optimizer = #nn.optimizer<"sgd", {lr = 1.0e-2}>} {
  %w1 = nn.get @fc1.weight : tensor<16x4xf32>
  %b1 = nn.get @fc1.bias : tensor<16xf32>
  %w2 = nn.get @fc2.weight : tensor<3x16xf32>
  %b2 = nn.get @fc2.bias : tensor<3xf32>
  %c1 = nn.broadcast %b1 dims [1] : tensor<16xf32> -> !h
  %a1 = nn.contract %x, %w1 init %c1 : !h "bi,oi->bo" : (!x, tensor<16x4xf32>) -> !h
  %h = nn.relu %a1 : !h
  %c2 = nn.broadcast %b2 dims [1] : tensor<3xf32> -> !z
  %z = nn.contract %h, %w2 init %c2 : !z "bi,oi->bo" : (!h, tensor<3x16xf32>) -> !z
  %l, %lse = nn.softmax_cross_entropy %z, %y : (!z, !y) -> (!b, !b)
  %s = nn.reduce add %l dims [0] : !b -> tensor<f32>
  %n = nn.size "B" : tensor<f32>
  %loss = nn.div %s, %n : tensor<f32>
  nn.return %loss : tensor<f32>
}

// CHECK: nn.entry @step(%[[X:.*]]: tensor<?x4xf32, #nn.dims<B, 4>> {nn.name = "x"}, %[[Y:.*]]: tensor<?xi32, #nn.dims<B>> {{.*}}, %[[LR:.*]]: tensor<f32> {nn.scalar = "lr"}) -> (tensor<f32> {nn.name = "loss"}, tensor<f32> {nn.name = "grad_norm"}, tensor<f32> {nn.name = "finite"})
// CHECK-DAG: %[[INF:.*]] = nn.constant dense<0x7F800000>
// CHECK-DAG: %[[ONE:.*]] = nn.constant dense<1.000000e+00>
// CHECK-DAG: %[[W1:.*]] = nn.get @fc1.weight
// CHECK-DAG: %[[B1:.*]] = nn.get @fc1.bias
// CHECK-DAG: %[[W2:.*]] = nn.get @fc2.weight
// CHECK-DAG: %[[B2:.*]] = nn.get @fc2.bias
// CHECK: %[[H:.*]] = nn.relu
// CHECK: %[[Z:.*]] = nn.contract %[[H]], %[[W2]]
// CHECK: %[[L:.*]], %[[LSE:.*]] = nn.softmax_cross_entropy %[[Z]], %[[Y]]
// CHECK: %[[N:.*]] = nn.size "B"
// CHECK: %[[LOSS:.*]] = nn.div
// CHECK-NEXT: %[[G:.*]] = nn.div %[[ONE]], %[[N]]
// CHECK-NEXT: %[[GL:.*]] = nn.broadcast %[[G]] dims []
// CHECK-NEXT: %[[DZ:.*]] = nn.softmax_cross_entropy_grad %[[Z]], %[[Y]], %[[LSE]], %[[GL]]
// CHECK-NEXT: %[[DW2:.*]] = nn.contract %[[DZ]], %[[H]] "bo,bi->oi"
// CHECK-NEXT: %[[DH:.*]] = nn.contract %[[DZ]], %[[W2]] "bo,oi->bi"
// CHECK-NEXT: %[[DB2:.*]] = nn.reduce add %[[DZ]] dims [0]
// CHECK-NEXT: %[[DA:.*]] = nn.relu_grad %[[H]], %[[DH]]
// CHECK-NEXT: %[[DW1:.*]] = nn.contract %[[DA]], %[[X]] "bo,bi->oi"
// CHECK-NEXT: %[[DB1:.*]] = nn.reduce add %[[DA]] dims [0]
// CHECK: %[[NORM:.*]] = nn.sqrt
// CHECK-NEXT: %[[FINITE:.*]] = nn.compare lt %[[NORM]], %[[INF]]
// CHECK: %[[W1N:.*]] = nn.sgd %[[W1]], %[[DW1]] lr %[[LR]] finite %[[FINITE]]
// CHECK-NEXT: %[[B1N:.*]] = nn.sgd %[[B1]], %[[DB1]] lr %[[LR]] finite %[[FINITE]]
// CHECK-NEXT: %[[W2N:.*]] = nn.sgd %[[W2]], %[[DW2]] lr %[[LR]] finite %[[FINITE]]
// CHECK-NEXT: %[[B2N:.*]] = nn.sgd %[[B2]], %[[DB2]] lr %[[LR]] finite %[[FINITE]]
// CHECK-NEXT: nn.return %[[LOSS]], %[[NORM]], %{{.*}} update [@fc1.weight, @fc1.bias, @fc2.weight, @fc2.bias] = %[[W1N]], %[[B1N]], %[[W2N]], %[[B2N]]
// CHECK: func.func @step.scalars(%[[LR64:.*]]: f64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64) -> f64
// CHECK-SAME: nn.settings = [{name = "optimizer.lr", value = 1.000000e-02 : f64}]
// CHECK-NEXT: return %[[LR64]]
