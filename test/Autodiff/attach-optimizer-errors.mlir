// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-attach-optimizer

// expected-error@below {{unknown optimizer 'newton'}}
nn.entry @step() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [], optimizer = #nn.optimizer<"newton", {lr = 1.0e-1}>} {
  %l = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  nn.return %l : tensor<f32>
}

// -----

// expected-error@below {{unknown schedule 'zigzag' of the learning rate}}
nn.entry @step() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [], optimizer = #nn.optimizer<"sgd", {lr = 1.0e-1, schedule = {kind = "zigzag"}}>} {
  %l = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  nn.return %l : tensor<f32>
}
