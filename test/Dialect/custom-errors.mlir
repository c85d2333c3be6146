// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @custom_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: the forward region takes the operands}}
  %y = nn.custom(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<5xf32>):
    %b = nn.constant dense<0.0> : tensor<4xf32> : tensor<4xf32>
    nn.yield %b : tensor<4xf32>
  } backward {
  ^bb0(%a: tensor<4xf32>, %r: tensor<4xf32>, %g: tensor<4xf32>):
    nn.yield %g : tensor<4xf32>
  }
  return
}

// -----

func.func @custom_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: the forward region yields the results, then what the backward reads}}
  %y = nn.custom(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    nn.yield
  } backward {
  ^bb0(%a: tensor<4xf32>, %g: tensor<4xf32>):
    nn.yield %g : tensor<4xf32>
  }
  return
}

// -----

func.func @custom_c3(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: the backward region takes the operands, what the forward yields, and a cotangent of each float result}}
  %y = nn.custom(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    nn.yield %a : tensor<4xf32>
  } backward {
  ^bb0(%a: tensor<4xf32>, %g: tensor<4xf32>):
    nn.yield %g : tensor<4xf32>
  }
  return
}

// -----

func.func @custom_c4(%x: tensor<4xf32>) {
  // expected-error@+1 {{C4: the backward region yields a cotangent of each float operand}}
  %y = nn.custom(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    nn.yield %a : tensor<4xf32>
  } backward {
  ^bb0(%a: tensor<4xf32>, %r: tensor<4xf32>, %g: tensor<4xf32>):
    nn.yield
  }
  return
}
