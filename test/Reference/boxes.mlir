// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines

nn.entry @forward() -> (tensor<2x2xi32> {nn.name = "slice"}, tensor<3x4xi32> {nn.name = "pad"}, tensor<2x1xi32> {nn.name = "left"},
    tensor<2x2xi32> {nn.name = "right"}, tensor<2x4xi32> {nn.name = "concat"}) attributes {sizes = []} {
  %x = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32> : tensor<2x3xi32>
  %slice = nn.slice %x low [0, 1] : tensor<2x3xi32> -> tensor<2x2xi32>
  %pad = nn.pad %x low [1, 0] : tensor<2x3xi32> -> tensor<3x4xi32>
  %left, %right = nn.split %x axis 1 : (tensor<2x3xi32>) -> (tensor<2x1xi32>, tensor<2x2xi32>)
  %concat = nn.concat %right, %left, %left axis 1 : (tensor<2x2xi32>, tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x4xi32>
  nn.return %slice, %pad, %left, %right, %concat : tensor<2x2xi32>, tensor<3x4xi32>, tensor<2x1xi32>, tensor<2x2xi32>, tensor<2x4xi32>
}
// CHECK: slice = [{{\[}}2, 3], [5, 6]]
// CHECK-NEXT: pad = [{{\[}}0, 0, 0, 0], [1, 2, 3, 0], [4, 5, 6, 0]]
// CHECK-NEXT: left = [{{\[}}1], [4]]
// CHECK-NEXT: right = [{{\[}}2, 3], [5, 6]]
// CHECK-NEXT: concat = [{{\[}}2, 3, 1, 1], [5, 6, 4, 4]]
