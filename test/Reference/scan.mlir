// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// What each part of a scan means, on whole numbers: sums so far, forward and backward, with time first and last; rows
// that end early; two carries that read each other; a const; the step; no step at all.

nn.entry @forward() -> (tensor<2xi64> {nn.name = "last"}, tensor<2x3xi64> {nn.name = "sums"}, tensor<2xi64> {nn.name = "first"}, tensor<3x2xi64> {nn.name = "reversed"},
    tensor<2xi64> {nn.name = "ended"}, tensor<2x3xi64> {nn.name = "ending"}, tensor<i64> {nn.name = "a"}, tensor<i64> {nn.name = "b"}, tensor<4xi64> {nn.name = "steps"},
    tensor<2xi64> {nn.name = "start"}, tensor<2x0xi64> {nn.name = "nothing"}) attributes {sizes = []} {
  %x = nn.constant dense<[[1, 2, 3], [10, 20, 30]]> : tensor<2x3xi64> : tensor<2x3xi64>
  %zero = nn.constant dense<0> : tensor<2xi64> : tensor<2xi64>
  %p:2 = nn.scan steps #nn.dims<3> consts() init(%zero) xs(%x) [1] ys [1] : (tensor<2xi64>, tensor<2x3xi64>) -> (tensor<2xi64>, tensor<2x3xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    %n = nn.add %s, %e : tensor<2xi64>
    nn.yield %n, %n : tensor<2xi64>, tensor<2xi64>
  }
  %q:2 = nn.scan reverse steps #nn.dims<3> consts() init(%zero) xs(%x) [1] ys [0] : (tensor<2xi64>, tensor<2x3xi64>) -> (tensor<2xi64>, tensor<3x2xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    %n = nn.add %s, %e : tensor<2xi64>
    nn.yield %n, %n : tensor<2xi64>, tensor<2xi64>
  }
  %lengths = nn.constant dense<[1, 2]> : tensor<2xi32> : tensor<2xi32>
  %r:2 = nn.scan reverse steps #nn.dims<3> consts() init(%zero) xs(%x) [1] lengths %lengths ys [1] : (tensor<2xi64>, tensor<2x3xi64>, tensor<2xi32>) -> (tensor<2xi64>, tensor<2x3xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    %n = nn.add %s, %e : tensor<2xi64>
    nn.yield %n, %n : tensor<2xi64>, tensor<2xi64>
  }
  %one = nn.constant dense<1> : tensor<i64> : tensor<i64>
  %two = nn.constant dense<2> : tensor<i64> : tensor<i64>
  %f:3 = nn.scan reverse steps #nn.dims<4> consts(%two) init(%one, %two) xs() [] ys [0] : (tensor<i64>, tensor<i64>, tensor<i64>) -> (tensor<i64>, tensor<i64>, tensor<4xi64>) {
  ^bb0(%t: tensor<i64>, %c: tensor<i64>, %a: tensor<i64>, %b: tensor<i64>):
    %s = nn.add %a, %b : tensor<i64>
    %u = nn.mul %t, %c : tensor<i64>
    nn.yield %b, %s, %u : tensor<i64>, tensor<i64>, tensor<i64>
  }
  %lengths64 = nn.cast %lengths : tensor<2xi32> -> tensor<2xi64>
  %none = nn.slice %x low [0, 3] : tensor<2x3xi64> -> tensor<2x0xi64>
  %o:2 = nn.scan steps #nn.dims<0> consts() init(%lengths64) xs(%none) [1] ys [1] : (tensor<2xi64>, tensor<2x0xi64>) -> (tensor<2xi64>, tensor<2x0xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    nn.yield %e, %e : tensor<2xi64>, tensor<2xi64>
  }
  nn.return %p#0, %p#1, %q#0, %q#1, %r#0, %r#1, %f#0, %f#1, %f#2, %o#0, %o#1 : tensor<2xi64>, tensor<2x3xi64>, tensor<2xi64>, tensor<3x2xi64>, tensor<2xi64>, tensor<2x3xi64>, tensor<i64>, tensor<i64>, tensor<4xi64>, tensor<2xi64>, tensor<2x0xi64>
}
// CHECK: last = [6, 60]
// CHECK-NEXT: sums = [{{\[}}1, 3, 6], [10, 30, 60]]
// CHECK-NEXT: first = [6, 60]
// CHECK-NEXT: reversed = [{{\[}}6, 60], [5, 50], [3, 30]]
// CHECK-NEXT: ended = [1, 30]
// CHECK-NEXT: ending = [{{\[}}1, 0, 0], [30, 20, 0]]
// CHECK-NEXT: a = 8
// CHECK-NEXT: b = 13
// CHECK-NEXT: steps = [0, 2, 4, 6]
// CHECK-NEXT: start = [1, 2]
// CHECK-NEXT: nothing = [{{\[}}], []]
