// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x8xf32, #nn.dims<B, 8>>

// A window of three over the last axis, and a body that reads the indices.
// CHECK: nn.generic add over <B, 8, 3>(%arg0) maps [#{{.*}}, #{{.*}}] outside [0.000000e+00 : f32] : (tensor<?x8xf32, #nn.dims<B, 8>>) -> tensor<?x8xf32, #nn.dims<B, 8>> {
// CHECK: ^bb0(%[[E:.*]]: tensor<f32>, %{{.*}}: tensor<i64>, %{{.*}}: tensor<i64>, %[[K:.*]]: tensor<i64>):
// CHECK: nn.cast %[[K]] : tensor<i64> -> tensor<f32>
// CHECK: nn.yield %{{.*}} : tensor<f32>
nn.entry @window(%x: !x) -> !x attributes {sizes = [#nn.size<"B">]} {
  %y = nn.generic add over <B, 8, 3> (%x) maps [affine_map<(b, i, k) -> (b, i + k - 1)>, affine_map<(b, i, k) -> (b, i)>] outside [0.0 : f32] : (!x) -> !x {
  ^bb0(%e: tensor<f32>, %b: tensor<i64>, %i: tensor<i64>, %k: tensor<i64>):
    %f = nn.cast %k : tensor<i64> -> tensor<f32>
    %p = nn.mul %e, %f : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : !x
}
