// RUN: nnc-opt %s --nn-hoist-scan --split-input-file | FileCheck %s
// RUN: nnc-opt %S/Inputs/lstm.mlir --nn-hoist-scan | FileCheck %s --check-prefix=LSTM
// The same bits, alone and with all that follows.
// RUN: nnc-opt %s --split-input-file "--nn-evaluate=sizes=B=3" -o %t.mlir > %t.before
// RUN: nnc-opt %s --split-input-file --nn-hoist-scan "--nn-evaluate=sizes=B=3" -o %t.mlir > %t.after
// RUN: nnc-opt %s --split-input-file --phase-planned "--nn-evaluate=sizes=B=3" -o %t.mlir > %t.planned
// RUN: cmp %t.before %t.after && cmp %t.before %t.planned

// The part of the gates that does not wait for h is one product for all steps; the loop reads its slices.
// LSTM-LABEL: nn.entry @forward
// LSTM: %[[B:.*]] = nn.broadcast %{{.*}} dims [2] : tensor<32xf32> -> tensor<?x7x32xf32
// LSTM: %[[Z:.*]] = nn.contract %arg0, %{{.*}} init %[[B]] : {{.*}} "bti,gi->btg"
// LSTM: nn.scan steps <7> consts(%{{[0-9]+}}) init(%{{.*}}) xs(%[[Z]]) [1] ys [1]
// LSTM-NOT: "bi,gi->bg"
// LSTM: nn.contract {{.*}} "bh,gh->bg"
// LSTM: nn.return

// Behind the loop: what only a stack waits for. h was no stack before; the stack of the product is none any more.
// CHECK-LABEL: nn.entry @forward
// CHECK: %[[R:.*]]:2 = nn.scan steps <5> consts() init(%arg1) xs(%arg0) [1] ys [1]
// CHECK: nn.yield %[[H:.*]], %[[H]] :
// CHECK: %[[B:.*]] = nn.broadcast %arg3 dims [2]
// CHECK: %[[P:.*]] = nn.contract %[[R]]#1, %arg2 init %[[B]] : {{.*}} "bth,gh->btg"
// CHECK: %[[Y:.*]] = nn.relu %[[P]]
// CHECK: nn.return %[[R]]#0, %[[Y]]
!h = tensor<?x8xf32, #nn.dims<B, 8>>
!x = tensor<?x5x8xf32, #nn.dims<B, 5, 8>>
!y = tensor<?x5x3xf32, #nn.dims<B, 5, 3>>
!s = tensor<?x3xf32, #nn.dims<B, 3>>
nn.entry @forward(%x: !x {nn.name = "x_"}, %h: !h {nn.name = "h_"}, %w: tensor<3x8xf32> {nn.name = "w_"}, %b: tensor<3xf32> {nn.name = "b_"}) -> (!h {nn.name = "h"}, !y {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %r:2 = nn.scan steps #nn.dims<5> consts(%w, %b) init(%h) xs(%x) [1] ys [1] : (tensor<3x8xf32>, tensor<3xf32>, !h, !x) -> (!h, !y) {
  ^bb0(%t: tensor<i64>, %v: tensor<3x8xf32>, %c: tensor<3xf32>, %old: !h, %xt: !h):
    %sum = nn.add %old, %xt : !h
    %new = nn.tanh %sum : !h
    %bb = nn.broadcast %c dims [1] : tensor<3xf32> -> !s
    %p = nn.contract %new, %v init %bb : !s "bh,gh->bg" : (!h, tensor<3x8xf32>) -> !s
    %y = nn.relu %p : !s
    nn.yield %new, %y : !h, !s
  }
  nn.return %r#0, %r#1 : !h, !y
}

