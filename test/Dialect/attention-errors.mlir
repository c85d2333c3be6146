// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @attention_c1(%q: tensor<4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C1: q, k and v have rank 4: batch, heads, positions, features}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c2(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x7xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C2: q [B, H, T, D], k [B, G, S, D] and v [B, G, S, E] do not agree in 'tensor<1x4x2x8xf32>', 'tensor<1x2x3x7xf32>', 'tensor<1x2x3x5xf32>'}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x7xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c3(%q: tensor<1x4x2x8xf32>, %k: tensor<1x3x3x8xf32>, %v: tensor<1x3x3x5xf32>) {
  // expected-error@+1 {{C3: the groups of k and v divide the heads of q}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x3x3x8xf32>, tensor<1x3x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c4(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf64>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C4: the operands differ in element type}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf64>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c5(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %b: tensor<4x2x3xf32>) {
  // expected-error@+1 {{C5: the bias has type 'tensor<4x2x3xf32>', expected 'tensor<1x4x2x3xf32>'}}
  %0:2 = nn.attention %q, %k, %v bias %b : tensor<4x2x3xf32> scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c6(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C6: the result has type 'tensor<1x4x2x8xf32>', expected 'tensor<1x4x2x5xf32>'}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x8xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c6_lse(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C6: lse has type 'tensor<1x4x3xf32>', expected 'tensor<1x4x2xf32>'}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x3xf32>)
  return
}

// -----

func.func @attention_c7(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C7: the mask has 2 indices instead of 4}}
  %0:2 = nn.attention %q, %k, %v mask #nn.mask<2 d1 le d0>() scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c7_operand(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %n: tensor<1xi64>) {
  // expected-error@+1 {{C7: there is no mask operand 1}}
  %0:2 = nn.attention %q, %k, %v mask #nn.mask<4 [1[0]] d3 lt s0>(%n : tensor<1xi64>) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c7_float(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %n: tensor<1xf32>) {
  // expected-error@+1 {{C7: mask operand 0 is not of integers or bools}}
  %0:2 = nn.attention %q, %k, %v mask #nn.mask<4 [0[0]] d3 lt s0>(%n : tensor<1xf32>) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c7_rank(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %n: tensor<1xi64>) {
  // expected-error@+1 {{C7: mask operand 0 is read at 2 indices, and is 'tensor<1xi64>'}}
  %0:2 = nn.attention %q, %k, %v mask #nn.mask<4 [0[0, 3]] d3 lt s0>(%n : tensor<1xi64>) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c7_size(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %n: tensor<1xi64>) {
  // expected-error@+1 {{C7: dimension 0 of mask operand 0 has not the size of index 3, 3}}
  %0:2 = nn.attention %q, %k, %v mask #nn.mask<4 [0[3]] d3 lt s0>(%n : tensor<1xi64>) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c8(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C8: the rate is in [0, 1]}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 dropout 1.5 site "a" : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c8_site(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>) {
  // expected-error@+1 {{C8: a site, and with it samples and time, exactly with dropout}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 dropout 0.5 : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}

// -----

func.func @attention_c9(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x3x8xf32>, %v: tensor<1x2x3x5xf32>, %n: tensor<2xi64>) {
  // expected-error@+1 {{C9: one sample for each example of the batch, 1}}
  %0:2 = nn.attention %q, %k, %v scale 1.0 dropout 0.5 site "a" sample %n : tensor<2xi64> : (tensor<1x4x2x8xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x5xf32>) -> (tensor<1x4x2x5xf32>, tensor<1x4x2xf32>)
  return
}
