// RUN: nnc-opt %s --split-input-file --nn-differentiate --nn-attach-optimizer --canonicalize --cse | FileCheck %s
// SGD with momentum, decay on matrices only, limit by norm, a decaying rate.

nn.param @w : tensor<2x3xf32> = <constant, [0.5]>
nn.param @b : tensor<3xf32> = <constant, [0.5]>
nn.entry @step(%x: tensor<2x3xf32> {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [],
    optimizer = #nn.optimizer<"sgd", {lr = 1.0e-1, momentum = 9.0e-1, nesterov = true, weight_decay = 1.0e-4, schedule = {kind = "step_decay", every = 10.0, by = 0.5}}>, clip = #nn.clip<norm, 1.0>} {
  %w = nn.get @w : tensor<2x3xf32>
  %b = nn.get @b : tensor<3xf32>
  %m = nn.mul %x, %w : tensor<2x3xf32>
  %r = nn.reduce add %m dims [0, 1] : tensor<2x3xf32> -> tensor<f32>
  %s = nn.reduce add %b dims [0] : tensor<3xf32> -> tensor<f32>
  %l = nn.add %r, %s : tensor<f32>
  nn.return %l : tensor<f32>
}
// CHECK: nn.state @optimizer.w.momentum of @w : tensor<2x3xf32> = <constant, [0.000000e+00]>
// CHECK: nn.state @optimizer.b.momentum of @b : tensor<3xf32> = <constant, [0.000000e+00]>
// CHECK: nn.entry @step(%{{.*}}, %[[LR:.*]]: tensor<f32> {nn.scalar = "lr"}, %[[WD:.*]]: tensor<f32> {nn.scalar = "weight_decay"}, %[[LIMIT:.*]]: tensor<f32> {nn.scalar = "clip"})
// CHECK-SAME: -> (tensor<f32> {nn.name = "loss"}, tensor<f32> {nn.name = "grad_norm"}, tensor<f32> {nn.name = "finite"})
// CHECK-NOT: optimizer =
// CHECK-DAG: %[[SMALL:.*]] = nn.constant dense<9.99999997E-7>
// CHECK-DAG: %[[ONE:.*]] = nn.constant dense<1.000000e+00>
// CHECK: %[[NORM:.*]] = nn.sqrt
// CHECK: %[[FINITE:.*]] = nn.compare lt %[[NORM]]
// CHECK: %[[FLAG:.*]] = nn.cast %[[FINITE]]
// CHECK: %[[SUM:.*]] = nn.add %[[NORM]], %[[SMALL]]
// CHECK-NEXT: %[[RATIO:.*]] = nn.div %[[LIMIT]], %[[SUM]]
// CHECK-NEXT: %[[FACTOR:.*]] = nn.min %[[ONE]], %[[RATIO]]
// CHECK: %[[VW:.*]] = nn.get @optimizer.w.momentum
// CHECK: nn.sgd %{{.*}}, %{{.*}} velocity %[[VW]] lr %[[LR]] decay %[[WD]] finite %[[FINITE]] {momentum = 9.0{{.*}}nesterov}
// CHECK: nn.sgd %{{.*}} lr %[[LR]] finite
// CHECK: nn.return %{{.*}}, %[[NORM]], %[[FLAG]] : {{.*}} update [@w, @optimizer.w.momentum, @b, @optimizer.b.momentum]
// CHECK: func.func @step.scalars(%[[A:.*]]: f64, %[[D:.*]]: f64, %[[C:.*]]: f64, %[[STEP:.*]]: i64, %{{.*}}: i64, %[[PER:.*]]: i64) -> (f64, f64, f64)
// CHECK-SAME: nn.settings = [{name = "optimizer.lr", value = 1.000000e-01 : f64}, {name = "optimizer.weight_decay", value = 1.000000e-04 : f64}, {name = "clip", value = 1.000000e+00 : f64}]
// CHECK: %[[POWER:.*]] = math.powf
// CHECK: %[[RATE:.*]] = arith.mulf %[[A]], %[[POWER]]
// CHECK: return %[[RATE]], %[[D]], %[[C]]

// -----

// AdamW: three scalars and the decay; limit by value.
nn.param @w : tensor<2x2xf64> = <constant, [0.5]>
nn.entry @step() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [],
    optimizer = #nn.optimizer<"adamw", {lr = 1.0e-3, beta1 = 9.0e-1, beta2 = 9.9e-1, eps = 1.0e-8, weight_decay = 1.0e-2}>, clip = #nn.clip<value, 5.0e-1>} {
  %w = nn.get @w : tensor<2x2xf64>
  %r = nn.reduce add %w dims [0, 1] : tensor<2x2xf64> -> tensor<f64>
  nn.return %r : tensor<f64>
}
// CHECK: nn.state @optimizer.w.m of @w
// CHECK: nn.state @optimizer.w.v of @w
// CHECK: nn.entry @step(%[[LR:.*]]: tensor<f64> {nn.scalar = "lr"}, %[[C1:.*]]: tensor<f64> {nn.scalar = "correction1"}, %[[C2:.*]]: tensor<f64> {nn.scalar = "correction2"}, %[[WD:.*]]: tensor<f64> {nn.scalar = "weight_decay"}, %[[LIMIT:.*]]: tensor<f64> {nn.scalar = "clip"})
// CHECK: %[[NEG:.*]] = nn.neg %[[LIMIT]]
// CHECK: %[[HIGH:.*]] = nn.broadcast %[[LIMIT]] dims []
// CHECK: %[[G:.*]] = nn.min %{{.*}}, %{{.*}}
// CHECK: nn.adam %{{.*}}, %[[G]], %{{.*}}, %{{.*}} scalars %[[LR]], %[[C1]], %[[C2]], %[[WD]] finite %{{.*}} {beta1 = 9.000000e-01 : f64, beta2 = {{.*}} : f64, decoupled, eps = {{.*}} : f64}
// CHECK: update [@w, @optimizer.w.m, @optimizer.w.v]

