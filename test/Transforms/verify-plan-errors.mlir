// RUN: nnc-opt %s --nn-verify-plan --split-input-file --verify-diagnostics
// Plans written by hand, each with one mistake.

// Written over while it is still read: the third group reads the first value.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %v0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-note@below {{the other group}}
  %v1 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
  %v2 = nn.group (%i = %v0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  nn.return %v2 : !t
}

// -----
// A value over itself: only an update may do that.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %v0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
  // expected-note@below {{the other group}}
  %v1 = nn.group (%i = %v0 : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %v2 = nn.group (%i = %v1 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  nn.return %v2 : !t
}

// -----
// Beyond the workspace.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 128 : i64} {
  // expected-error@below {{plan: a result is not aligned or beyond its block}}
  %v0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 128>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %v1 = nn.group (%i = %v0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  nn.return %v1 : !t
}

// -----
// Not aligned.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  // expected-error@below {{plan: a result is not aligned or beyond its block}}
  %v0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 8>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %v1 = nn.group (%i = %v0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  nn.return %v1 : !t
}

// -----
// The output is not where the caller looks for it.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %v0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %v1 = nn.group (%i = %v0 : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 64>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-error@below {{plan: output 0 is not computed into its port}}
  nn.return %v1 : !t
}

// -----
// The sum reads the rows of all tasks, and no barrier is before it.
!t = tensor<?x64xf32, #nn.dims<B, 64>>
nn.entry @f(%x: !t) -> (tensor<64xf32> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 16384 : i64} {
  // expected-note@below {{the other group}}
  %a = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-error@below {{plan: this group shares memory with another one and no barrier is between them}}
  %b = nn.group (%i = %a : !t) -> tensor<64xf32> attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.reduce add %i dims [0] : !t -> tensor<64xf32>
    nn.yield %r : tensor<64xf32>
  }
  nn.return %b : tensor<64xf32>
}

// -----
// The memory of a value is taken again in the same epoch: a slow thread may still read it.
!t = tensor<?x64xf32, #nn.dims<B, 64>>
!u = tensor<?x32xf32, #nn.dims<B, 32>>
nn.entry @f(%x: !t, %z: !u) -> (!t {nn.name = "y"}, !u {nn.name = "w"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 16384 : i64} {
  // expected-note@below {{the other group}}
  %a = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %b = nn.group (%i = %a : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // expected-error@below {{plan: this group shares memory with another one and no barrier is between them}}
  %c = nn.group (%i = %z : !u) -> !u attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !u
    nn.yield %r : !u
  }
  %d = nn.group (%i = %c : !u) -> !u attributes {into = [#nn.buf<output, 1>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !u
    nn.yield %r : !u
  }
  nn.return %b, %d : !t, !u
}

// -----
// A parameter is read after its update was written over it.
module attributes {nn.state_bytes = 64 : i64} {
  nn.param @w : tensor<4xf32> = <constant, [0.0]> {offset = 0 : i64}
  nn.entry @f(%g: tensor<4xf32>, %lr: tensor<f32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = [], work_bytes = 0 : i64} {
    %w = nn.get @w : tensor<4xf32>
    // expected-note@below {{the other group}}
    %n = nn.group (%p = %w : tensor<4xf32>, %d = %g : tensor<4xf32>, %l = %lr : tensor<f32>) -> tensor<4xf32> attributes {into = [#nn.buf<state, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %r = nn.sgd %p, %d lr %l : tensor<4xf32>, tensor<f32>
      nn.yield %r : tensor<4xf32>
    }
    // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
    %y = nn.group (%i = %w : tensor<4xf32>) -> tensor<4xf32> attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
      %r = nn.neg %i : tensor<4xf32>
      nn.yield %r : tensor<4xf32>
    }
    nn.return %y : tensor<4xf32> update [@w] = %n : tensor<4xf32>
  }
}

// -----
// The update lies beside its parameter.
module attributes {nn.state_bytes = 128 : i64} {
  nn.param @w : tensor<4xf32> = <constant, [0.0]> {offset = 0 : i64}
  nn.entry @f(%g: tensor<4xf32>, %lr: tensor<f32>) attributes {sizes = [], work_bytes = 0 : i64} {
    %w = nn.get @w : tensor<4xf32>
    %n = nn.group (%p = %w : tensor<4xf32>, %d = %g : tensor<4xf32>, %l = %lr : tensor<f32>) -> tensor<4xf32> attributes {into = [#nn.buf<state, 0, offset = 64>], tasks = #nn.tasks<1>} {
      %r = nn.sgd %p, %d lr %l : tensor<4xf32>, tensor<f32>
      nn.yield %r : tensor<4xf32>
    }
    // expected-error@below {{plan: the update of 'w' is not computed over it}}
    nn.return update [@w] = %n : tensor<4xf32>
  }
}

// -----
// Tasks that would need each other's rows.
!t = tensor<64x64xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [], work_bytes = 0 : i64} {
  // expected-error@below {{plan: tasks of this group would read what another task computes}}
  %a = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<dim 0 by 32>} {
    %e = nn.exp %i : !t
    %r = nn.softmax %e axis 0 : !t
    nn.yield %r : !t
  }
  nn.return %a : !t
}

// -----
// Not planned at all.
nn.entry @f(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  // expected-error@below {{plan: an op outside of a group}}
  %y = nn.neg %x : tensor<4xf32>
  nn.return %y : tensor<4xf32>
}
