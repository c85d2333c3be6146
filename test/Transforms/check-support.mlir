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

// A free batch is no free axis.
nn.entry @forward(%x: tensor<?x2x?xf32, #nn.dims<B, 2, T>>, %y: tensor<?x2x9xf32, #nn.dims<B, 2, 9>>, %w: tensor<3x2x2xf32>) -> (tensor<?x3x?xf32, #nn.dims<B, 3, T>>, tensor<?x3x8xf32, #nn.dims<B, 3, 8>>) attributes {sizes = [#nn.size<"B">, #nn.size<"T">]} {
  // expected-error@below {{E0505: this version cannot compile `convolve along a free size`, `max_pool along a free size`: the program runs with `nnc run --backend=reference`}}
  %a = nn.conv %x, %w stride [1] dilation [1] pad [1], [0] : (tensor<?x2x?xf32, #nn.dims<B, 2, T>>, tensor<3x2x2xf32>) -> tensor<?x3x?xf32, #nn.dims<B, 3, T>>
  // expected-note@below {{`max_pool along a free size` stands here}}
  %b = nn.max_pool %a kernel [3] stride [1] dilation [1] pad [1], [1] : tensor<?x3x?xf32, #nn.dims<B, 3, T>> -> tensor<?x3x?xf32, #nn.dims<B, 3, T>>
  %c = nn.conv %y, %w stride [1] dilation [1] pad [0], [0] : (tensor<?x2x9xf32, #nn.dims<B, 2, 9>>, tensor<3x2x2xf32>) -> tensor<?x3x8xf32, #nn.dims<B, 3, 8>>
  nn.return %b, %c : tensor<?x3x?xf32, #nn.dims<B, 3, T>>, tensor<?x3x8xf32, #nn.dims<B, 3, 8>>
}

// -----

// The update that the optimizer asks for, before it is made.
// expected-error@below {{E0505: this version cannot compile `RMSprop`: the program runs with `nnc run --backend=reference`}}
nn.entry @step() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [], optimizer = #nn.optimizer<"rmsprop", {lr = 1.0e-3}>} {
  %l = nn.constant dense<1.0> : tensor<f64> : tensor<f64>
  nn.return %l : tensor<f64>
}
