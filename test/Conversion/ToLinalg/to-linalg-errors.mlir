// RUN: nnc-opt %s --nn-to-linalg --split-input-file --verify-diagnostics

nn.param @w : tensor<4xf32> = <constant, [0.0]>
nn.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{has no plain form}}
  %y = nn.get @w : tensor<4xf32>
  nn.yield %y : tensor<4xf32>
}
