// RUN: nnc-opt %s --nn-fuse --split-input-file | FileCheck %s
// RUN: nnc-opt %S/Inputs/two-layers.mlir --nn-fuse | FileCheck %s --check-prefix=NET
// RUN: nnc-opt %S/Inputs/lstm.mlir --nn-fuse | FileCheck %s --check-prefix=LSTM

// A loop stays between groups; its body is groups and views. The gates are one group, which yields the new h twice: to
// be carried on, and into the stack.
// LSTM-LABEL: nn.entry @forward
// LSTM: nn.scan steps <7>
// LSTM: nn.group
// LSTM: nn.contract
// LSTM: %[[Z:.*]] = nn.group
// LSTM: nn.contract
// LSTM: %[[P:.*]]:4 = nn.split %[[Z]] axis 1
// LSTM: %[[G:.*]]:3 = nn.group (%{{.*}} = %[[P]]#0
// LSTM: nn.yield %[[C:.*]], %[[H:.*]], %[[H]] :
// LSTM: nn.yield %[[G]]#2, %[[G]]#0, %[[G]]#1 :
// The start of a carry, the final one and the stack: what is returned is the stack itself.
// LSTM: %[[LAST:.*]] = nn.group (%{{.*}} = %[[SCAN:.*]]#0
// LSTM: nn.return %[[LAST]], %[[SCAN]]#2
// A carry that is stacked as it came is copied; the parts of a concatenation are results of one group.
// LSTM-LABEL: nn.entry @back
// LSTM: %[[D:.*]]:5 = nn.group
// LSTM: nn.concat %[[D]]#1, %[[D]]#3, %[[D]]#2, %[[D]]#0 axis 1
// LSTM: nn.group (%[[X:[a-z0-9]+]] = %{{[a-z0-9]+}} : {{[^=]*}}) ->
// LSTM-NEXT: nn.yield %[[X]]

// The epilogue joins its contraction; the broadcast bias is copied into it.
// NET-LABEL: nn.entry @step
// NET: %[[H:.*]] = nn.group (%{{.*}} = %arg0 : {{.*}}) -> tensor<?x16xf32
// NET-NEXT: nn.broadcast
// NET-NEXT: nn.contract
// NET-NEXT: nn.relu
// NET-NEXT: nn.yield
// The quotient of two scalars joins the sum; the size is copied.
// NET: nn.reduce add
// NET-NEXT: nn.size "B"
// NET-NEXT: nn.div
// NET-NEXT: nn.yield
// Arithmetic on constants and sizes is copied, not shared.
// NET: nn.group
// NET-NEXT: nn.constant
// NET-NEXT: nn.size "B"
// NET-NEXT: nn.div
// NET-NEXT: nn.broadcast
// NET-NEXT: nn.softmax_cross_entropy_grad
// NET: nn.contract {{.*}} "bo,oi->bi"
// NET-NEXT: nn.relu_grad
// NET-NEXT: nn.yield
// One update a group.
// NET-COUNT-4: nn.sgd
// NET-NOT: nn.sgd
// NET: nn.return %{{.*}} : tensor<f32> update [@fc1.weight, @fc1.bias, @fc2.weight, @fc2.bias]

// -----
// A prologue: the square is read by the sum alone, so it is never stored.
// CHECK-LABEL: nn.entry @prologue
// CHECK: nn.group
// CHECK-NEXT: nn.mul
// CHECK-NEXT: nn.reduce add
// CHECK-NEXT: nn.sqrt
// CHECK-NEXT: nn.yield
// CHECK-NOT: nn.group
nn.entry @prologue(%x: tensor<8x8xf32>) -> (tensor<f32> {nn.name = "norm"}) attributes {sizes = []} {
  %q = nn.mul %x, %x : tensor<8x8xf32>
  %s = nn.reduce add %q dims [0, 1] : tensor<8x8xf32> -> tensor<f32>
  %n = nn.sqrt %s : tensor<f32>
  nn.return %n : tensor<f32>
}

// -----
// An elementwise chain with two results; the second row op is an anchor of its own.
// CHECK-LABEL: nn.entry @chain
// CHECK: %[[G:.*]]:2 = nn.group
// CHECK-NEXT: nn.exp
// CHECK-NEXT: nn.neg
// CHECK-NEXT: nn.yield
// CHECK: nn.group (%{{.*}} = %[[G]]#0
// CHECK-NEXT: nn.softmax
// CHECK-NEXT: nn.yield
// CHECK: nn.return %{{.*}}, %[[G]]#1
nn.entry @chain(%x: tensor<8x8xf32>) -> (tensor<8x8xf32> {nn.name = "a"}, tensor<8x8xf32> {nn.name = "b"}) attributes {sizes = []} {
  %e = nn.exp %x : tensor<8x8xf32>
  %n = nn.neg %e : tensor<8x8xf32>
  %p = nn.softmax %e axis 1 : tensor<8x8xf32>
  nn.return %p, %n : tensor<8x8xf32>, tensor<8x8xf32>
}

