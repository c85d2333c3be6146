// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-check-derivatives
// All missing rules at once; equal ops of grad and step once.

nn.param @p : tensor<4xf32> = <constant, [0.5]>
// expected-warning@below {{parameter 'idle' does not reach the loss: it is not trained}}
nn.param @idle : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad(%l: tensor<i32> {nn.name = "l"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  // expected-error@below {{E0504: index notation has no derivative, but the loss depends on a parameter or input through it}}
  // expected-note@below {{index notation stands here: of its reducers only `sum` and `mean` have one, and this is `max`}}
  %y = nn.generic max over <4> (%p) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
  ^bb0(%x: tensor<f32>):
    nn.yield %x : tensor<f32>
  }
  // expected-note@below {{index notation stands here: operand 0 is read at positions with a division}}
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
  // expected-error@below {{E0504: `softmax_cross_entropy_grad` has no derivative}}
  %d = nn.softmax_cross_entropy_grad %p, %l, %r, %r : (tensor<1x2xf32>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2xf32>
  %s = nn.reduce add %d dims [0, 1] : tensor<1x2xf32> -> tensor<f32>
  nn.return %s : tensor<f32>
}

// -----

// Inside a loop: what lies between the parameter and the loss, through any number of steps. The second carry reaches
// the loss through the first; the third does not.
nn.param @p : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  %c = nn.constant dense<1.0> : tensor<4xf32> : tensor<4xf32>
  %s = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %f:3 = nn.scan steps #nn.dims<5> consts() init(%s, %p, %s) xs() [] ys [] : (tensor<f32>, tensor<4xf32>, tensor<f32>) -> (tensor<f32>, tensor<4xf32>, tensor<f32>) {
  ^bb0(%t: tensor<i64>, %a: tensor<f32>, %b: tensor<4xf32>, %d: tensor<f32>):
    // expected-error@below {{E0504: index notation has no derivative, but the loss depends on a parameter or input through it: of its reducers only `sum` and `mean` have one, and this is `max`}}
    %y = nn.generic max over <4> (%b) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
    ^bb0(%x: tensor<f32>):
      nn.yield %x : tensor<f32>
    }
    %z = nn.generic min over <4> (%b) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xf32>) -> tensor<f32> {
    ^bb0(%x: tensor<f32>):
      nn.yield %x : tensor<f32>
    }
    nn.yield %y, %b, %z : tensor<f32>, tensor<4xf32>, tensor<f32>
  }
  nn.return %f#0 : tensor<f32>
}

// -----

// Lengths are gone by now.
nn.param @p : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad(%n: tensor<4xi32> {nn.name = "n"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  // expected-error@below {{E0504: `scan` has no derivative, but the loss depends on a parameter or input through it: its rows have lengths, which nn-expand-lengths turns into selects}}
  %f = nn.scan steps #nn.dims<5> consts() init(%p) xs() [] lengths %n ys [] : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %a: tensor<4xf32>):
    %b = nn.sin %a : tensor<4xf32>
    nn.yield %b : tensor<4xf32>
  }
  %l = nn.reduce add %f dims [0] : tensor<4xf32> -> tensor<f32>
  nn.return %l : tensor<f32>
}

// -----

// What has no rule at all is one error, each op with its first place.
nn.param @p : tensor<4xf32> = <constant, [0.5]>
nn.entry @grad() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<4xf32>
  // expected-error@below {{E0504: `flip`, `cumsum` have no derivative, but the loss depends on a parameter or input through them}}
  %a = nn.flip %p dims [0] : tensor<4xf32>
  // expected-note@below {{`cumsum` stands here}}
  %b = nn.cumsum %a axis 0 : tensor<4xf32>
  %c = nn.flip %b dims [0] : tensor<4xf32>
  %l = nn.reduce add %c dims [0] : tensor<4xf32> -> tensor<f32>
  nn.return %l : tensor<f32>
}
