// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-check-derivatives
// All missing rules at once; equal ops of grad and step once.

nn.param @p : tensor<4xf32> = <constant, [0.5]>
// expected-warning@below {{parameter 'idle' does not reach the loss: it is not trained}}
nn.param @idle : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad(%l: tensor<i32> {nn.name = "l"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  // expected-error@below {{E0504: 'nn.generic' has no derivative, but the loss depends on a parameter or input through it: its reducer is 'max', not 'add'}}
  %y = nn.generic max over <4> (%p) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
  ^bb0(%x: tensor<f32>):
    nn.yield %x : tensor<f32>
  }
  // expected-error@below {{E0504: 'nn.generic' has no derivative, but the loss depends on a parameter or input through it: operand 0 is read at positions with a division}}
  %z = nn.generic add over <2, 3> (%p) maps [affine_map<(i, j) -> ((i + j) floordiv 2)>, affine_map<(i, j) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
  ^bb0(%x: tensor<f32>):
    nn.yield %x : tensor<f32>
  }
  %s = nn.add %y, %z : tensor<f32>
  nn.return %s : tensor<f32>
}

// -----

// No path from the parameter: nothing is missing.
nn.param @p : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  %c = nn.constant dense<1.0> : tensor<4xf32> : tensor<4xf32>
  %y = nn.generic max over <4> (%c) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
  ^bb0(%x: tensor<f32>):
    nn.yield %x : tensor<f32>
  }
  %q = nn.reduce add %p dims [0] : tensor<4xf32> -> tensor<f32>
  %s = nn.add %y, %q : tensor<f32>
  nn.return %s : tensor<f32>
}

// -----

// expected-error@below {{has no output 'loss' that is one number}}
nn.entry @grad(%x: tensor<2xf32> {nn.name = "x"}) -> (tensor<2xf32> {nn.name = "loss"}) attributes {sizes = []} {
  nn.return %x : tensor<2xf32>
}

// -----

// First order only: what differentiation made is not differentiated again.
nn.param @p : tensor<1x2xf32> = <constant, [0.5]>
nn.entry @grad(%l: tensor<1xi32> {nn.name = "l"}, %r: tensor<1xf32> {nn.name = "r"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<1x2xf32>
  // expected-error@below {{E0504: 'nn.softmax_cross_entropy_grad' has no derivative}}
  %d = nn.softmax_cross_entropy_grad %p, %l, %r, %r : (tensor<1x2xf32>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  %s = nn.reduce add %d dims [0, 1] : tensor<1x2xf32> -> tensor<f32>
  nn.return %s : tensor<f32>
}
