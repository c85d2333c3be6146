// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: axis 2 is outside rank 2}}
  %0 = nn.softmax %x axis 2 : tensor<2x4xf32>
  return
}

// -----

func.func @log_softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: axis -1 is outside rank 2}}
  %0 = nn.log_softmax %x axis -1 : tensor<2x4xf32>
  return
}

// -----

func.func @logsumexp_c1(%x: tensor<f32>) {
  // expected-error@+1 {{C1: axis 0 is outside rank 0}}
  %0 = nn.logsumexp %x axis 0 : tensor<f32> -> tensor<f32>
  return
}

// -----

func.func @logsumexp_c2(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C2: result has type 'tensor<4xf32>', expected 'tensor<2xf32>'}}
  %0 = nn.logsumexp %x axis 1 : tensor<2x4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @softmax_c3(%x: tensor<2x4xf32>, %n: tensor<4xi64>) {
  // expected-error@+1 {{C3: dimension 0 of mask operand 0 has not the size of index 0, 2}}
  %0 = nn.softmax %x axis 1 mask #nn.mask<2 [0[0]] d1 lt s0>(%n : tensor<4xi64>) : tensor<2x4xf32>
  return
}

// -----

func.func @log_softmax_c3(%x: tensor<2x4xf32>, %n: tensor<4xi64>) {
  // expected-error@+1 {{C3: dimension 0 of mask operand 0 has not the size of index 0, 2}}
  %0 = nn.log_softmax %x axis 1 mask #nn.mask<2 [0[0]] d1 lt s0>(%n : tensor<4xi64>) : tensor<2x4xf32>
  return
}

// -----

func.func @logsumexp_c3(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C3: the mask has 3 indices instead of 2}}
  %0 = nn.logsumexp %x axis 1 mask #nn.mask<3 all>() : tensor<2x4xf32> -> tensor<2xf32>
  return
}
