// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @contract_c1(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C1: spec "bb,io->bo" is not of the form}}
  %0 = nn.contract %a, %b "bb,io->bo" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @contract_c2(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C2: spec "b,bo->o" has not one letter for each dimension of the operands}}
  %0 = nn.contract %a, %b "b,bo->o" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @contract_c3(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C3: no operand has the result's letter 'z'}}
  %0 = nn.contract %a, %b "bi,io->bz" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @contract_c4(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C4: the summed letter 'b' stands in one operand only}}
  %0 = nn.contract %a, %b "bi,io->o" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @contract_c5(%a: tensor<?x?xf32, #nn.dims<B, T>>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C5: letter 'i' is T in the first operand and 4 in the second}}
  %0 = nn.contract %a, %b "bi,io->bo" : (tensor<?x?xf32, #nn.dims<B, T>>, tensor<4x3xf32>) -> tensor<?x3xf32, #nn.dims<B, 3>>
  return
}

// -----

func.func @contract_c6(%a: tensor<2x4xf32>, %b: tensor<4x3xf64>) {
  // expected-error@+1 {{C6: the operands differ in element type}}
  %0 = nn.contract %a, %b "bi,io->bo" : (tensor<2x4xf32>, tensor<4x3xf64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @contract_c7(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error@+1 {{C7: result has type 'tensor<3x2xf32>', expected 'tensor<2x3xf32>'}}
  %0 = nn.contract %a, %b "bi,io->bo" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @contract_c8(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>, %c: tensor<3xf32>) {
  // expected-error@+1 {{C8: init is typed as the result}}
  %0 = nn.contract %a, %b init %c : tensor<3xf32> "bi,io->bo" : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}
