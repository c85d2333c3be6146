// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines

nn.entry @forward() -> (tensor<2x3xi32> {nn.name = "columns"}, tensor<2x3xi32> {nn.name = "rows"}, tensor<3x2xi32> {nn.name = "reshape"},
    tensor<2x1x3xi32> {nn.name = "transpose"}) attributes {sizes = []} {
  %c = nn.constant dense<[1, 2, 3]> : tensor<3xi32> : tensor<3xi32>
  %r = nn.constant dense<[4, 5]> : tensor<2xi32> : tensor<2xi32>
  %m = nn.constant dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi32> : tensor<1x3x2xi32>
  %columns = nn.broadcast %c dims [1] : tensor<3xi32> -> tensor<2x3xi32>
  %rows = nn.broadcast %r dims [0] : tensor<2xi32> -> tensor<2x3xi32>
  %reshape = nn.reshape %columns : tensor<2x3xi32> -> tensor<3x2xi32>
  %transpose = nn.transpose %m perm [2, 0, 1] : tensor<1x3x2xi32> -> tensor<2x1x3xi32>
  nn.return %columns, %rows, %reshape, %transpose : tensor<2x3xi32>, tensor<2x3xi32>, tensor<3x2xi32>, tensor<2x1x3xi32>
}
// CHECK: columns = [{{\[}}1, 2, 3], [1, 2, 3]]
// CHECK-NEXT: rows = [{{\[}}4, 4, 4], [5, 5, 5]]
// CHECK-NEXT: reshape = [{{\[}}1, 2], [3, 1], [2, 3]]
// CHECK-NEXT: transpose = [{{\[}}[1, 3, 5]], {{\[}}[2, 4, 6]]]
