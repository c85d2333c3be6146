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

// -----
// A loop: the new carry lies in scratch, the next step looks for it in the other buffer.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  // expected-error@below {{plan: yield 0 of a loop is not computed in its place}}
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<scratch, 2, offset = 128>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// The same buffer for what a step reads and what it writes.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  // expected-error@below {{plan: carry 0 has no two buffers, or does not start in the first}}
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 0, offset = 0>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// The start lies elsewhere.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 2, offset = 128>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  // expected-error@below {{plan: carry 0 has no two buffers, or does not start in the first}}
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// A stack without a place.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  // expected-error@below {{plan: stack 0 has no place}}
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = []} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// A slice of the stack beside its place.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    // expected-error@below {{plan: a result is not aligned or beyond its block}}
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 16>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// A value from outside is read in every step, and the first step writes over it.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 320 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  %c = nn.group () -> !t attributes {into = [#nn.buf<scratch, 2, offset = 128>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<1.0> : !t : !t
    nn.yield %z : !t
  }
  %r:2 = nn.scan steps #nn.dims<3> consts(%c) init(%h0) xs(%x) [0] ys [0] : (!t, !t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %v: !t, %h: !t, %xt: !t):
    // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
    %p = nn.group (%a = %v : !t) -> !t attributes {into = [#nn.buf<scratch, 3, offset = 192>], tasks = #nn.tasks<1>} {
      %s = nn.neg %a : !t
      nn.yield %s : !t
    }
    // expected-note@below {{the other group}}
    %q = nn.group (%a = %p : !t) -> !t attributes {into = [#nn.buf<scratch, 4, offset = 128>], tasks = #nn.tasks<1>} {
      %s = nn.neg %a : !t
      nn.yield %s : !t
    }
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// The start of a carry is written over before the loop.
!t = tensor<4xf32>
!s = tensor<3x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  // expected-note@below {{the other group}}
  %c = nn.group () -> !t attributes {into = [#nn.buf<scratch, 2, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<1.0> : !t : !t
    nn.yield %z : !t
  }
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<output, 1>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y, %r#1 : !t, !s
}

// -----
// A value of the body in the last slice of the stack: the steps that are followed do not touch it, the last one does.
!t = tensor<4xf32>
!s = tensor<90x4xf32>
nn.entry @f(%x: !s) -> (!t {nn.name = "y"}, !s {nn.name = "all"}) attributes {sizes = [], work_bytes = 8192 : i64} {
  %h0 = nn.group () -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %z = nn.constant dense<0.0> : !t : !t
    nn.yield %z : !t
  }
  %r:2 = nn.scan steps #nn.dims<90> consts() init(%h0) xs(%x) [0] ys [0] : (!t, !s) -> (!t, !s) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 64>]], nn.stacks = [#nn.buf<scratch, 2, offset = 128>]} {
  ^bb0(%t: tensor<i64>, %h: !t, %xt: !t):
    // expected-note@below {{the other group}}
    %q = nn.group (%a = %xt : !t) -> !t attributes {into = [#nn.buf<scratch, 3, offset = 1408>], tasks = #nn.tasks<1>} {
      %s = nn.neg %a : !t
      nn.yield %s : !t
    }
    %n:2 = nn.group (%a = %h : !t, %b = %xt : !t) -> (!t, !t) attributes {into = [#nn.buf<carry, 0, offset = 0>, #nn.buf<stack, 0, offset = 0>], tasks = #nn.tasks<1>} {
      %s = nn.add %a, %b : !t
      nn.yield %s, %s : !t, !t
    }
    nn.yield %n#0, %n#1 : !t, !t
  }
  %y = nn.group (%i = %r#0 : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  // expected-error@below {{plan: this group reads bytes that another one has overwritten}}
  %all = nn.group (%i = %r#1 : !s) -> !s attributes {into = [#nn.buf<output, 1>], tasks = #nn.tasks<1>} {
    nn.yield %i : !s
  }
  nn.return %y, %all : !t, !s
}

// -----
// Rows of a step, cut into tasks, are all read by the next step: a barrier is missing at the end of the step.
!t = tensor<?x64xf32, #nn.dims<B, 64>>
!m = tensor<64xf32>
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 65536 : i64} {
  %h0 = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>, barrier} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %r = nn.scan steps #nn.dims<3> consts(%x) init(%h0) xs() [] ys [] : (!t, !t) -> !t attributes {nn.barrier, nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 16384>]], nn.stacks = []} {
  ^bb0(%t: tensor<i64>, %v: !t, %h: !t):
    // expected-error@below {{plan: this group shares memory with another one and no barrier is between them}}
    %s = nn.group (%i = %h : !t) -> !m attributes {into = [#nn.buf<scratch, 2, offset = 32768>], tasks = #nn.tasks<1>, barrier} {
      %r = nn.reduce add %i dims [0] : !t -> !m
      nn.yield %r : !m
    }
    // expected-note@below {{the other group}}
    %n = nn.group (%i = %v : !t, %j = %s : !m) -> !t attributes {into = [#nn.buf<carry, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>} {
      %b = nn.broadcast %j dims [1] : !m -> !t
      %r = nn.mul %i, %b : !t
      nn.yield %r : !t
    }
    nn.yield %n : !t
  }
  %y = nn.group (%i = %r : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  nn.return %y : !t
}

// -----
// A part of a concatenation in scratch of its own.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (tensor<8xf32> {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %a = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<output, 0, offset = 0, strides = [1]>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  %b = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    nn.yield %i : !t
  }
  // expected-error@below {{plan: a part is not computed in its place}}
  %y = nn.concat %a, %b axis 0 : (!t, !t) -> tensor<8xf32> {nn.into = #nn.buf<output, 0>}
  nn.return %y : tensor<8xf32>
}

// -----
// A concatenation that lies nowhere.
!t = tensor<4xf32>
nn.entry @f(%x: !t) -> (tensor<8xf32> {nn.name = "y"}) attributes {sizes = [], work_bytes = 192 : i64} {
  %a:2 = nn.group (%i = %x : !t) -> (!t, !t) attributes {into = [#nn.buf<output, 0, offset = 0, strides = [1]>, #nn.buf<output, 0, offset = 16, strides = [1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %i : !t, !t
  }
  // expected-error@below {{plan: a concatenation without a place}}
  %y = nn.concat %a#0, %a#1 axis 0 : (!t, !t) -> tensor<8xf32>
  nn.return %y : tensor<8xf32>
}

// -----
// A part written over the columns of another one: rows interleave.
!p = tensor<?x4xf32, #nn.dims<B, 4>>
nn.entry @f(%x: !p) -> (tensor<?x8xf32, #nn.dims<B, 8>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 192 : i64} {
  // expected-error@below {{plan: two results of a group overlap}}
  %a:2 = nn.group (%i = %x : !p) -> (!p, !p) attributes {into = [#nn.buf<output, 0, offset = 0, strides = [8, 1]>, #nn.buf<output, 0, offset = 12, strides = [8, 1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %i : !p, !p
  }
  %y = nn.concat %a#0, %a#1 axis 1 : (!p, !p) -> tensor<?x8xf32, #nn.dims<B, 8>> {nn.into = #nn.buf<output, 0>}
  nn.return %y : tensor<?x8xf32, #nn.dims<B, 8>>
}

// -----
// A part in the columns of another one.
!p = tensor<?x4xf32, #nn.dims<B, 4>>
!q = tensor<?x2xf32, #nn.dims<B, 2>>
nn.entry @f(%x: !p, %z: !q) -> (!p {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 192 : i64} {
  // expected-error@below {{plan: two results of a group overlap}}
  %a:2 = nn.group (%i = %x : !p, %j = %z : !q) -> (!p, !q) attributes {into = [#nn.buf<scratch, 0, offset = 0, strides = [8, 1]>, #nn.buf<scratch, 1, offset = 4, strides = [8, 1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %j : !p, !q
  }
  nn.return %a#0 : !p
}

// -----
// Two parts that begin together.
!p = tensor<?x4xf32, #nn.dims<B, 4>>
!q = tensor<?x2xf32, #nn.dims<B, 2>>
nn.entry @f(%x: !p, %z: !q) -> (!p {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 192 : i64} {
  // expected-error@below {{plan: two results of a group overlap}}
  %a:2 = nn.group (%i = %x : !p, %j = %z : !q) -> (!p, !q) attributes {into = [#nn.buf<scratch, 0, offset = 16, strides = [8, 1]>, #nn.buf<scratch, 1, offset = 16, strides = [8, 1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %j : !p, !q
  }
  nn.return %a#0 : !p
}

// -----
// Two parts in one place.
!p = tensor<?x4xf32, #nn.dims<B, 4>>
!q = tensor<?x2xf32, #nn.dims<B, 2>>
nn.entry @f(%x: !p, %z: !q) -> (!p {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 192 : i64} {
  // expected-error@below {{plan: two results of a group overlap}}
  %a:2 = nn.group (%i = %x : !p, %j = %x : !p) -> (!p, !p) attributes {into = [#nn.buf<scratch, 0, offset = 16, strides = [8, 1]>, #nn.buf<scratch, 1, offset = 16, strides = [8, 1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %j : !p, !p
  }
  nn.return %a#0 : !p
}

// -----
// A part of 8 columns and one whose rows are closer together.
!p = tensor<?x4xf32, #nn.dims<B, 4>>
!q = tensor<?x2xf32, #nn.dims<B, 2>>
nn.entry @f(%x: !p, %z: !q) -> (!p {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 192 : i64} {
  // expected-error@below {{plan: two results of a group overlap}}
  %a:2 = nn.group (%i = %x : !p, %j = %z : !q) -> (!p, !q) attributes {into = [#nn.buf<scratch, 0, offset = 0, strides = [8, 1]>, #nn.buf<scratch, 1, offset = 16, strides = [2, 1]>], tasks = #nn.tasks<1>} {
    nn.yield %i, %j : !p, !q
  }
  nn.return %a#0 : !p
}
