// RUN: nnc-opt %s --split-input-file --verify-diagnostics

// expected-error@below {{C1: '@w' is not a parameter}}
nn.derived @derived_c1 of @w : tensor<4xf32>

// -----
nn.param @w : tensor<4xf32> = <constant, [0.0]>
// expected-error@below {{C2: differs from '@w' in more than layout}}
nn.derived @derived_c2 of @w : tensor<5xf32>

// -----
nn.entry @yield_c1(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %y = nn.group (%i = %x : tensor<4xf32>) -> tensor<4xf32> {
    %r = nn.reduce add %i dims [0] : tensor<4xf32> -> tensor<f32>
    // expected-error@below {{C1: differs from the results of}}
    nn.yield %r : tensor<f32>
  }
  nn.return %y : tensor<4xf32>
}

// -----
nn.entry @relayout_c1(%x: tensor<4xf32>) -> (tensor<5xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C1: operand and result differ in more than layout}}
  %y = nn.relayout %x : tensor<4xf32> -> tensor<5xf32>
  nn.return %y : tensor<5xf32>
}

// -----
nn.entry @group_c3(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C3: 'into' has one #nn.buf for each result}}
  %y = nn.group (%i = %x : tensor<4xf32>) -> tensor<4xf32> attributes {into = []} {
    nn.yield %i : tensor<4xf32>
  }
  nn.return %y : tensor<4xf32>
}

// -----
nn.entry @group_c4(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C4: a task has at least one row}}
  %y = nn.group (%i = %x : tensor<4xf32>) -> tensor<4xf32> attributes {tasks = #nn.tasks<dim 0 by 0>} {
    nn.yield %i : tensor<4xf32>
  }
  nn.return %y : tensor<4xf32>
}

// -----
// expected-error@below {{C2: 'tied' has one number for each result}}
nn.kernel @kernel_c2(%p: tensor<4xf32>) -> tensor<4xf32> attributes {tied = array<i64: 0, 0>} {
  nn.yield %p : tensor<4xf32>
}

// -----
// expected-error@below {{C3: a tied result has the type of its input}}
nn.kernel @kernel_c3(%p: tensor<4xf32>, %q: tensor<5xf32>) -> tensor<4xf32> attributes {tied = array<i64: 1>} {
  nn.yield %p : tensor<4xf32>
}

// -----
nn.entry @launch_c1(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C1: no kernel '@k'}}
  %y = nn.launch @k(%x) into [#nn.buf<output, 0>] : (tensor<4xf32>) -> tensor<4xf32>
  nn.return %y : tensor<4xf32>
}

// -----
nn.kernel @k(%p: tensor<4xf32>) -> tensor<4xf32> {
  nn.yield %p : tensor<4xf32>
}
nn.entry @launch_c2(%x: tensor<5xf32>) -> (tensor<5xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C2: types differ from those of '@k'}}
  %y = nn.launch @k(%x) into [#nn.buf<output, 0>] : (tensor<5xf32>) -> tensor<5xf32>
  nn.return %y : tensor<5xf32>
}

// -----
nn.kernel @k(%p: tensor<4xf32>) -> tensor<4xf32> {
  nn.yield %p : tensor<4xf32>
}
nn.entry @launch_c3(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{C3: 'into' has one #nn.buf for each result}}
  %y = nn.launch @k(%x) into [] : (tensor<4xf32>) -> tensor<4xf32>
  nn.return %y : tensor<4xf32>
}
