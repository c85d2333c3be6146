// RUN: nnc-opt %s --nn-inline-custom --split-input-file | FileCheck %s
// The forward takes the place, also in a loop and of one function within another.

// CHECK-LABEL: nn.entry @forward
// CHECK-NOT: nn.custom
// CHECK: %[[E:.*]] = nn.exp %arg0
// CHECK: %[[S:.*]] = nn.sin %[[E]]
// CHECK: nn.scan
// CHECK: nn.neg
// CHECK-NOT: nn.custom
nn.entry @forward(%x: tensor<4xf32>) -> tensor<4xf32> attributes {sizes = []} {
  %y = nn.custom(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %e = nn.exp %a : tensor<4xf32>
    %i = nn.custom(%e) : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%b: tensor<4xf32>):
      %s = nn.sin %b : tensor<4xf32>
      nn.yield %s : tensor<4xf32>
    } backward {
    ^bb0(%b: tensor<4xf32>, %r: tensor<4xf32>, %g: tensor<4xf32>):
      nn.yield %g : tensor<4xf32>
    }
    nn.yield %i, %e : tensor<4xf32>, tensor<4xf32>
  } backward {
  ^bb0(%a: tensor<4xf32>, %r: tensor<4xf32>, %e: tensor<4xf32>, %g: tensor<4xf32>):
    nn.yield %g : tensor<4xf32>
  }
  %z = nn.scan steps #nn.dims<3> consts() init(%y) xs() [] ys [] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<4xf32>):
    %n = nn.custom(%c) : (tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%b: tensor<4xf32>):
      %m = nn.neg %b : tensor<4xf32>
      nn.yield %m : tensor<4xf32>
    } backward {
    ^bb0(%b: tensor<4xf32>, %r: tensor<4xf32>, %g: tensor<4xf32>):
      nn.yield %g : tensor<4xf32>
    }
    nn.yield %n : tensor<4xf32>
  }
  nn.return %z : tensor<4xf32>
}
