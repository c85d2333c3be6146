// RUN: nnc-opt %s --nn-expand-lengths | FileCheck %s
// RUN: nnc-opt %s --nn-evaluate -o /dev/null > %t.before
// RUN: nnc-opt %s --nn-expand-lengths --nn-evaluate -o /dev/null > %t.after
// RUN: diff %t.before %t.after
// RUN: FileCheck %s --check-prefix=VALUES --input-file %t.after
// RUN: nnc-opt %s --nn-expand-lengths -o /dev/null --remarks-filter=nn-expand-lengths --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows of 0, 2 and more steps than there are; carries and stacks of ranks 1 and 2; a counter; what stays as it is.
// CHECK: %[[N:.*]] = nn.cast %{{.*}} : tensor<3xi32> -> tensor<3xi64>
// CHECK: nn.scan steps <3> consts(%{{.*}}, %[[N]]) init(%{{.*}}, %{{.*}}, %{{.*}}) xs(%{{.*}}) [1] ys [1, 0] :
// CHECK-NEXT: ^bb0(%[[T:.*]]: tensor<i64>, %[[C:.*]]: tensor<3x2xf32>, %[[LEN:.*]]: tensor<3xi64>, %[[H:.*]]: tensor<3x2xf32>, %[[K:.*]]: tensor<3xi32>, %[[SAME:.*]]: tensor<3x2xf32>, %{{.*}}):
// CHECK: %[[NEW:.*]] = nn.add %[[H]], %{{.*}}
// CHECK: %[[TT:.*]] = nn.broadcast %[[T]] dims [] : tensor<i64> -> tensor<3xi64>
// CHECK-NEXT: %[[ON:.*]] = nn.compare lt %[[TT]], %[[LEN]]
// CHECK-NEXT: %[[ON2:.*]] = nn.broadcast %[[ON]] dims [0]
// CHECK-NEXT: %[[CARRY:.*]] = nn.select %[[ON2]], %[[NEW]], %[[H]]
// CHECK-NEXT: %[[COUNT:.*]] = nn.select %[[ON]], %{{.*}}, %[[K]]
// CHECK: %[[Y:.*]] = nn.select %[[ON2]], %[[NEW]], %{{.*}}
// CHECK: %[[Z:.*]] = nn.select %[[ON]], %{{.*}}, %{{.*}}
// CHECK-NEXT: nn.yield %[[CARRY]], %[[COUNT]], %[[SAME]], %[[Y]], %[[Z]]
// REMARK: lengths of rows became selects in the body
// VALUES: last = [{{\[}}0, 0], [3, 5], [15, 18]]
// VALUES-NEXT: count = [0, 2, 3]
// VALUES-NEXT: all = [{{\[}}[0, 0], [0, 0], [0, 0]], {{\[}}[1, 2], [3, 5], [0, 0]], {{\[}}[4, 5], [9, 11], [15, 18]]]
// VALUES-NEXT: counts = [{{\[}}0, 1, 1], [0, 2, 2], [0, 0, 3]]
nn.entry @forward() -> (tensor<3x2xf32> {nn.name = "last"}, tensor<3xi32> {nn.name = "count"}, tensor<3x3x2xf32> {nn.name = "all"}, tensor<3x3xi32> {nn.name = "counts"}) attributes {sizes = []} {
  %x = nn.constant dense<[[[7.0, 7.0], [7.0, 7.0], [7.0, 7.0]], [[1.0, 1.0], [2.0, 2.0], [7.0, 7.0]], [[4.0, 4.0], [5.0, 5.0], [6.0, 6.0]]]> : tensor<3x3x2xf32> : tensor<3x3x2xf32>
  %c = nn.constant dense<[[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]> : tensor<3x2xf32> : tensor<3x2xf32>
  %h = nn.constant dense<0.0> : tensor<3x2xf32> : tensor<3x2xf32>
  %zero = nn.constant dense<0> : tensor<3xi32> : tensor<3xi32>
  %n = nn.constant dense<[0, 2, 9]> : tensor<3xi32> : tensor<3xi32>
  %r:5 = nn.scan steps #nn.dims<3> consts(%c) init(%h, %zero, %c) xs(%x) [1] lengths %n ys [1, 0] : (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3xi32>, tensor<3x2xf32>, tensor<3x3x2xf32>, tensor<3xi32>) -> (tensor<3x2xf32>, tensor<3xi32>, tensor<3x2xf32>, tensor<3x3x2xf32>, tensor<3x3xi32>) {
  ^bb0(%t: tensor<i64>, %cc: tensor<3x2xf32>, %old: tensor<3x2xf32>, %k: tensor<3xi32>, %same: tensor<3x2xf32>, %slice: tensor<3x2xf32>):
    %one = nn.constant dense<1> : tensor<3xi32> : tensor<3xi32>
    %l = nn.add %k, %one : tensor<3xi32>
    %d = nn.add %slice, %cc : tensor<3x2xf32>
    %new = nn.add %old, %d : tensor<3x2xf32>
    nn.yield %new, %l, %same, %new, %l : tensor<3x2xf32>, tensor<3xi32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3xi32>
  }
  nn.return %r#0, %r#1, %r#3, %r#4 : tensor<3x2xf32>, tensor<3xi32>, tensor<3x3x2xf32>, tensor<3x3xi32>
}
