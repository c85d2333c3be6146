// RUN: nnc-opt %s --nn-differentiate --split-input-file --verify-diagnostics
// The states of all steps would be more than a tensor may hold.
!t = tensor<4xf32>
nn.entry @grad(%x: !t {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  // expected-error@below {{E0305: a tensor has at most 2^40 elements and 2^42 bytes; this takes float[300000000000, 4]}}
  // expected-note@unknown {{a loop that is trained keeps what each step computes: fewer steps take less}}
  %h = nn.scan steps #nn.dims<300000000000> consts() init(%x) xs() [] ys [] : (!t) -> !t {
  ^bb0(%i: tensor<i64>, %old: !t):
    %new = nn.tanh %old : !t
    nn.yield %new : !t
  }
  %loss = nn.reduce add %h dims [0] : !t -> tensor<f32>
  nn.return %loss : tensor<f32>
}
nn.entry @forward(%x: !t {nn.name = "x"}) -> (!t {nn.name = "y"}) attributes {sizes = []} {
  nn.return %x : !t
}
