// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// `chain`: 1e8 first, then eight 4s: each is rounded away; as `init` the same. `restart`: term 4096 begins a
// new chain, where the last two ones are not rounded away.

nn.entry @forward() -> (tensor<2x2xf32> {nn.name = "product"}, tensor<2x2xf32> {nn.name = "init"}, tensor<2x3xf32> {nn.name = "outer"},
    tensor<f32> {nn.name = "dot"}, tensor<2xf32> {nn.name = "batch"}, tensor<1xf32> {nn.name = "chain"}, tensor<1xf32> {nn.name = "restart"}) attributes {sizes = []} {
  %a = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %b = nn.constant dense<[[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %i = nn.constant dense<[[10.0, 20.0], [30.0, 40.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %u = nn.constant dense<[1.0, 2.0]> : tensor<2xf32> : tensor<2xf32>
  %v = nn.constant dense<[1.0, 10.0, 100.0]> : tensor<3xf32> : tensor<3xf32>
  %product = nn.contract %a, %b "bi,oi->bo" : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  %init = nn.contract %a, %b init %i : tensor<2x2xf32> "bi,oi->bo" : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  %outer = nn.contract %u, %v "a,b->ab" : (tensor<2xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %dot = nn.contract %v, %v "a,a->" : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  %batch = nn.contract %a, %b "bi,bi->b" : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
  %ones = nn.constant dense<1.0> : tensor<1x4098xf32> : tensor<1x4098xf32>
  %more = nn.constant dense<1.0> : tensor<4098xf32> : tensor<4098xf32>
  %big = nn.constant dense<1.0e8> : tensor<1xf32> : tensor<1xf32>
  %few = nn.constant dense<4.0> : tensor<8xf32> : tensor<8xf32>
  %eight = nn.constant dense<1.0> : tensor<1x8xf32> : tensor<1x8xf32>
  %chain = nn.contract %eight, %few init %big : tensor<1xf32> "ai,i->a" : (tensor<1x8xf32>, tensor<8xf32>) -> tensor<1xf32>
  %start = nn.constant dense<16773120.0> : tensor<1xf32> : tensor<1xf32>
  %restart = nn.contract %ones, %more init %start : tensor<1xf32> "ai,i->a" : (tensor<1x4098xf32>, tensor<4098xf32>) -> tensor<1xf32>
  nn.return %product, %init, %outer, %dot, %batch, %chain, %restart
    : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x3xf32>, tensor<f32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>
}
// CHECK: product = [{{\[}}-2, 4], [-2, 13]]
// CHECK-NEXT: init = [{{\[}}8, 24], [28, 53]]
// CHECK-NEXT: outer = [{{\[}}1, 10, 100], [2, 20, 200]]
// CHECK-NEXT: dot = 10101
// CHECK-NEXT: batch = [-2, 13]
// CHECK-NEXT: chain = [100000000]
// CHECK-NEXT: restart = [16777218]
