// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @sample_c1() {
  // expected-error@+1 {{C1: one i64 for each example of the batch}}
  %0 = nn.sample : tensor<4xi32>
  return
}

// -----

func.func @dropout_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: the rate is in [0, 1]}}
  %0 = nn.dropout %x rate -0.5 site "d" : tensor<4xf32>
  return
}

// -----

func.func @dropout_c2(%x: tensor<4xf32>, %s: tensor<3xi64>) {
  // expected-error@+1 {{C2: one sample for each entry of the first axis}}
  %0 = nn.dropout %x rate 0.5 site "d" sample %s : tensor<3xi64> : tensor<4xf32>
  return
}

// -----

func.func @dropout_c3(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: a draw has a site}}
  %0 = nn.dropout %x rate 0.5 site "" : tensor<4xf32>
  return
}

// -----

func.func @random_c1(%s: tensor<3xi64>) {
  // expected-error@+1 {{C1: one sample for each entry of the first axis}}
  %0 = nn.random normal site "r" sample %s : tensor<3xi64> : tensor<f32>
  return
}

// -----

func.func @random_c2() {
  // expected-error@+1 {{C2: a draw has a site}}
  %0 = nn.random normal site "" : tensor<f32>
  return
}