// -----
// No cycle: the sum needs the reduction, which needs the contraction, so it does not join the contraction.
// CHECK-LABEL: nn.entry @cycle
// CHECK: nn.group
// CHECK-NEXT: nn.contract
// CHECK-NEXT: nn.yield
// CHECK: nn.group
// CHECK-NEXT: nn.reduce add
// CHECK-NEXT: nn.yield
// CHECK: nn.group
// CHECK-NEXT: nn.broadcast
// CHECK-NEXT: nn.sub
// CHECK-NEXT: nn.yield
nn.entry @cycle(%x: tensor<8x4xf32>, %w: tensor<8x4xf32>) -> (tensor<8x8xf32> {nn.name = "y"}) attributes {sizes = []} {
  %y = nn.contract %x, %w "bi,oi->bo" : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x8xf32>
  %s = nn.reduce add %y dims [0] : tensor<8x8xf32> -> tensor<8xf32>
  %b = nn.broadcast %s dims [1] : tensor<8xf32> -> tensor<8x8xf32>
  %d = nn.sub %y, %b : tensor<8x8xf32>
  nn.return %d : tensor<8x8xf32>
}

// -----
// Outputs are results of groups of their own: an input, a constant and a value returned twice are copied.
// CHECK-LABEL: nn.entry @copies
// CHECK: %[[N:.*]] = nn.group
// CHECK-NEXT: nn.neg
// CHECK: %[[X:.*]] = nn.group (%[[A:.*]] = %arg0
// CHECK-NEXT: nn.yield %[[A]]
// CHECK: %[[C:.*]] = nn.group ()
// CHECK-NEXT: nn.constant
// CHECK: %[[T:.*]] = nn.group (%[[B:.*]] = %[[N]]
// CHECK-NEXT: nn.yield %[[B]]
// CHECK: nn.return %[[N]], %[[X]], %[[C]], %[[T]]
nn.entry @copies(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "a"}, tensor<4xf32> {nn.name = "b"}, tensor<f32> {nn.name = "c"}, tensor<4xf32> {nn.name = "d"}) attributes {sizes = []} {
  %n = nn.neg %x : tensor<4xf32>
  %c = nn.constant dense<2.0> : tensor<f32> : tensor<f32>
  nn.return %n, %x, %c, %n : tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<4xf32>
}

// -----
// What backward computes again is not stored by forward: relu stands in the group of its reader.
// CHECK-LABEL: nn.entry @again
// CHECK: nn.contract {{.*}} "bi,oi->bo"
// CHECK-NEXT: nn.yield
// CHECK: nn.softmax
// CHECK: nn.contract {{.*}} "bo,oi->bi"
// CHECK-NEXT: nn.relu
// CHECK-NEXT: nn.relu_grad
// CHECK-NEXT: nn.yield
!t = tensor<8x8xf32>
nn.entry @again(%x: !t, %w: !t) -> (!t {nn.name = "y"}) attributes {sizes = []} {
  %z = nn.contract %x, %w "bi,oi->bo" : (!t, !t) -> !t
  %p = nn.softmax %z axis 1 : !t
  %d = nn.contract %p, %w "bo,oi->bi" : (!t, !t) -> !t
  %h = nn.relu %z : !t
  %g = nn.relu_grad %h, %d : !t
  nn.return %g : !t
}

// -----
// What nothing reads is dropped; committing the old value as well.
// CHECK-LABEL: nn.entry @unread
// CHECK-NEXT: %[[N:.*]] = nn.group
// CHECK-NEXT: nn.neg
// CHECK-NEXT: nn.yield
// CHECK-NEXT: }
// CHECK-NEXT: nn.return %[[N]] : tensor<4xf32>
nn.state @s : tensor<4xf32> = <constant, [0.0]>
nn.entry @unread(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %s = nn.get @s : tensor<4xf32>
  %n = nn.neg %x : tensor<4xf32>
  %e = nn.exp %n : tensor<4xf32>
  %p = nn.softmax %e axis 0 : tensor<4xf32>
  nn.return %n : tensor<4xf32> update [@s] = %s : tensor<4xf32>
}

