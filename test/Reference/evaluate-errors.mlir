// RUN: nnc-opt %s --split-input-file --verify-diagnostics --nn-evaluate="entry=forward sizes=B=3"

// expected-error@below {{the size B = 3 is out of bounds}}
nn.entry @forward(%x: tensor<?xf32, #nn.dims<B>> {nn.name = "x"}) -> (tensor<?xf32, #nn.dims<B>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 2>]} {
  nn.return %x : tensor<?xf32, #nn.dims<B>>
}

// -----

// expected-error@below {{E0771: the condition B <= 2 does not hold: B is 3}}
nn.entry @forward(%x: tensor<?xf32, #nn.dims<B>> {nn.name = "x"}) -> (tensor<?xf32, #nn.dims<B>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B">], facts = [#nn.fact<B le 2, "B <= 2", "m.nn">]} {
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

// -----

nn.entry @forward() -> tensor<2xf32> attributes {sizes = []} {
  %t = nn.constant dense<1.0> : tensor<4xf32> : tensor<4xf32>
  %i = nn.constant dense<[3, 4]> : tensor<2xi64> : tensor<2xi64>
  // expected-error@below {{E0770: the index 4 is not in 0 … 3}}
  %y = nn.gather %t at %i axis 0 checked : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  nn.return %y : tensor<2xf32>
}

// -----

nn.entry @forward() -> tensor<4xf32> attributes {sizes = []} {
  %v = nn.constant dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %i = nn.constant dense<[3, -1]> : tensor<2xi32> : tensor<2xi32>
  // expected-error@below {{E0770: the index -1 is not in 0 … 3}}
  %y = nn.scatter add %v at %i axis 0 : (tensor<2xf32>, tensor<2xi32>) -> tensor<4xf32>
  nn.return %y : tensor<4xf32>
}

// -----

nn.entry @forward() -> tensor<2xi64> attributes {sizes = []} {
  %a = nn.constant dense<[3, 4]> : tensor<2xi64> : tensor<2xi64>
  %b = nn.constant dense<[1, 0]> : tensor<2xi64> : tensor<2xi64>
  // expected-error@below {{E0772: a whole number is divided by 0}}
  %y = nn.mod %a, %b : tensor<2xi64>
  nn.return %y : tensor<2xi64>
}
