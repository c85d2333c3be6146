// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @broadcast_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.broadcast %x dims [1] : tensor<4xf32> -> tensor<2x4xf64>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: 'dims' has one entry for each operand dimension}}
  %0 = nn.broadcast %x dims [] : tensor<4xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @broadcast_c3(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C3: 'dims' ascends within the result's rank}}
  %0 = nn.broadcast %x dims [1, 0] : tensor<2x4xf32> -> tensor<4x2xf32>
  return
}

// -----

// No size 1 is stretched.
func.func @broadcast_c4(%x: tensor<1xf32>) {
  // expected-error@+1 {{C4: operand dimension 0 has size 1, result dimension 0 has B}}
  %0 = nn.broadcast %x dims [0] : tensor<1xf32> -> tensor<?xf32, #nn.dims<B>>
  return
}

// -----

func.func @reshape_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.reshape %x : tensor<4xf32> -> tensor<2x2xi32>
  return
}

// -----

func.func @reshape_c2(%x: tensor<?x4xf32, #nn.dims<B, 4>>) {
  // expected-error@+1 {{C2: B * 4 elements become B * 3}}
  %0 = nn.reshape %x : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B * 3>>
  return
}

// -----

func.func @transpose_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: 'perm' is not a permutation of the operand's dimensions}}
  %0 = nn.transpose %x perm [1, 1] : tensor<2x4xf32> -> tensor<4x2xf32>
  return
}

// -----

func.func @transpose_c2(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C2: result has type 'tensor<2x4xf32>', expected 'tensor<4x2xf32>'}}
  %0 = nn.transpose %x perm [1, 0] : tensor<2x4xf32> -> tensor<2x4xf32>
  return
}
