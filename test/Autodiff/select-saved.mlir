// RUN: nnc-opt %s --nn-differentiate --canonicalize --cse --nn-select-saved | FileCheck %s
// RUN: nnc-opt %s --nn-differentiate --canonicalize --cse --nn-select-saved --remarks-filter=".*" --remark-policy=all --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// The hidden value is saved for a contraction. sin reads x · s, cheap arithmetic on an input: computed again.

nn.param @w : tensor<3x4xf32> = <constant, [0.5]>
nn.param @s : tensor<2x4xf32> = <constant, [0.5]>
nn.entry @grad(%x: tensor<2x4xf32> {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<3x4xf32>
  %s = nn.get @s : tensor<2x4xf32>
  %m = nn.mul %x, %s : tensor<2x4xf32>
  %h = nn.sin %m : tensor<2x4xf32>
  %y = nn.contract %h, %w "bi,oi->bo" : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x3xf32>
  %t = nn.tanh %y : tensor<2x3xf32>
  %l = nn.reduce add %t dims [0, 1] : tensor<2x3xf32> -> tensor<f32>
  nn.return %l : tensor<f32>
}
// CHECK: %[[M:.*]] = nn.mul %[[X:.*]], %[[S:.*]] :
// CHECK: %[[H:.*]] = nn.sin %[[M]]
// CHECK: %[[T:.*]] = nn.tanh
// CHECK: nn.mul %[[T]], %[[T]]
// CHECK: nn.contract %{{.*}}, %[[H]] "bo,bi->oi"
// CHECK: %[[AGAIN:.*]] = nn.mul %[[X]], %[[S]]
// CHECK-NEXT: nn.cos %[[AGAIN]]
// REMARK-DAG: recomputed | {{.*}}nn.mul{{.*}}bytes=32{{.*}}reason="cheap arithmetic on kept values"
// REMARK-DAG: saved | {{.*}}nn.sin{{.*}}bytes=32{{.*}}reason="a contraction reads it"
// REMARK-DAG: saved | {{.*}}nn.tanh{{.*}}bytes=24{{.*}}reason="its operands are not kept"
