// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-evaluate="entry=forward sizes=B=3"

// expected-error@below {{the size B = 3 is out of bounds}}
nn.entry @forward(%x: tensor<?xf32, #nn.dims<B>> {nn.name = "x"}) -> (tensor<?xf32, #nn.dims<B>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 2>]} {
  nn.return %x : tensor<?xf32, #nn.dims<B>>
}

// -----

// expected-error@below {{the condition B <= 2 at m.nn:1:1 does not hold}}
nn.entry @forward(%x: tensor<?xf32, #nn.dims<B>> {nn.name = "x"}) -> (tensor<?xf32, #nn.dims<B>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B">], facts = [#nn.fact<B le 2, "B <= 2", "m.nn:1:1">]} {
  nn.return %x : tensor<?xf32, #nn.dims<B>>
}

// -----

// expected-error@below {{the size T has no value}}
nn.entry @forward() -> (tensor<f32> {nn.name = "y"}) attributes {sizes = [#nn.size<"T">]} {
  %t = nn.size "T" : tensor<f32>
  nn.return %t : tensor<f32>
}

// -----

// expected-error@below {{there is no entry 'forward'}}
module {}

// -----

// expected-error@below {{the scalar 'lr' has no value}}
nn.entry @forward(%x: tensor<f32> {nn.scalar = "lr"}) -> (tensor<f32> {nn.name = "y"}) attributes {sizes = []} {
  nn.return %x : tensor<f32>
}
