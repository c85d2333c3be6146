// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @sgd_c1(%p: tensor<4xf32>, %lr: tensor<f64>) {
  // expected-error@+1 {{C1: a scalar has type 'tensor<f64>', expected 'tensor<f32>'}}
  %0 = nn.sgd %p, %p lr %lr : tensor<4xf32>, tensor<f64>
  return
}

// -----

func.func @sgd_c2(%p: tensor<4xf32>, %g: tensor<5xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C2: 'tensor<5xf32>' where the parameter is 'tensor<4xf32>'}}
  %0 = "nn.sgd"(%p, %g, %lr) {operandSegmentSizes = array<i32: 1, 1, 0, 1, 0, 0>} : (tensor<4xf32>, tensor<5xf32>, tensor<f32>) -> tensor<4xf32>
  return
}

// -----

func.func @sgd_c3(%p: tensor<4xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C3: a new velocity exists exactly if there is a velocity}}
  %0, %1 = "nn.sgd"(%p, %p, %lr) {operandSegmentSizes = array<i32: 1, 1, 0, 1, 0, 0>} : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @sgd_c4(%p: tensor<4xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C4: momentum needs a velocity}}
  %0 = nn.sgd %p, %p lr %lr {momentum = 0.9 : f64} : tensor<4xf32>, tensor<f32>
  return
}

// -----

func.func @adam_c3(%p: tensor<4xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C3: scalars are lr, 1/(1-beta1^t), 1/(1-beta2^t) and optionally the decay}}
  %0:3 = nn.adam %p, %p, %p, %p scalars %lr {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : tensor<4xf32>, tensor<f32>
  return
}

// -----

func.func @rmsprop_c1(%p: tensor<4xf32>, %lr: tensor<f64>) {
  // expected-error@+1 {{C1: a scalar has type 'tensor<f64>', expected 'tensor<f32>'}}
  %0:2 = nn.rmsprop %p, %p, %p lr %lr {alpha = 0.99 : f64, eps = 1.0e-8 : f64} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @rmsprop_c3(%p: tensor<4xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C3: a new velocity exists exactly if there is a velocity}}
  %0:3 = nn.rmsprop %p, %p, %p lr %lr {alpha = 0.99 : f64, eps = 1.0e-8 : f64} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @rmsprop_c4(%p: tensor<4xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C4: momentum needs a velocity}}
  %0:2 = nn.rmsprop %p, %p, %p lr %lr {alpha = 0.99 : f64, eps = 1.0e-8 : f64, momentum = 0.9 : f64} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @adagrad_c2(%p: tensor<4xf32>, %s: tensor<5xf32>, %lr: tensor<f32>) {
  // expected-error@+1 {{C2: 'tensor<5xf32>' where the parameter is 'tensor<4xf32>'}}
  %0:2 = nn.adagrad %p, %p, %s lr %lr {eps = 1.0e-8 : f64} : (tensor<4xf32>, tensor<4xf32>, tensor<5xf32>, tensor<f32>) -> (tensor<4xf32>, tensor<5xf32>)
  return
}
