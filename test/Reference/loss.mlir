// RUN: nnc-opt %s --nn-evaluate=precision=f64 | FileCheck %s
// Logits 0 and log 3: probabilities 1/4, 3/4.

nn.entry @forward() -> (tensor<2xf64> {nn.name = "loss"}, tensor<2xf64> {nn.name = "lse"}, tensor<2xf64> {nn.name = "smooth"},
    tensor<2x2xf64> {nn.name = "grad"}, tensor<2x2xf64> {nn.name = "smooth_grad"}, tensor<2xf64> {nn.name = "mse"}) attributes {sizes = []} {
  %x = nn.constant dense<[[0.0, 1.0986122886681098], [0.0, 1.0986122886681098]]> : tensor<2x2xf64> : tensor<2x2xf64>
  %labels = nn.constant dense<[0, 1]> : tensor<2xi32> : tensor<2xi32>
  %g = nn.constant dense<[1.0, 2.0]> : tensor<2xf64> : tensor<2xf64>
  %p = nn.constant dense<[1.0, -2.0]> : tensor<2xf64> : tensor<2xf64>
  %loss, %lse = nn.softmax_cross_entropy %x, %labels : (tensor<2x2xf64>, tensor<2xi32>) -> (tensor<2xf64>, tensor<2xf64>)
  %smooth, %lse2 = nn.softmax_cross_entropy %x, %labels smoothing 5.0e-1 : (tensor<2x2xf64>, tensor<2xi32>) -> (tensor<2xf64>, tensor<2xf64>)
  %grad = nn.softmax_cross_entropy_grad %x, %labels, %lse, %g : (tensor<2x2xf64>, tensor<2xi32>, tensor<2xf64>, tensor<2xf64>) -> tensor<2x2xf64>
  %smooth_grad = nn.softmax_cross_entropy_grad %x, %labels, %lse, %g smoothing 5.0e-1 : (tensor<2x2xf64>, tensor<2xi32>, tensor<2xf64>, tensor<2xf64>) -> tensor<2x2xf64>
  %mse = nn.mse %g, %p : tensor<2xf64>
  nn.return %loss, %lse, %smooth, %grad, %smooth_grad, %mse : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2x2xf64>, tensor<2x2xf64>, tensor<2xf64>
}
// loss = log 4, log 4/3; smooth = half of it and half of the mean over classes, (log 4 + log 4/3) / 2.
// CHECK: loss = [1.3862943611{{[0-9]*}}, 0.287682072451{{[0-9]*}}]
// CHECK-NEXT: lse = [1.3862943611{{[0-9]*}}, 1.3862943611{{[0-9]*}}]
// CHECK-NEXT: smooth = [1.111641288{{[0-9]*}}, 0.5623351446{{[0-9]*}}]
// CHECK-NEXT: grad = {{\[\[}}-0.75{{[0-9]*}}, 0.75{{[0-9]*}}], [{{0.5|0.4999[0-9]*}}, {{-0.5|-0.4999[0-9]*}}]]
// CHECK-NEXT: smooth_grad = {{\[\[}}-0.5, 0.5{{[0-9]*}}], [{{0|-?[0-9.]+e-16}}, {{0|-?[0-9.]+e-16}}]]
// CHECK-NEXT: mse = [0, 16]
