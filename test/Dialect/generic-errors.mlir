// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @generic_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: needs one map for each input and one for the result}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @generic_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: map #0 does not lead from the domain to its tensor}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i, j) -> (i)>, affine_map<(i) -> (i)>] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @generic_c3(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: the last map names each result dimension by one index of the domain}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> (i + 1)>] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @generic_c3_size(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: result dimension 0 has not the size of its index}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] : (tensor<4xf32>) -> tensor<5xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @generic_c4(%x: tensor<4xf32>) {
  // expected-error@+1 {{C4: 'outside' has one entry for each input}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] outside [0.0 : f32, 0.0 : f32] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @generic_c5(%x: tensor<4xf32>) {
  // expected-error@+1 {{C5: body argument #0 is 'tensor<f64>', expected 'tensor<f32>'}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f64>):
    nn.yield %e : tensor<f64>
  }
  return
}

// -----

func.func @generic_c5_yield(%x: tensor<4xf32>) {
  // expected-error@+1 {{C5: the body yields one element of the result}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    nn.yield %e, %e : tensor<f32>, tensor<f32>
  }
  return
}

// -----

func.func @generic_c6(%x: tensor<4xi1>) {
  // expected-error@+1 {{C6: any and all reduce i1, the other kinds reduce numbers}}
  %0 = nn.generic add over <4> (%x) maps [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] : (tensor<4xi1>) -> tensor<i1> {
  ^bb0(%e: tensor<i1>):
    nn.yield %e : tensor<i1>
  }
  return
}
