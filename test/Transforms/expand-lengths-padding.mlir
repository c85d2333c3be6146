// RUN: nnc-opt %s --nn-expand-lengths | FileCheck %s
// What a body computes with is, behind an end, the row's first step; lengths that are inputs are bounded by the steps.
// What is only handed on stays as it is.
// CHECK: nn.entry @forward(%[[X:.*]]: tensor<?x3x2xf32, #nn.dims<B, 3, 2>> {nn.name = "x"}, %[[Z:.*]]: tensor<3x?xf32, #nn.dims<3, B>> {nn.name = "z"}, %[[N:.*]]: tensor<?xi32, #nn.dims<B>> {nn.index_bound = 4 : i64, nn.name = "n"})
// CHECK: %[[RUNS:.*]] = nn.generic any over <B, 3>(%[[N]])
// CHECK-NEXT: ^bb0(%[[END:.*]]: tensor<i32>, %{{.*}}: tensor<i64>, %[[T:.*]]: tensor<i64>):
// CHECK-NEXT: %[[WIDE:.*]] = nn.cast %[[END]] : tensor<i32> -> tensor<i64>
// CHECK-NEXT: nn.compare lt %[[T]], %[[WIDE]]
// CHECK: %[[MASK:.*]] = nn.broadcast %[[RUNS]] dims [0, 1] : {{.*}} -> tensor<?x3x2xi1, #nn.dims<B, 3, 2>>
// CHECK: %[[ONE:.*]] = nn.slice %[[X]] low [0, 0, 0] : {{.*}} -> tensor<?x1x2xf32, #nn.dims<B, 1, 2>>
// CHECK: %[[FIRST:.*]] = nn.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x2xi1, #nn.dims<B, 2>>
// CHECK: %[[STOP:.*]] = nn.stop_gradient %[[FIRST]]
// CHECK: %[[FILLER:.*]] = nn.broadcast %[[STOP]] dims [0, 2]
// CHECK: %[[FILLED:.*]] = nn.select %[[MASK]], %[[X]], %[[FILLER]]
// CHECK: nn.scan steps <3> consts(%{{.*}}) init(%{{.*}}, %{{.*}}) xs(%[[FILLED]], %[[Z]]) [1, 0]
!x = tensor<?x3x2xf32, #nn.dims<B, 3, 2>>
!z = tensor<3x?xf32, #nn.dims<3, B>>
!h = tensor<?x2xf32, #nn.dims<B, 2>>
!r = tensor<?xf32, #nn.dims<B>>
nn.entry @forward(%x: !x {nn.name = "x"}, %z: !z {nn.name = "z"}, %n: tensor<?xi32, #nn.dims<B>> {nn.name = "n"}) -> (!h {nn.name = "h"}, !r {nn.name = "last"}) attributes {sizes = [#nn.size<"B" max 8>]} {
  %c = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %c dims [] : tensor<f32> -> !h
  %l0 = nn.broadcast %c dims [] : tensor<f32> -> !r
  %r:2 = nn.scan steps #nn.dims<3> consts() init(%h0, %l0) xs(%x, %z) [1, 0] lengths %n ys [] : (!h, !r, !x, !z, tensor<?xi32, #nn.dims<B>>) -> (!h, !r) {
  ^bb0(%t: tensor<i64>, %old: !h, %last: !r, %xt: !h, %zt: !r):
    %new = nn.add %old, %xt : !h
    nn.yield %new, %zt : !h, !r
  }
  nn.return %r#0, %r#1 : !h, !r
}

// A number of steps that is free bounds the lengths, too.
// CHECK: nn.entry @eval({{.*}}{nn.index_bound = #nn.dims<T + 1>, nn.name = "n"})
!s = tensor<?x?x2xf32, #nn.dims<B, T, 2>>
nn.entry @eval(%x: !s {nn.name = "x"}, %n: tensor<?xi64, #nn.dims<B>> {nn.name = "n"}) -> (!h {nn.name = "h"}) attributes {sizes = [#nn.size<"B" max 8>, #nn.size<"T" max 8>]} {
  %c = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %c dims [] : tensor<f32> -> !h
  %r = nn.scan steps #nn.dims<T> consts() init(%h0) xs(%x) [1] lengths %n ys [] : (!h, !s, tensor<?xi64, #nn.dims<B>>) -> !h {
  ^bb0(%t: tensor<i64>, %old: !h, %xt: !h):
    %new = nn.add %old, %xt : !h
    nn.yield %new : !h
  }
  nn.return %r : !h
}
