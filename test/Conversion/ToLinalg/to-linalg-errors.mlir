// RUN: nnc-opt %s --nn-to-linalg --split-input-file --verify-diagnostics

// expected-error @+1 {{has a free size that is not the outermost of its buffer}}
nn.kernel @k(%x: tensor<4x?xf32, #nn.dims<4, B>>) -> (tensor<4x?xf32, #nn.dims<4, B>>) {
  %y = nn.relu %x : tensor<4x?xf32, #nn.dims<4, B>>
  nn.yield %y : tensor<4x?xf32, #nn.dims<4, B>>
}
