// RUN: nnc-opt %s --nn-hoist-scan | FileCheck %s
// The products of all steps at once would be more than a tensor may hold: the loop stays as it is.
// CHECK-LABEL: nn.entry @forward
// CHECK-NEXT: nn.scan steps <68719476736>
// CHECK: nn.contract
nn.entry @forward(%x: tensor<68719476736x1xf32> {nn.name = "x"}, %w: tensor<4096x1xf32> {nn.name = "w"}, %h: tensor<4096xf32> {nn.name = "h"}) -> (tensor<4096xf32> {nn.name = "y"}) attributes {sizes = []} {
  %r = nn.scan steps #nn.dims<68719476736> consts(%w) init(%h) xs(%x) [0] ys [] : (tensor<4096x1xf32>, tensor<4096xf32>, tensor<68719476736x1xf32>) -> tensor<4096xf32> {
  ^bb0(%t: tensor<i64>, %ww: tensor<4096x1xf32>, %old: tensor<4096xf32>, %xt: tensor<1xf32>):
    %p = nn.contract %xt, %ww "i,oi->o" : (tensor<1xf32>, tensor<4096x1xf32>) -> tensor<4096xf32>
    %new = nn.add %old, %p : tensor<4096xf32>
    nn.yield %new : tensor<4096xf32>
  }
  nn.return %r : tensor<4096xf32>
}
