// RUN: nnc-opt %s --nn-check-derivatives --verify-diagnostics
// What is not between a parameter and the loss needs no rule: integers, labels, what stop_gradient ends, data.

nn.param @p : tensor<2x3xf32> = <constant, [0.5]>
nn.entry @step(%x: tensor<2x3xf32> {nn.name = "x"}, %l: tensor<2xi32> {nn.name = "l"}) -> (tensor<f32> {nn.name = "loss"}, tensor<2xi64> {nn.name = "best"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<2x3xf32>
  %y = nn.mul %p, %x : tensor<2x3xf32>
  %best = nn.arg_max %y axis 1 : tensor<2x3xf32> -> tensor<2xi64>
  %count = nn.cast %best : tensor<2xi64> -> tensor<2xf32>
  %largest = nn.generic max over <2, 3> (%x) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] : (tensor<2x3xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  %fixed = nn.stop_gradient %y : tensor<2x3xf32>
  %peak = nn.generic max over <2, 3> (%fixed) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] : (tensor<2x3xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  %loss, %lse = nn.softmax_cross_entropy %y, %l : (tensor<2x3xf32>, tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>)
  %a = nn.add %loss, %count : tensor<2xf32>
  %b = nn.add %a, %largest : tensor<2xf32>
  %c = nn.add %b, %peak : tensor<2xf32>
  %total = nn.reduce add %c dims [0] : tensor<2xf32> -> tensor<f32>
  nn.return %total, %best : tensor<f32>, tensor<2xi64>
}