// -----

// RMSprop with momentum has two slots, Adagrad one; neither has corrections.
nn.param @w : tensor<2x2xf64> = <constant, [0.5]>
nn.entry @step() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [],
    optimizer = #nn.optimizer<"rmsprop", {lr = 1.0e-3, alpha = 7.5e-1, momentum = 5.0e-1, eps = 1.0e-8}>} {
  %w = nn.get @w : tensor<2x2xf64>
  %r = nn.reduce add %w dims [0, 1] : tensor<2x2xf64> -> tensor<f64>
  nn.return %r : tensor<f64>
}
// CHECK: nn.state @optimizer.w.square of @w
// CHECK: nn.state @optimizer.w.momentum of @w
// CHECK: nn.entry @step(%[[LR:.*]]: tensor<f64> {nn.scalar = "lr"})
// CHECK: nn.rmsprop %{{.*}} velocity %{{.*}} lr %[[LR]] finite %{{.*}} {alpha = 7.500000e-01 : f64, eps = {{.*}}, momentum = 5.000000e-01 : f64}
// CHECK: update [@w, @optimizer.w.square, @optimizer.w.momentum]

// -----

nn.param @w : tensor<2x2xf64> = <constant, [0.5]>
nn.entry @step() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [], optimizer = #nn.optimizer<"adagrad", {lr = 1.0e-3, weight_decay = 1.0e-2}>} {
  %w = nn.get @w : tensor<2x2xf64>
  %r = nn.reduce add %w dims [0, 1] : tensor<2x2xf64> -> tensor<f64>
  nn.return %r : tensor<f64>
}
// CHECK: nn.state @optimizer.w.sum of @w
// CHECK: nn.entry @step(%[[LR:.*]]: tensor<f64> {nn.scalar = "lr"}, %[[WD:.*]]: tensor<f64> {nn.scalar = "weight_decay"})
// CHECK: nn.adagrad %{{.*}} lr %[[LR]] decay %[[WD]] finite %{{.*}} {eps = 1.000000e-10 : f64}
// CHECK: update [@w, @optimizer.w.sum]
