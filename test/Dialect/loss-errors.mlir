// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @softmax_cross_entropy_c1(%x: tensor<2x0xf32>, %l: tensor<2xi32>) {
  // expected-error@+1 {{C1: logits need a last dimension with at least one class}}
  %0, %1 = nn.softmax_cross_entropy %x, %l : (tensor<2x0xf32>, tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @softmax_cross_entropy_c2(%x: tensor<2x4xf32>, %l: tensor<4xi32>) {
  // expected-error@+1 {{C2: labels have not the shape of the rows, 'tensor<2xf32>'}}
  %0, %1 = nn.softmax_cross_entropy %x, %l : (tensor<2x4xf32>, tensor<4xi32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @softmax_cross_entropy_grad_c2(%x: tensor<2x4xf32>, %l: tensor<2xi32>, %s: tensor<2xf64>) {
  // expected-error@+1 {{C2: a value per row has type 'tensor<2xf64>', expected 'tensor<2xf32>'}}
  %0 = nn.softmax_cross_entropy_grad %x, %l, %s, %s : (tensor<2x4xf32>, tensor<2xi32>, tensor<2xf64>, tensor<2xf64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @softmax_cross_entropy_c3(%x: tensor<2x4xf32>, %l: tensor<2xi32>) {
  // expected-error@+1 {{C3: smoothing is in [0, 1)}}
  %0, %1 = nn.softmax_cross_entropy %x, %l smoothing 1.0 : (tensor<2x4xf32>, tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @softmax_cross_entropy_grad_c4(%x: tensor<2x4xf32>, %l: tensor<2xi32>, %s: tensor<2xf32>) {
  // expected-error@+1 {{C4: the result is typed as the logits}}
  %0 = nn.softmax_cross_entropy_grad %x, %l, %s, %s : (tensor<2x4xf32>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x5xf32>
  return
}
