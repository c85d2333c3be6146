// Pass by pass: what the step returns and commits has the same bits before and after each pass of phases grad and
// planned. Only the packed copies are new.
// RUN: nnc-opt %s --nn-raise --nn-stabilize --canonicalize --cse --nn-differentiate --nn-attach-optimizer "--nn-evaluate=entry=step seed=1 sizes=B=5 scalars=lr=0.1" | grep -E "^(update )?[a-z0-9_.]+ = " > %t.first
// RUN: FileCheck %s --input-file=%t.first
// RUN: nnc-opt %s --nn-raise --nn-stabilize --canonicalize --cse --nn-differentiate --nn-attach-optimizer --canonicalize --cse "--nn-evaluate=entry=step seed=1 sizes=B=5 scalars=lr=0.1" | grep -E "^(update )?[a-z0-9_.]+ = " | diff %t.first -
// RUN: nnc-opt %s --phase-nn --phase-grad "--nn-evaluate=entry=step seed=1 sizes=B=5 scalars=lr=0.1" | grep -E "^(update )?[a-z0-9_.]+ = " | diff %t.first -
// RUN: nnc-opt %s --phase-nn --phase-grad --nn-fuse "--nn-evaluate=entry=step seed=1 sizes=B=5 scalars=lr=0.1" | grep -E "^(update )?[a-z0-9_.]+ = " | diff %t.first -
// RUN: nnc-opt %s --phase-nn --phase-grad --phase-planned "--nn-evaluate=entry=step seed=1 sizes=B=5 scalars=lr=0.1" | grep -E "^(update )?[a-z0-9_.]+ = " | grep -v packed | diff %t.first -
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
// CHECK: loss = 1.0
// CHECK: grad_norm = 0.
// CHECK: finite = 1
// CHECK: update fc1.bias = [
// CHECK: update fc1.weight = {{\[\[}}
// CHECK: update fc2.bias = [
// CHECK: update fc2.weight = {{\[\[}}
