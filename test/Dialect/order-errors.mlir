// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @cumsum_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: axis 1 is outside rank 1}}
  %0 = nn.cumsum %x axis 1 : tensor<4xf32>
  return
}

// -----

func.func @sort_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: axis -1 is outside rank 1}}
  %0:2 = nn.sort %x axis -1 : tensor<4xf32> -> (tensor<4xf32>, tensor<4xi64>)
  return
}

// -----

func.func @sort_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: the values are the operand's, or the first of them along the axis}}
  %0:2 = nn.sort %x axis 0 : tensor<4xf32> -> (tensor<5xf32>, tensor<5xi64>)
  return
}

// -----

func.func @sort_c2_type(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: the values have type 'tensor<4xf64>', and the operand 'tensor<4xf32>'}}
  %0:2 = nn.sort %x axis 0 : tensor<4xf32> -> (tensor<4xf64>, tensor<4xi64>)
  return
}

// -----

func.func @sort_c3(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: the places have not the shape of the values}}
  %0:2 = nn.sort %x axis 0 : tensor<4xf32> -> (tensor<2xf32>, tensor<4xi64>)
  return
}

// -----

func.func @flip_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: 'dims' ascends within the operand's rank}}
  %0 = nn.flip %x dims [0, 0] : tensor<4xf32>
  return
}
