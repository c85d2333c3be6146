// RUN: nnc-opt %s --split-input-file --nn-differentiate --canonicalize --cse | FileCheck %s
// The backward scan runs against the forward one, computes the step again from the carries that came in, and stacks
// what the weights' gradients need: those are one contraction and one reduction over all steps.

!x = tensor<?x5x4xf32, #nn.dims<B, 5, 4>>
!h = tensor<?x3xf32, #nn.dims<B, 3>>
!s = tensor<?x4xf32, #nn.dims<B, 4>>

nn.param @u : tensor<3x3xf32> = <uniform, [-0.5, 0.5]>
nn.param @w : tensor<3x4xf32> = <uniform, [-0.5, 0.5]>
nn.param @b : tensor<3xf32> = <uniform, [-0.5, 0.5]>
// CHECK: %[[F:.*]]:2 = nn.scan steps <5> consts(%[[U:.*]], %[[W:.*]], %[[B:.*]]) init(%{{.*}}) xs(%arg0) [1] ys [1]
// CHECK-NEXT: ^bb0(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[OLD:.*]]: tensor<?x3xf32, #nn.dims<B, 3>>, %{{.*}}):
// CHECK: %[[NEW:.*]] = nn.tanh
// CHECK-NEXT: nn.yield %[[NEW]], %[[OLD]]
// CHECK: %[[SEED:.*]] = nn.broadcast
// CHECK: %[[G:.*]]:3 = nn.scan reverse steps <5> consts(%[[U]], %[[W]], %[[B]]) init(%[[SEED]]) xs(%[[F]]#1, %arg0) [1, 1] ys [1, 1]
// CHECK-NEXT: ^bb0(%{{.*}}, %[[CU:.*]]: tensor<3x3xf32>, %[[CW:.*]]: tensor<3x4xf32>, %[[CB:.*]]: tensor<3xf32>, %[[DH:.*]]: tensor<?x3xf32, #nn.dims<B, 3>>, %[[H:.*]]: tensor<?x3xf32, #nn.dims<B, 3>>, %[[X:.*]]: tensor<?x4xf32, #nn.dims<B, 4>>):
// CHECK: nn.contract %[[X]], %[[CW]]
// CHECK: nn.contract %[[H]], %[[CU]]
// CHECK: %[[AGAIN:.*]] = nn.tanh
// CHECK: nn.mul %[[AGAIN]], %[[AGAIN]]
// CHECK: %[[DE:.*]] = nn.mul %[[DH]], %{{.*}}
// CHECK-NEXT: %[[DOLD:.*]] = nn.contract %[[DE]], %[[CU]] "bo,oi->bi"
// CHECK-NEXT: %[[DX:.*]] = nn.contract %[[DE]], %[[CW]] "bo,oi->bi"
// CHECK-NEXT: nn.yield %[[DOLD]], %[[DX]], %[[DE]]
// CHECK: %[[DU:.*]] = nn.contract %[[G]]#2, %[[F]]#1 "bto,bti->oi"
// CHECK-NEXT: %[[DW:.*]] = nn.contract %[[G]]#2, %arg0 "bto,bti->oi"
// CHECK-NEXT: %[[DB:.*]] = nn.reduce add %[[G]]#2 dims [0, 1]
// CHECK-NEXT: nn.return %{{.*}}, %[[DU]], %[[DW]], %[[DB]], %[[G]]#1
nn.entry @grad(%x: !x {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %u = nn.get @u : tensor<3x3xf32>
  %w = nn.get @w : tensor<3x4xf32>
  %b = nn.get @b : tensor<3xf32>
  %zero = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %zero dims [] : tensor<f32> -> !h
  %h = nn.scan steps #nn.dims<5> consts(%u, %w, %b) init(%h0) xs(%x) [1] ys [] : (tensor<3x3xf32>, tensor<3x4xf32>, tensor<3xf32>, !h, !x) -> !h {
  ^bb0(%t: tensor<i64>, %cu: tensor<3x3xf32>, %cw: tensor<3x4xf32>, %cb: tensor<3xf32>, %old: !h, %slice: !s):
    %c = nn.broadcast %cb dims [1] : tensor<3xf32> -> !h
    %d = nn.contract %slice, %cw init %c : !h "bi,oi->bo" : (!s, tensor<3x4xf32>) -> !h
    %e = nn.contract %old, %cu init %d : !h "bi,oi->bo" : (!h, tensor<3x3xf32>) -> !h
    %new = nn.tanh %e : !h
    nn.yield %new : !h
  }
  %loss = nn.reduce add %h dims [0, 1] : !h -> tensor<f32>
  nn.return %loss : tensor<f32>
}

