// RUN: nnc-opt %s --nn-hoist-scan --remarks-filter=hoist --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// CHECK: nn.entry @f
nn.entry @f(%x: tensor<5x4xf32>, %h: tensor<4xf32>, %w: tensor<4x4xf32>) -> (tensor<5x4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %r:2 = nn.scan steps #nn.dims<5> consts(%w) init(%h) xs(%x) [0] ys [0] : (tensor<4x4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>) {
  ^bb0(%t: tensor<i64>, %v: tensor<4x4xf32>, %old: tensor<4xf32>, %xt: tensor<4xf32>):
    // expected-remark@below {{in front of the loop: matmul of all 5 steps at once}}
    %p = nn.contract %xt, %v "i,gi->g" : (tensor<4xf32>, tensor<4x4xf32>) -> tensor<4xf32>
    %new = nn.contract %old, %v init %p : tensor<4xf32> "i,gi->g" : (tensor<4xf32>, tensor<4x4xf32>) -> tensor<4xf32>
    // expected-remark@below {{behind the loop: matmul of all 5 steps at once}}
    %y = nn.contract %new, %v "i,gi->g" : (tensor<4xf32>, tensor<4x4xf32>) -> tensor<4xf32>
    nn.yield %new, %y : tensor<4xf32>, tensor<4xf32>
  }
  nn.return %r#1 : tensor<5x4xf32>
}
