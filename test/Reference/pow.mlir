// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// The cases of pow, in the order of SPEC.md.

nn.entry @forward() -> (tensor<10xf32> {nn.name = "pow"}) attributes {sizes = []} {
  %a = nn.constant dense<[0x7FC00000, 1.0, 0x7FC00000, 3.0, -3.0, 0.0, -0.0, -2.0, -2.0, -2.0]> : tensor<10xf32> : tensor<10xf32>
  %b = nn.constant dense<[0.0, 0x7FC00000, 2.0, 1.0, 2.0, 0.5, -1.0, 3.0, -2.0, 0.5]> : tensor<10xf32> : tensor<10xf32>
  %y = nn.pow %a, %b : tensor<10xf32>
  nn.return %y : tensor<10xf32>
}
// CHECK: pow = [1, 1, nan, 3, 9, 0, inf, -8, 0.25, nan]
