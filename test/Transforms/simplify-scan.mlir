// RUN: nnc-opt %s --nn-simplify-scan | FileCheck %s
// RUN: nnc-opt %s --nn-evaluate -o /dev/null > %t.before
// RUN: nnc-opt %s --nn-simplify-scan --nn-evaluate -o /dev/null > %t.after
// RUN: diff %t.before %t.after
// RUN: nnc-opt %s --nn-simplify-scan -o /dev/null --remarks-filter=nn-simplify-scan --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The last state of a stack of them, forward and backward, is the final carry; then nobody needs the stack. The first is
// no carry.
// CHECK-LABEL: nn.entry @forward
// CHECK: %[[F:.*]] = nn.scan steps <3> consts() init(%{{.*}}) xs(%{{.*}}) [1] ys [] :
// CHECK: nn.yield %{{[0-9]+}} : tensor<2xi64>
// CHECK: %[[LAST:.*]] = nn.reshape %[[F]] : tensor<2xi64> -> tensor<2x1xi64>
// CHECK: %[[R:.*]]:2 = nn.scan reverse steps <3> {{.*}} ys [1] :
// CHECK: %[[LEFT:.*]] = nn.reshape %[[R]]#0 : tensor<2xi64> -> tensor<2x1xi64>
// CHECK: %[[RIGHT:.*]] = nn.slice %[[R]]#1 low [0, 2]
// The second carry feeds the first, the third itself alone; the fourth is the product of two consts.
// CHECK: %[[M:.*]] = nn.mul %{{.*}}, %[[P:.*]] : tensor<2xi64>
// CHECK: %[[S:.*]] = nn.neg %[[M]] : tensor<2xi64>
// CHECK: %{{.*}}:2 = nn.scan steps <4> consts(%[[S]]) init(%{{.*}}, %{{.*}}) xs() [] ys [] : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>)
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<i64>, %[[C:.*]]: tensor<2xi64>, %[[A:.*]]: tensor<2xi64>, %[[B:.*]]: tensor<2xi64>):
// CHECK-NEXT: %[[N:.*]] = nn.add %[[A]], %[[B]]
// CHECK-NEXT: %[[O:.*]] = nn.add %[[B]], %[[C]]
// CHECK-NEXT: nn.yield %[[N]], %[[O]]
// CHECK: nn.return %[[LAST]], %[[LEFT]], %[[RIGHT]], %{{.*}}#0
// REMARK-DAG: the last step of a stack became the final carry
// REMARK-DAG: 1 of 2 results are not needed
// REMARK-DAG: 2 of 4 results are not needed
// REMARK-DAG: nn.mul does not change from step to step: moved out
// REMARK-DAG: nn.neg does not change from step to step: moved out
nn.entry @forward() -> (tensor<2x1xi64> {nn.name = "last"}, tensor<2x1xi64> {nn.name = "left"}, tensor<2x1xi64> {nn.name = "right"}, tensor<2xi64> {nn.name = "a"}) attributes {sizes = []} {
  %x = nn.constant dense<[[1, 2, 3], [10, 20, 30]]> : tensor<2x3xi64> : tensor<2x3xi64>
  %zero = nn.constant dense<0> : tensor<2xi64> : tensor<2xi64>
  %p:2 = nn.scan steps #nn.dims<3> consts() init(%zero) xs(%x) [1] ys [1] : (tensor<2xi64>, tensor<2x3xi64>) -> (tensor<2xi64>, tensor<2x3xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    %n = nn.add %s, %e : tensor<2xi64>
    nn.yield %n, %n : tensor<2xi64>, tensor<2xi64>
  }
  %last = nn.slice %p#1 low [0, 2] : tensor<2x3xi64> -> tensor<2x1xi64>
  %q:2 = nn.scan reverse steps #nn.dims<3> consts() init(%zero) xs(%x) [1] ys [1] : (tensor<2xi64>, tensor<2x3xi64>) -> (tensor<2xi64>, tensor<2x3xi64>) {
  ^bb0(%t: tensor<i64>, %s: tensor<2xi64>, %e: tensor<2xi64>):
    %n = nn.add %s, %e : tensor<2xi64>
    nn.yield %n, %n : tensor<2xi64>, tensor<2xi64>
  }
  %left = nn.slice %q#1 low [0, 0] : tensor<2x3xi64> -> tensor<2x1xi64>
  %right = nn.slice %q#1 low [0, 2] : tensor<2x3xi64> -> tensor<2x1xi64>
  %two = nn.constant dense<[2, 3]> : tensor<2xi64> : tensor<2xi64>
  %f:4 = nn.scan steps #nn.dims<4> consts(%two, %zero) init(%two, %zero, %two) xs() [] ys [0] : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<4x2xi64>) {
  ^bb0(%t: tensor<i64>, %c: tensor<2xi64>, %d: tensor<2xi64>, %a: tensor<2xi64>, %b: tensor<2xi64>, %idle: tensor<2xi64>):
    %n = nn.add %a, %b : tensor<2xi64>
    %m = nn.mul %c, %c : tensor<2xi64>
    %k = nn.neg %m : tensor<2xi64>
    %o = nn.add %b, %k : tensor<2xi64>
    %l = nn.add %idle, %d : tensor<2xi64>
    nn.yield %n, %o, %l, %l : tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>
  }
  nn.return %last, %left, %right, %f#0 : tensor<2x1xi64>, tensor<2x1xi64>, tensor<2x1xi64>, tensor<2xi64>
}
