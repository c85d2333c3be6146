// RUN: nnc-opt %s --nn-fuse --nn-outline --verify-diagnostics

nn.entry @f(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{outlining needs a planned group: 'into' and 'tasks'}}
  %y = nn.neg %x : tensor<4xf32>
  nn.return %y : tensor<4xf32>
}
