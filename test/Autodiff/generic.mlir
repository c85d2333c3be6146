// RUN: nnc-opt %s --nn-check-derivatives --nn-differentiate | FileCheck %s
// Index notation with an add: one generic per input over the same domain, whose body is the body's derivative.

nn.param @a : tensor<2x3xf32> = <constant, [0.5]>
nn.param @b : tensor<3xf32> = <constant, [0.5]>
nn.entry @grad() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %a = nn.get @a : tensor<2x3xf32>
  %b = nn.get @b : tensor<3xf32>
  %y = nn.generic add over <2, 3> (%a, %b) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32> {
  ^bb0(%x: tensor<f32>, %s: tensor<f32>):
    %p = nn.mul %x, %s : tensor<f32>
    %q = nn.tanh %p : tensor<f32>
    nn.yield %q : tensor<f32>
  }
  %l = nn.reduce add %y dims [0] : tensor<2xf32> -> tensor<f32>
  nn.return %l : tensor<f32>
}
// CHECK: %[[G:.*]] = nn.broadcast
// CHECK: %[[DA:.*]] = nn.generic add over <2, 3>(%{{.*}}, %{{.*}}, %[[G]]) maps [#[[IJ:.*]], #[[J:.*]], #[[I:.*]], #[[IJ]]]
// CHECK: ^bb0(%[[X:.*]]: tensor<f32>, %[[S:.*]]: tensor<f32>, %[[GY:.*]]: tensor<f32>):
// CHECK: %[[Q:.*]] = nn.tanh
// CHECK: nn.mul %[[Q]], %[[Q]]
// CHECK: %[[DP:.*]] = nn.mul %[[GY]]
// CHECK-NEXT: %[[R:.*]] = nn.mul %[[DP]], %[[S]]
// CHECK-NEXT: nn.yield %[[R]]
// CHECK: %[[DB:.*]] = nn.generic add over <2, 3>(%{{.*}}, %{{.*}}, %[[G]]) maps [#[[IJ]], #[[J]], #[[I]], #[[J]]]
// CHECK: %[[R2:.*]] = nn.mul
// CHECK: nn.return %{{.*}}, %[[DA]], %[[DB]]