// -----
// A view is no kernel. What is part of two things, or part of one and an input, is copied for each but one.
// CHECK-LABEL: nn.entry @parts
// CHECK: %[[S:.*]] = nn.slice %arg0 low [0, 2]
// CHECK: %[[N:.*]] = nn.group (%{{.*}} = %[[S]] :
// CHECK: nn.neg
// CHECK: %[[C:.*]] = nn.group (%{{.*}} = %arg1 :
// CHECK-NEXT: nn.yield
// CHECK: %[[Y:.*]] = nn.concat %[[N]], %[[C]] axis 1
// CHECK: nn.return %[[Y]]
nn.entry @parts(%x: tensor<3x4xf32>, %z: tensor<3x1xf32>) -> (tensor<3x3xf32> {nn.name = "y"}) attributes {sizes = []} {
  %s = nn.slice %x low [0, 2] : tensor<3x4xf32> -> tensor<3x2xf32>
  %n = nn.neg %s : tensor<3x2xf32>
  %y = nn.concat %n, %z axis 1 : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x3xf32>
  nn.return %y : tensor<3x3xf32>
}

// -----
// A loop writes over the start of its carry: what reads it behind the loop has a result of its own.
// CHECK-LABEL: nn.entry @start
// CHECK: %[[S:.*]]:2 = nn.group (%{{.*}} = %arg0
// CHECK: nn.yield %[[V:.*]], %[[V]] :
// CHECK: nn.scan {{.*}} init(%[[S]]#1)
// CHECK: nn.group {{.*}} = %[[S]]#0
nn.entry @start(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %s = nn.neg %x : tensor<4xf32>
  %r = nn.scan steps #nn.dims<2> consts() init(%s) xs() [] ys [] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    %new = nn.exp %old : tensor<4xf32>
    nn.yield %new : tensor<4xf32>
  }
  %y = nn.add %s, %r : tensor<4xf32>
  nn.return %y : tensor<4xf32>
}

// -----
// A concatenation where a loop starts is copied: its parts may be read again, and here one is.
// CHECK-LABEL: nn.entry @start_of_parts
// CHECK: %[[C:.*]] = nn.concat
// CHECK: %[[S:.*]] = nn.group (%{{.*}} = %[[C]]
// CHECK-NEXT: nn.yield
// CHECK: nn.scan {{.*}} init(%[[S]])
nn.entry @start_of_parts(%x: tensor<2xf32>) -> (tensor<4xf32> {nn.name = "y"}, tensor<2xf32> {nn.name = "z"}) attributes {sizes = []} {
  %a = nn.exp %x : tensor<2xf32>
  %s = nn.concat %a, %x axis 0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %r = nn.scan steps #nn.dims<2> consts() init(%s) xs() [] ys [] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    %new = nn.neg %old : tensor<4xf32>
    nn.yield %new : tensor<4xf32>
  }
  %p = nn.softmax %a axis 0 : tensor<2xf32>
  nn.return %r, %p : tensor<4xf32>, tensor<2xf32>
}

// -----
// The stack of a loop in a loop is no part of a concatenation in place.
// CHECK-LABEL: nn.entry @inner_stack
// CHECK: %[[R:.*]]:2 = nn.scan steps <3>
// CHECK: nn.exp
// CHECK: %[[S:.*]] = nn.group (%{{.*}} = %[[R]]#1
// CHECK-NEXT: nn.yield
// CHECK: nn.concat %[[S]]
nn.entry @inner_stack(%x: tensor<4xf32>) -> (tensor<2x6x4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %y:2 = nn.scan steps #nn.dims<2> consts() init(%x) xs() [] ys [0] : (tensor<4xf32>) -> (tensor<4xf32>, tensor<2x6x4xf32>) {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    %r:2 = nn.scan steps #nn.dims<3> consts() init(%old) xs() [] ys [0] : (tensor<4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>) {
    ^bb0(%u: tensor<i64>, %h: tensor<4xf32>):
      %new = nn.tanh %h : tensor<4xf32>
      nn.yield %new, %new : tensor<4xf32>, tensor<4xf32>
    }
    %e = nn.exp %r#1 : tensor<3x4xf32>
    %c = nn.concat %r#1, %e axis 0 : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
    nn.yield %r#0, %c : tensor<4xf32>, tensor<6x4xf32>
  }
  nn.return %y#1 : tensor<2x6x4xf32>
}

// -----
// Where a free size stands behind another one there is no part to name: a kernel of its own.
// CHECK-LABEL: nn.entry @inner_size
// CHECK: nn.group (%{{.*}} = %arg0
// CHECK-NEXT: nn.concat
// CHECK: nn.group
// CHECK-NEXT: nn.slice
!p = tensor<1x?x4xf32, #nn.dims<1, B, 4>>
!q = tensor<2x?x4xf32, #nn.dims<2, B, 4>>
nn.entry @inner_size(%a: !p, %b: !p) -> (!q {nn.name = "y"}, !p {nn.name = "z"}) attributes {sizes = [#nn.size<"B" max 8>]} {
  %y = nn.concat %a, %b axis 0 : (!p, !p) -> !q
  %z = nn.slice %y low [1, 0, 0] : !q -> !p
  nn.return %y, %z : !q, !p
}
