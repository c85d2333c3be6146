// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// `order` sums 1e8, 1, … in the tree of trailing axes and in a chain of other axes: f32 tells them apart.

nn.entry @forward() -> (tensor<2xf32> {nn.name = "add"}, tensor<3xf32> {nn.name = "mul"}, tensor<f32> {nn.name = "max"},
    tensor<2xf32> {nn.name = "min"}, tensor<2xf32> {nn.name = "nan"}, tensor<i1> {nn.name = "any"}, tensor<i1> {nn.name = "all"},
    tensor<2xi64> {nn.name = "arg_max"}, tensor<2xi32> {nn.name = "arg_min"}, tensor<f32> {nn.name = "tree"}, tensor<1xf32> {nn.name = "chain"}) attributes {sizes = []} {
  %x = nn.constant dense<[[1.0, 2.0, 2.0], [-4.0, 0.5, -4.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %n = nn.constant dense<[[1.0, 0x7FC00000], [3.0, 2.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %b = nn.constant dense<[true, false]> : tensor<2xi1> : tensor<2xi1>
  %o = nn.constant dense<[1.0e8, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, -1.0e8]> : tensor<9xf32> : tensor<9xf32>
  %oc = nn.reshape %o : tensor<9xf32> -> tensor<9x1xf32>
  %add = nn.reduce add %x dims [1] : tensor<2x3xf32> -> tensor<2xf32>
  %mul = nn.reduce mul %x dims [0] : tensor<2x3xf32> -> tensor<3xf32>
  %max = nn.reduce max %x dims [0, 1] : tensor<2x3xf32> -> tensor<f32>
  %min = nn.reduce min %x dims [1] : tensor<2x3xf32> -> tensor<2xf32>
  %nan = nn.reduce max %n dims [1] : tensor<2x2xf32> -> tensor<2xf32>
  %any = nn.reduce any %b dims [0] : tensor<2xi1> -> tensor<i1>
  %all = nn.reduce all %b dims [0] : tensor<2xi1> -> tensor<i1>
  %arg_max = nn.arg_max %x axis 1 : tensor<2x3xf32> -> tensor<2xi64>
  %arg_min = nn.arg_min %x axis 1 : tensor<2x3xf32> -> tensor<2xi32>
  %tree = nn.reduce add %o dims [0] : tensor<9xf32> -> tensor<f32>
  %chain = nn.reduce add %oc dims [0] : tensor<9x1xf32> -> tensor<1xf32>
  nn.return %add, %mul, %max, %min, %nan, %any, %all, %arg_max, %arg_min, %tree, %chain
    : tensor<2xf32>, tensor<3xf32>, tensor<f32>, tensor<2xf32>, tensor<2xf32>, tensor<i1>, tensor<i1>, tensor<2xi64>, tensor<2xi32>, tensor<f32>, tensor<1xf32>
}
// CHECK: add = [5, -7.5]
// CHECK-NEXT: mul = [-4, 1, -8]
// CHECK-NEXT: max = 2
// CHECK-NEXT: min = [1, -4]
// CHECK-NEXT: nan = [nan, 3]
// CHECK-NEXT: any = true
// CHECK-NEXT: all = false
// CHECK-NEXT: arg_max = [1, 1]
// CHECK-NEXT: arg_min = [0, 0]
// The tree adds lanes 0 and 8 first, where the big terms cancel; in the chain each 4 is rounded away.
// CHECK-NEXT: tree = 28
// CHECK-NEXT: chain = [0]
