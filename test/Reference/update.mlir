// RUN: nnc-opt %s --nn-evaluate=precision=f64 | FileCheck %s --match-full-lines
// lr 0.5, decay 0.25; p = 4, g = 1. With `finite` false nothing changes.

nn.entry @forward() -> (tensor<1xf64> {nn.name = "sgd"}, tensor<1xf64> {nn.name = "decay"}, tensor<1xf64> {nn.name = "momentum"},
    tensor<1xf64> {nn.name = "velocity"}, tensor<1xf64> {nn.name = "nesterov"}, tensor<1xf64> {nn.name = "adam"},
    tensor<1xf64> {nn.name = "m"}, tensor<1xf64> {nn.name = "v"}, tensor<1xf64> {nn.name = "adamw"},
    tensor<1xf64> {nn.name = "kept"}, tensor<1xf64> {nn.name = "kept_m"}) attributes {sizes = []} {
  %p = nn.constant dense<4.0> : tensor<1xf64> : tensor<1xf64>
  %g = nn.constant dense<1.0> : tensor<1xf64> : tensor<1xf64>
  %b = nn.constant dense<2.0> : tensor<1xf64> : tensor<1xf64>
  %lr = nn.constant dense<0.5> : tensor<f64> : tensor<f64>
  %d = nn.constant dense<0.25> : tensor<f64> : tensor<f64>
  %c1 = nn.constant dense<2.0> : tensor<f64> : tensor<f64>
  %c2 = nn.constant dense<4.0> : tensor<f64> : tensor<f64>
  %no = nn.constant dense<false> : tensor<i1> : tensor<i1>
  %sgd = nn.sgd %p, %g lr %lr : tensor<1xf64>, tensor<f64>
  %decay = nn.sgd %p, %g lr %lr decay %d : tensor<1xf64>, tensor<f64>
  %momentum, %velocity = nn.sgd %p, %g velocity %b lr %lr {momentum = 5.0e-1 : f64} : tensor<1xf64>, tensor<f64>
  %nesterov, %velocity2 = nn.sgd %p, %g velocity %b lr %lr {momentum = 5.0e-1 : f64, nesterov} : tensor<1xf64>, tensor<f64>
  // m = 0.5 · 2 + 0.5 · 1 = 1.5, v = 0.75 · 2 + 0.25 = 1.75, u = 3 / (√7 + 1)
  %adam, %m, %v = nn.adam %p, %g, %b, %b scalars %lr, %c1, %c2 {beta1 = 5.0e-1 : f64, beta2 = 7.5e-1 : f64, eps = 1.0 : f64} : tensor<1xf64>, tensor<f64>
  %adamw, %m2, %v2 = nn.adam %p, %g, %b, %b scalars %lr, %c1, %c2, %d {beta1 = 5.0e-1 : f64, beta2 = 7.5e-1 : f64, eps = 1.0 : f64, decoupled} : tensor<1xf64>, tensor<f64>
  %kept, %kept_m, %kept_v = nn.adam %p, %g, %b, %b scalars %lr, %c1, %c2 finite %no {beta1 = 5.0e-1 : f64, beta2 = 7.5e-1 : f64, eps = 1.0 : f64} : tensor<1xf64>, tensor<f64>
  nn.return %sgd, %decay, %momentum, %velocity, %nesterov, %adam, %m, %v, %adamw, %kept, %kept_m
    : tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>
}
// CHECK: sgd = [3.5]
// CHECK-NEXT: decay = [3]
// CHECK-NEXT: momentum = [3]
// CHECK-NEXT: velocity = [2]
// CHECK-NEXT: nesterov = [3]
// CHECK-NEXT: adam = [3.5885621722338525]
// CHECK-NEXT: m = [1.5]
// CHECK-NEXT: v = [1.75]
// CHECK-NEXT: adamw = [3.0885621722338525]
// CHECK-NEXT: kept = [4]
// CHECK-NEXT: kept_m = [2]
