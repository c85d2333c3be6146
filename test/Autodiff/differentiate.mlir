// RUN: nnc-opt %s --nn-differentiate | FileCheck %s
// A parameter read twice: cotangents add up in reverse program order. An unused one: zero in grad, absent from step.
// A frozen one: nothing. Inputs: those of forward, so x and not the target t. stop_gradient ends.

nn.param @w : tensor<3xf32> = <constant, [0.5]>
nn.param @unused : tensor<2xf32> = <constant, [0.5]>
nn.param @fixed : tensor<3xf32> = <constant, [0.5]> frozen

nn.entry @forward(%x: tensor<3xf32> {nn.name = "x"}) -> (tensor<3xf32> {nn.name = "y"}) attributes {sizes = []} {
  %s = nn.stop_gradient %x : tensor<3xf32>
  nn.return %s : tensor<3xf32>
}
// CHECK-LABEL: nn.entry @forward(%arg0
// CHECK-NEXT: nn.return %arg0

nn.entry @grad(%x: tensor<3xf32> {nn.name = "x"}, %t: tensor<3xf32> {nn.name = "t"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<3xf32>
  %f = nn.get @fixed : tensor<3xf32>
  %c = nn.mul %x, %f : tensor<3xf32>
  %a = nn.mul %c, %w : tensor<3xf32>
  %e = nn.exp %w : tensor<3xf32>
  %k = nn.stop_gradient %e : tensor<3xf32>
  %b = nn.mul %a, %k : tensor<3xf32>
  %p = nn.add %b, %w : tensor<3xf32>
  %m = nn.mse %p, %t : tensor<3xf32>
  %s = nn.reduce add %m dims [0] : tensor<3xf32> -> tensor<f32>
  nn.return %s : tensor<f32>
}
// CHECK-LABEL: nn.entry @grad
// CHECK-SAME: -> (tensor<f32> {nn.name = "loss"}, tensor<3xf32> {nn.name = "grad.w"}, tensor<2xf32> {nn.name = "grad.unused"}, tensor<3xf32> {nn.name = "grad.x"})
// CHECK: %[[W:.*]] = nn.get @w
// CHECK: %[[F:.*]] = nn.get @fixed
// CHECK: %[[C:.*]] = nn.mul %{{.*}}, %[[F]]
// CHECK: %[[E:.*]] = nn.exp %[[W]]
// CHECK-NOT: nn.stop_gradient
// CHECK: %[[LOSS:.*]] = nn.reduce add
// CHECK-NEXT: %[[ONE:.*]] = nn.constant dense<1.000000e+00>
// CHECK-NEXT: %[[G:.*]] = nn.broadcast %[[ONE]] dims []
// CHECK-NEXT: %[[D:.*]] = nn.sub
// CHECK-NEXT: %[[DD:.*]] = nn.add %[[D]], %[[D]]
// CHECK-NEXT: %[[DP:.*]] = nn.mul %[[DD]], %[[G]]
// CHECK-NEXT: %[[DA:.*]] = nn.mul %[[DP]], %[[E]]
// CHECK-NEXT: %[[DC:.*]] = nn.mul %[[DA]], %[[W]]
// CHECK-NEXT: %[[DWA:.*]] = nn.mul %[[C]], %[[DA]]
// CHECK-NEXT: %[[DW:.*]] = nn.add %[[DP]], %[[DWA]]
// CHECK-NEXT: %[[DX:.*]] = nn.mul %[[DC]], %[[F]]
// CHECK: %[[Z:.*]] = nn.broadcast %{{.*}} dims [] : tensor<f32> -> tensor<2xf32>
// CHECK: nn.return %[[LOSS]], %[[DW]], %[[Z]], %[[DX]]

nn.entry @step(%x: tensor<3xf32> {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<3xf32>
  %a = nn.mul %x, %w : tensor<3xf32>
  %s = nn.reduce add %a dims [0] : tensor<3xf32> -> tensor<f32>
  nn.return %s : tensor<f32>
}
// CHECK-LABEL: nn.entry @step
// CHECK-SAME: -> (tensor<f32> {nn.name = "loss"}, tensor<3xf32> {nn.name = "grad.w"})
