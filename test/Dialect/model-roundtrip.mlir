// The model of the manual: text form of a step and of a planned group, read and printed twice.
// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

// CHECK: nn.param @fc1.bias : tensor<16xf32> = <uniform, [-5.000000e-01, 5.000000e-01]> no_decay
// CHECK: nn.entry @step(%{{.*}}: tensor<?x4xf32, #nn.dims<B, 4>> {nn.name = "x"}, %[[Y:.*]]: tensor<?xi32, #nn.dims<B>> {nn.name = "y"}, %[[LR:.*]]: tensor<f32> {nn.scalar = "lr"})
// CHECK-SAME: -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 16>]}
// CHECK: %[[W1:.*]] = nn.get @fc1.weight : tensor<16x4xf32>
// CHECK: nn.contract %{{.*}}, %[[W1]] init %{{.*}} : tensor<?x16xf32, #nn.dims<B, 16>> "bi,oi->bo" : (tensor<?x4xf32, #nn.dims<B, 4>>, tensor<16x4xf32>) -> tensor<?x16xf32, #nn.dims<B, 16>>
// CHECK: %[[LOSS:.*]], %[[LSE:.*]] = nn.softmax_cross_entropy %[[Z:.*]], %[[Y]] : (tensor<?x3xf32, #nn.dims<B, 3>>, tensor<?xi32, #nn.dims<B>>)
// CHECK: nn.reduce add %[[LOSS]] dims [0] : tensor<?xf32, #nn.dims<B>> -> tensor<f32>
// CHECK: %[[N:.*]] = nn.size "B" : tensor<f32>
// CHECK: nn.softmax_cross_entropy_grad %[[Z]], %[[Y]], %[[LSE]], %{{.*}} :
// CHECK: %[[W1N:.*]] = nn.sgd %[[W1]], %{{.*}} lr %[[LR]] : tensor<16x4xf32>, tensor<f32>
// CHECK: nn.return %{{.*}} : tensor<f32> update [@fc1.weight, @fc1.bias, @fc2.weight, @fc2.bias] = %[[W1N]], %{{.*}}, %{{.*}}, %{{.*}} : tensor<16x4xf32>, tensor<16xf32>, tensor<3x16xf32>, tensor<3xf32>
// CHECK: nn.derived @fc1.weight.packed of @fc1.weight : tensor<16x4xf32, #nn.dims<16, 4 layout #[[MAP:.*]]>>
// CHECK: nn.group (%[[GX:.*]] = %{{.*}} : tensor<?x4xf32, #nn.dims<B, 4>>, %{{.*}} = %{{.*}} : tensor<16x4xf32, #nn.dims<16, 4 layout #[[MAP]]>>
// CHECK-SAME: attributes {barrier, into = [#nn.buf<saved, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>}
// CHECK: nn.yield

nn.param @fc1.weight : tensor<16x4xf32> = <uniform, [-0.5, 0.5]>
nn.param @fc1.bias : tensor<16xf32> = <uniform, [-0.5, 0.5]> no_decay
nn.param @fc2.weight : tensor<3x16xf32> = <uniform, [-0.25, 0.25]>
nn.param @fc2.bias : tensor<3xf32> = <uniform, [-0.25, 0.25]> no_decay
!x = tensor<?x4xf32, #nn.dims<B, 4>>
!h = tensor<?x16xf32, #nn.dims<B, 16>>
!z = tensor<?x3xf32, #nn.dims<B, 3>>
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>
nn.entry @step(%x: !x {nn.name = "x"}, %y: !y {nn.name = "y"}, %lr: tensor<f32> {nn.scalar = "lr"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 16>]} {
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
  // what differentiation and the optimiser add
  %one = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %g = nn.div %one, %n : tensor<f32>
  %gl = nn.broadcast %g dims [] : tensor<f32> -> !b
  %dz = nn.softmax_cross_entropy_grad %z, %y, %lse, %gl : (!z, !y, !b, !b) -> !z
  %db2 = nn.reduce add %dz dims [0] : !z -> tensor<3xf32>
  %dw2 = nn.contract %dz, %h "bo,bi->oi" : (!z, !h) -> tensor<3x16xf32>
  %dh = nn.contract %dz, %w2 "bo,oi->bi" : (!z, tensor<3x16xf32>) -> !h
  %da = nn.relu_grad %h, %dh : !h
  %db1 = nn.reduce add %da dims [0] : !h -> tensor<16xf32>
  %dw1 = nn.contract %da, %x "bo,bi->oi" : (!h, !x) -> tensor<16x4xf32>
  %w1n = nn.sgd %w1, %dw1 lr %lr : tensor<16x4xf32>, tensor<f32>
  %b1n = nn.sgd %b1, %db1 lr %lr : tensor<16xf32>, tensor<f32>
  %w2n = nn.sgd %w2, %dw2 lr %lr : tensor<3x16xf32>, tensor<f32>
  %b2n = nn.sgd %b2, %db2 lr %lr : tensor<3xf32>, tensor<f32>
  nn.return %loss : tensor<f32> update [@fc1.weight, @fc1.bias, @fc2.weight, @fc2.bias] = %w1n, %b1n, %w2n, %b2n : tensor<16x4xf32>, tensor<16xf32>, tensor<3x16xf32>, tensor<3xf32>
}

!panel = tensor<16x4xf32, #nn.dims<16, 4 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
nn.derived @fc1.weight.packed of @fc1.weight : !panel
nn.entry @forward(%x: !x {nn.name = "x"}) -> (!h {nn.name = "h"}) attributes {kind = "forward", sizes = [#nn.size<"B" max 16>]} {
  %w1 = nn.get @fc1.weight.packed : !panel
  %b1 = nn.get @fc1.bias : tensor<16xf32>
  %h = nn.group (%gx = %x : !x, %gw = %w1 : !panel, %gb = %b1 : tensor<16xf32>) -> !h attributes {into = [#nn.buf<saved, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>, barrier} {
    %c = nn.broadcast %gb dims [1] : tensor<16xf32> -> !h
    %a = nn.contract %gx, %gw init %c : !h "bi,oi->bo" : (!x, !panel) -> !h   // !panel = tensor<16x4xf32, #nn.dims<16, 4 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
    %r = nn.relu %a : !h
    nn.yield %r : !h
  }
  nn.return %h : !h
}
