// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @gather_c1(%t: tensor<4x8xf32>, %i: tensor<3xi32>) {
  // expected-error@+1 {{C1: the axis is one of the table's 2, behind the shared ones}}
  %0 = nn.gather %t at %i axis 2 : (tensor<4x8xf32>, tensor<3xi32>) -> tensor<3x8xf32>
  return
}

// -----

func.func @gather_c2(%t: tensor<4x8xf32>, %i: tensor<3x2xi32>) {
  // expected-error@+1 {{C2: table and index differ in the shared axis 0}}
  %0 = nn.gather %t at %i axis 1 batch 1 : (tensor<4x8xf32>, tensor<3x2xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @gather_c3(%t: tensor<4x8xf32>, %i: tensor<3xi32>) {
  // expected-error@+1 {{C3: 'tensor<8x3xf32>' at the indices, expected 'tensor<3x8xf32>'}}
  %0 = nn.gather %t at %i axis 0 : (tensor<4x8xf32>, tensor<3xi32>) -> tensor<8x3xf32>
  return
}

// -----

func.func @scatter_c3(%v: tensor<3x7xf32>, %i: tensor<3xi32>) {
  // expected-error@+1 {{C3: 'tensor<3x7xf32>' at the indices, expected 'tensor<3x8xf32>'}}
  %0 = nn.scatter add %v at %i axis 0 : (tensor<3x7xf32>, tensor<3xi32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c4(%v: tensor<3x8xf32>, %i: tensor<3xi32>) {
  // expected-error@+1 {{C4: any and all combine i1, the other kinds combine numbers}}
  %0 = nn.scatter any %v at %i axis 0 : (tensor<3x8xf32>, tensor<3xi32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c5(%v: tensor<3x8xf32>, %i: tensor<3xi32>, %c: tensor<8xf32>) {
  // expected-error@+1 {{C5: init is typed as the result}}
  %0 = nn.scatter add %v at %i init %c : tensor<8xf32> axis 0 : (tensor<3x8xf32>, tensor<3xi32>) -> tensor<4x8xf32>
  return
}
