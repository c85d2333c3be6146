// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @types(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error@+1 {{operand #0 must be tensor of f32 or f64}}
  %0 = nn.exp %b : tensor<4xi32>
  return
}

// -----

func.func @shapes(%a: tensor<4xf32>, %b: tensor<5xf32>) {
  // expected-error@+1 {{op requires the same type for all operands and results}}
  %0 = "nn.add"(%a, %b) : (tensor<4xf32>, tensor<5xf32>) -> tensor<4xf32>
  return
}

// -----

// Free sizes of different names are different sizes.
func.func @names(%a: tensor<?xf32, #nn.dims<B>>, %b: tensor<?xf32, #nn.dims<T>>) {
  // expected-error@+1 {{op requires the same encoding for all operands and results}}
  %0 = "nn.add"(%a, %b) : (tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<T>>) -> tensor<?xf32, #nn.dims<B>>
  return
}

// -----

func.func @unnamed(%a: tensor<?xf32>) {
  // expected-error@+1 {{must be tensor of f32 or f64 with named sizes within the limits}}
  %0 = nn.exp %a : tensor<?xf32>
  return
}

// -----

// 2^41 elements.
func.func @too_large(%a: tensor<1048576x2097152xf32>) {
  // expected-error@+1 {{with named sizes within the limits}}
  %0 = nn.exp %a : tensor<1048576x2097152xf32>
  return
}

// -----

func.func @rank(%a: tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) {
  // expected-error@+1 {{with named sizes within the limits}}
  %0 = nn.exp %a : tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>
  return
}

// -----

func.func @compare_c1(%a: tensor<4xf32>) {
  // expected-error@+1 {{C1: the result has not the operands' shape}}
  %0 = nn.compare lt %a, %a : tensor<4xf32> -> tensor<5xi1>
  return
}

// -----

func.func @compare_c2(%a: tensor<4xi1>) {
  // expected-error@+1 {{C2: i1 has no order}}
  %0 = nn.compare lt %a, %a : tensor<4xi1> -> tensor<4xi1>
  return
}

// -----

func.func @select_c1(%c: tensor<5xi1>, %a: tensor<4xf32>) {
  // expected-error@+1 {{C1: the condition has not the operands' shape}}
  %0 = nn.select %c, %a, %a : tensor<5xi1>, tensor<4xf32>
  return
}

// -----

func.func @cast_c1(%a: tensor<4xf32>) {
  // expected-error@+1 {{C1: the result has not the operand's shape}}
  %0 = nn.cast %a : tensor<4xf32> -> tensor<5xi32>
  return
}