// -----

// A const that is used elementwise is summed step by step. Time stands where the scan has it. The counter and the carry
// that the loss does not read get no cotangent; backward reads the counter's stack.

!i = tensor<i32>
nn.param @p : tensor<3xf32> = <uniform, [-0.5, 0.5]>
// CHECK: %[[F:.*]]:6 = nn.scan reverse steps <5> consts({{.*}}) init({{.*}}) xs({{.*}}) [0] ys [0, 0, 0]
// CHECK: nn.yield %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[S:.*]], %[[I:.*]] : tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>
// CHECK: %[[G:.*]]:3 = nn.scan steps <5> consts(%{{.*}}) init(%{{.*}}, %{{.*}}) xs(%[[F]]#4, %[[F]]#5, %{{.*}}) [0, 0, 0] ys [0]
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<i64>, %[[C:.*]]: tensor<3xf32>, %[[DS:.*]]: tensor<3xf32>, %[[SUM:.*]]: tensor<3xf32>, %[[OLD:.*]]: tensor<3xf32>, %[[COUNT:.*]]: tensor<i32>, %[[DY:.*]]: tensor<3xf32>):
// CHECK: nn.cast %[[COUNT]]
// CHECK: %[[DO:.*]] = nn.add %[[DY]], %[[DS]]
// CHECK: %[[DM:.*]] = nn.mul %[[DO]], %{{.*}}
// CHECK: %[[DOLD:.*]] = nn.mul %[[DM]], %[[C]]
// CHECK: %[[DC:.*]] = nn.mul %[[OLD]], %[[DM]]
// CHECK: %[[NEXT:.*]] = nn.add %[[SUM]], %[[DC]]
// CHECK: nn.yield %[[DOLD]], %[[NEXT]], %[[DO]]
// CHECK: %[[DP:.*]] = nn.add %[[G]]#1, %[[G]]#0
// CHECK: nn.return %{{.*}}, %[[DP]], %[[G]]#2
nn.entry @grad(%x: tensor<5x3xf32> {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %p = nn.get @p : tensor<3xf32>
  %zero = nn.constant dense<0> : tensor<i32> : !i
  %f:4 = nn.scan reverse steps #nn.dims<5> consts(%p) init(%p, %zero, %p) xs(%x) [0] ys [0] : (tensor<3xf32>, tensor<3xf32>, !i, tensor<3xf32>, tensor<5x3xf32>) -> (tensor<3xf32>, !i, tensor<3xf32>, tensor<5x3xf32>) {
  ^bb0(%t: tensor<i64>, %c: tensor<3xf32>, %s: tensor<3xf32>, %i: !i, %idle: tensor<3xf32>, %slice: tensor<3xf32>):
    %one = nn.constant dense<1> : tensor<i32> : !i
    %j = nn.add %i, %one : !i
    %r = nn.cast %i : !i -> tensor<f32>
    %k = nn.broadcast %r dims [] : tensor<f32> -> tensor<3xf32>
    %m = nn.mul %s, %c : tensor<3xf32>
    %n = nn.mul %m, %k : tensor<3xf32>
    %o = nn.add %n, %slice : tensor<3xf32>
    nn.yield %o, %j, %slice, %o : tensor<3xf32>, !i, tensor<3xf32>, tensor<3xf32>
  }
  %loss = nn.reduce add %f#3 dims [0, 1] : tensor<5x3xf32> -> tensor<f32>
  nn.return %loss : tensor<f32>
}