// -----
// A product of consts alone is one for all steps; elementwise ops leave with the product that needs them. Time stays
// where the operand has it, but behind a free size.
// CHECK-LABEL: nn.entry @forward
// CHECK-DAG: %[[W:.*]] = nn.contract %arg2, %arg3 "ab,bc->ac"
// CHECK-DAG: %[[E:.*]] = nn.exp %arg0
// CHECK: %[[P:.*]] = nn.contract %[[E]], %[[W]] "tbh,hg->tbg"
// CHECK: nn.scan reverse steps <5> consts() init(%arg1) xs(%[[P]], %[[E]]) [0, 0] ys []
nn.entry @forward(%x: tensor<5x4x8xf32> {nn.name = "x_"}, %h: tensor<4x8xf32> {nn.name = "h_"}, %a: tensor<8x6xf32> {nn.name = "a_"}, %b: tensor<6x8xf32> {nn.name = "b_"}) -> (tensor<4x8xf32> {nn.name = "h"}) attributes {sizes = []} {
  %r = nn.scan reverse steps #nn.dims<5> consts(%a, %b) init(%h) xs(%x) [0] ys [] : (tensor<8x6xf32>, tensor<6x8xf32>, tensor<4x8xf32>, tensor<5x4x8xf32>) -> tensor<4x8xf32> {
  ^bb0(%t: tensor<i64>, %va: tensor<8x6xf32>, %vb: tensor<6x8xf32>, %old: tensor<4x8xf32>, %xt: tensor<4x8xf32>):
    %e = nn.exp %xt : tensor<4x8xf32>
    %w = nn.contract %va, %vb "ab,bc->ac" : (tensor<8x6xf32>, tensor<6x8xf32>) -> tensor<8x8xf32>
    %p = nn.contract %e, %w "bh,hg->bg" : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %m = nn.mul %old, %e : tensor<4x8xf32>
    %new = nn.add %m, %p : tensor<4x8xf32>
    nn.yield %new : tensor<4x8xf32>
  }
  nn.return %r : tensor<4x8xf32>
}

// -----
// What alone reads the product finishes it: the second bias, and tanh.
// CHECK-LABEL: nn.entry @forward
// CHECK: %[[P:.*]] = nn.contract %arg0, %arg2 "bti,gi->btg"
// CHECK: %[[B:.*]] = nn.broadcast %arg3 dims [2]
// CHECK: %[[A:.*]] = nn.add %[[P]], %[[B]]
// CHECK: %[[T:.*]] = nn.tanh %[[A]]
// CHECK: nn.scan steps <5> consts() init(%arg1) xs(%[[T]]) [1] ys []
!h = tensor<?x3xf32, #nn.dims<B, 3>>
!x = tensor<?x5x8xf32, #nn.dims<B, 5, 8>>
!xt = tensor<?x8xf32, #nn.dims<B, 8>>
nn.entry @forward(%x: !x {nn.name = "x_"}, %h: !h {nn.name = "h_"}, %w: tensor<3x8xf32> {nn.name = "w_"}, %b: tensor<3xf32> {nn.name = "b_"}) -> (!h {nn.name = "h"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %r = nn.scan steps #nn.dims<5> consts(%w, %b) init(%h) xs(%x) [1] ys [] : (tensor<3x8xf32>, tensor<3xf32>, !h, !x) -> !h {
  ^bb0(%t: tensor<i64>, %v: tensor<3x8xf32>, %c: tensor<3xf32>, %old: !h, %xt: !xt):
    %p = nn.contract %xt, %v "bi,gi->bg" : (!xt, tensor<3x8xf32>) -> !h
    %bb = nn.broadcast %c dims [1] : tensor<3xf32> -> !h
    %z = nn.add %p, %bb : !h
    %a = nn.tanh %z : !h
    %new = nn.mul %old, %a : !h
    nn.yield %new : !h
  }
  nn.return %r : !h
}

