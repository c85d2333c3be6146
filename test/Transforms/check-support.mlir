// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-check-support
// Every op without a kernel in one error, each with its first place, inside loops too; a mask makes softmax one.

nn.entry @forward(%x: tensor<4xf32>, %n: tensor<i64>) -> tensor<4xf32> attributes {sizes = []} {
  // expected-error@below {{E0505: this version cannot compile `flip`, `softmax with a mask`, `cumsum`: the program runs with `nnc run --backend=reference`}}
  %a = nn.flip %x dims [0] : tensor<4xf32>
  // expected-note@below {{`softmax with a mask` stands here}}
  %b = nn.softmax %a axis 0 mask #nn.mask<1 [0[]] d0 lt s0>(%n : tensor<i64>) : tensor<4xf32>
  %c = nn.flip %b dims [0] : tensor<4xf32>
  %d = nn.scan steps #nn.dims<5> consts() init(%c) xs() [] ys [] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %carry: tensor<4xf32>):
    // expected-note@below {{`cumsum` stands here}}
    %e = nn.cumsum %carry axis 0 : tensor<4xf32>
    nn.yield %e : tensor<4xf32>
  }
  nn.return %d : tensor<4xf32>
}

// -----

nn.entry @forward(%x: tensor<4xf32>) -> tensor<4xf32> attributes {sizes = []} {
  %a = nn.softmax %x axis 0 : tensor<4xf32>
  nn.return %a : tensor<4xf32>
}

// -----

// The update that the optimizer asks for, before it is made.
// expected-error@below {{E0505: this version cannot compile `rmsprop`: the program runs with `nnc run --backend=reference`}}
nn.entry @step() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [], optimizer = #nn.optimizer<"rmsprop", {lr = 1.0e-3}>} {
  %l = nn.constant dense<1.0> : tensor<f64> : tensor<f64>
  nn.return %l : tensor<f64>
}
