// RUN: nnc-opt %s --nn-evaluate=precision=f64 | FileCheck %s
// Large inputs do not overflow; a row of -inf is NaN in softmax and -inf in logsumexp.

nn.entry @forward() -> (tensor<2x2xf64> {nn.name = "softmax"}, tensor<2x2xf64> {nn.name = "down"}, tensor<2x2xf64> {nn.name = "log_softmax"},
    tensor<2xf64> {nn.name = "logsumexp"}, tensor<1xf64> {nn.name = "empty"}, tensor<1x2xf64> {nn.name = "nothing"}) attributes {sizes = []} {
  %x = nn.constant dense<[[10000.0, 10000.0], [0.0, 1.0986122886681098]]> : tensor<2x2xf64> : tensor<2x2xf64>
  %i = nn.constant dense<0xFFF0000000000000> : tensor<1x2xf64> : tensor<1x2xf64>
  %softmax = nn.softmax %x axis 1 : tensor<2x2xf64>
  %down = nn.softmax %x axis 0 : tensor<2x2xf64>
  %log_softmax = nn.log_softmax %x axis 1 : tensor<2x2xf64>
  %logsumexp = nn.logsumexp %x axis 1 : tensor<2x2xf64> -> tensor<2xf64>
  %empty = nn.logsumexp %i axis 1 : tensor<1x2xf64> -> tensor<1xf64>
  %nothing = nn.softmax %i axis 1 : tensor<1x2xf64>
  nn.return %softmax, %down, %log_softmax, %logsumexp, %empty, %nothing : tensor<2x2xf64>, tensor<2x2xf64>, tensor<2x2xf64>, tensor<2xf64>, tensor<1xf64>, tensor<1x2xf64>
}
// CHECK: softmax = {{\[\[}}0.5, 0.5], [0.25, 0.75]]
// CHECK-NEXT: down = {{\[\[}}1, 1], [0, 0]]
// CHECK-NEXT: log_softmax = {{\[\[}}-0.693147180559{{[0-9]*}}, -0.693147180559{{[0-9]*}}], [-1.38629436111{{[0-9]*}}, -0.28768207245{{[0-9]*}}]]
// CHECK-NEXT: logsumexp = [10000.693147180{{[0-9]*}}, 1.38629436111{{[0-9]*}}]
// CHECK-NEXT: empty = [-inf]
// CHECK-NEXT: nothing = {{\[\[}}nan, nan]]