// -----
// No step: the start, and a stack without elements. A stack that nothing reads goes.
// CHECK-LABEL: nn.entry @forward
// CHECK: %[[S:.*]] = nn.broadcast %{{.*}} dims [] : tensor<f32> -> tensor<0x4xf32>
// CHECK-NOT: steps <0>
// CHECK: %[[R:.*]] = nn.scan steps <2> {{.*}} ys [] : (tensor<4xf32>) -> tensor<4xf32>
// CHECK: nn.return %[[R]], %[[S]]
nn.entry @forward(%h: tensor<4xf32> {nn.name = "h_"}) -> (tensor<4xf32> {nn.name = "h"}, tensor<0x4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %r:2 = nn.scan steps #nn.dims<0> consts() init(%h) xs() [] ys [0] : (tensor<4xf32>) -> (tensor<4xf32>, tensor<0x4xf32>) {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    %new = nn.neg %old : tensor<4xf32>
    nn.yield %new, %new : tensor<4xf32>, tensor<4xf32>
  }
  %q:2 = nn.scan steps #nn.dims<2> consts() init(%r#0) xs() [] ys [0] : (tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>):
    %new = nn.exp %old : tensor<4xf32>
    nn.yield %new, %old : tensor<4xf32>, tensor<4xf32>
  }
  nn.return %q#0, %r#1 : tensor<4xf32>, tensor<0x4xf32>
}

// -----
// The carry as it comes in: the start, then what went out a step before. The loop stacks it once.
// CHECK-LABEL: nn.entry @forward
// CHECK: %[[R:.*]]:2 = nn.scan steps <5> {{.*}} ys [1] :
// CHECK: nn.yield %[[N:.*]], %[[N]] :
// CHECK: %[[S:.*]] = nn.broadcast %arg1 dims [0, 2] : {{.*}} -> tensor<?x1x3xf32
// CHECK: %[[A:.*]] = nn.concat %[[S]], %[[R]]#1 axis 1 : {{.*}} -> tensor<?x6x3xf32
// CHECK: %[[OLD:.*]] = nn.slice %[[A]] low [0, 0, 0]
// CHECK: nn.mul %[[OLD]], %[[R]]#1
// The other way round in time it is the other way round in memory; what is returned stays a stack of its own.
// CHECK: %[[Q:.*]]:3 = nn.scan reverse steps <5> {{.*}} ys [1, 1] :
// CHECK: nn.yield %[[M:.*]], %[[O:.*]], %[[M]] :
// CHECK: %[[B:.*]] = nn.concat %[[Q]]#2, %{{.*}} axis 1
// CHECK: %[[NEXT:.*]] = nn.slice %[[B]] low [0, 1, 0]
// CHECK: %[[E:.*]] = nn.exp %[[NEXT]]
// CHECK: nn.return %{{.*}}, %[[E]], %[[Q]]#1
!h = tensor<?x3xf32, #nn.dims<B, 3>>
!x = tensor<?x5x3xf32, #nn.dims<B, 5, 3>>
nn.entry @forward(%x: !x {nn.name = "x"}, %h: !h {nn.name = "h"}) -> (!x {nn.name = "y"}, !x {nn.name = "z"}, !x {nn.name = "o"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %r:3 = nn.scan steps #nn.dims<5> consts() init(%h) xs(%x) [1] ys [1, 1] : (!h, !x) -> (!h, !x, !x) {
  ^bb0(%t: tensor<i64>, %old: !h, %xt: !h):
    %new = nn.add %old, %xt : !h
    nn.yield %new, %old, %new : !h, !h, !h
  }
  %y = nn.mul %r#1, %r#2 : !x
  %q:3 = nn.scan reverse steps #nn.dims<5> consts() init(%h) xs(%x) [1] ys [1, 1] : (!h, !x) -> (!h, !x, !x) {
  ^bb0(%t: tensor<i64>, %old: !h, %xt: !h):
    %new = nn.mul %old, %xt : !h
    nn.yield %new, %old, %old : !h, !h, !h
  }
  %e = nn.exp %q#1 : !x
  nn.return %y, %e, %q#2 : !x, !x, !x
}
