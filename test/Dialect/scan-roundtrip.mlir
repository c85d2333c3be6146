// RUN: nnc-opt %s | nnc-opt | FileCheck %s
!x = tensor<?x5x3xf32, #nn.dims<B, 5, 3>>
!h = tensor<?x3xf32, #nn.dims<B, 3>>

// CHECK-LABEL: nn.entry @forward
nn.entry @forward(%x: !x {nn.name = "x"}, %n: tensor<?xi32, #nn.dims<B>> {nn.name = "n"}, %h0: !h {nn.name = "h"}) -> (!h {nn.name = "last"}, !x {nn.name = "all"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  // CHECK: nn.scan reverse steps <5> consts() init(%{{.*}}) xs(%{{.*}}) [1] lengths %{{.*}} ys [1]
  %r:2 = nn.scan reverse steps #nn.dims<5> consts() init(%h0) xs(%x) [1] lengths %n ys [1] : (!h, !x, tensor<?xi32, #nn.dims<B>>) -> (!h, !x) {
  ^bb0(%t: tensor<i64>, %h: !h, %slice: !h):
    %new = nn.add %h, %slice : !h
    nn.yield %new, %new : !h, !h
  }
  // CHECK: nn.split %{{.*}} axis 1
  %a, %b = nn.split %r#1 axis 1 : (!x) -> (tensor<?x2x3xf32, #nn.dims<B, 2, 3>>, tensor<?x3x3xf32, #nn.dims<B, 3, 3>>)
  %c = nn.concat %a, %b axis 1 : (tensor<?x2x3xf32, #nn.dims<B, 2, 3>>, tensor<?x3x3xf32, #nn.dims<B, 3, 3>>) -> !x
  nn.return %r#0, %c : !h, !x
}
