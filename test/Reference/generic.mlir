// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// Sum of squares by rows; a window with a value outside; indices as arguments; a maximum; no reduction.

nn.entry @forward() -> (tensor<2xf32> {nn.name = "squares"}, tensor<4xf32> {nn.name = "window"}, tensor<3xi64> {nn.name = "indices"},
    tensor<f32> {nn.name = "largest"}, tensor<2x2xf32> {nn.name = "plain"}) attributes {sizes = []} {
  %x = nn.constant dense<[[1.0, 2.0], [3.0, -4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %v = nn.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> : tensor<4xf32>
  %squares = nn.generic add over <2, 2> (%x) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] : (tensor<2x2xf32>) -> tensor<2xf32> {
  ^bb0(%e: tensor<f32>):
    %s = nn.mul %e, %e : tensor<f32>
    nn.yield %s : tensor<f32>
  }
  %window = nn.generic add over <4, 3> (%v) maps [affine_map<(i, k) -> (i + k - 1)>, affine_map<(i, k) -> (i)>] outside [1.0e2 : f32] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  %indices = nn.generic add over <3, 2> () maps [affine_map<(i, j) -> (i)>] : () -> tensor<3xi64> {
  ^bb0(%i: tensor<i64>, %j: tensor<i64>):
    %p = nn.add %i, %j : tensor<i64>
    nn.yield %p : tensor<i64>
  }
  %largest = nn.generic max over <2, 2> (%x) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>] : (tensor<2x2xf32>) -> tensor<f32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  %plain = nn.generic add over <2, 2> (%x) maps [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>] : (tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  nn.return %squares, %window, %indices, %largest, %plain : tensor<2xf32>, tensor<4xf32>, tensor<3xi64>, tensor<f32>, tensor<2x2xf32>
}
// CHECK: squares = [5, 25]
// CHECK-NEXT: window = [103, 6, 9, 107]
// CHECK-NEXT: indices = [1, 3, 5]
// CHECK-NEXT: largest = 3
// CHECK-NEXT: plain = [{{\[}}1, 3], [2, -4]]
