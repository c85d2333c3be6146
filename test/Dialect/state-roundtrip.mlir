// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

// CHECK: nn.param @a : tensor<2xf32> = <constant, [1.000000e+00]> frozen
nn.param @a : tensor<2xf32> = <constant, [1.0]> frozen
// CHECK: nn.param @b : tensor<2x2xf64> = <normal, [0.000000e+00, 5.000000e-01]>
nn.param @b : tensor<2x2xf64> = <normal, [0.0, 0.5]>
// CHECK: nn.param @c : tensor<2x2xf32> = <orthogonal, [1.000000e+00]>
nn.param @c : tensor<2x2xf32> = <orthogonal, [1.0]>
// CHECK: nn.param @"0.weight" : tensor<2xf32> = <values, dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>> no_decay
nn.param @"0.weight" : tensor<2xf32> = <values, dense<[1.0, 2.0]> : tensor<2xf32>> no_decay
// CHECK: nn.state @optimizer.a.m of @a : tensor<2xf32> = <constant, [0.000000e+00]>
nn.state @optimizer.a.m of @a : tensor<2xf32> = <constant, [0.0]>
// CHECK: nn.state @count : tensor<i64> = <constant, [0.000000e+00]>
nn.state @count : tensor<i64> = <constant, [0.0]>

// CHECK: nn.entry @step(%arg0: tensor<?xi32, #nn.dims<B>> {nn.index_bound = 3 : i64, nn.labels = ["x", "y", "z"], nn.name = "y"}, %arg1: tensor<f32> {nn.scalar = "lr"}) -> (tensor<i64> {nn.metric = "mean", nn.name = "n"})
// CHECK-SAME: clip = #nn.clip<norm, 1.000000e+00 : f64>
// CHECK-SAME: kind = "step", optimizer = #nn.optimizer<"adam", {beta1 = 9.000000e-01 : f64, lr = 1.000000e-02 : f64, schedule = {kind = "constant"}}>
// CHECK-SAME: sizes = [#nn.size<"B" min 2 max 16>, #nn.size<"N">]
nn.entry @step(%y: tensor<?xi32, #nn.dims<B>> {nn.name = "y", nn.index_bound = 3 : i64, nn.labels = ["x", "y", "z"]}, %lr: tensor<f32> {nn.scalar = "lr"}) -> (tensor<i64> {nn.name = "n", nn.metric = "mean"})
    attributes {kind = "step", sizes = [#nn.size<"B" min 2 max 16>, #nn.size<"N">], optimizer = #nn.optimizer<"adam", {lr = 0.01 : f64, beta1 = 0.9 : f64, schedule = {kind = "constant"}}>, clip = #nn.clip<norm, 1.0>} {
  // CHECK: nn.size "N" : tensor<i64>
  %n = nn.size "N" : tensor<i64>
  // CHECK: nn.get @"0.weight" : tensor<2xf32>
  %w = nn.get @"0.weight" : tensor<2xf32>
  // CHECK: nn.return %{{.*}} : tensor<i64> update [@count] = %{{.*}} : tensor<i64>
  nn.return %n : tensor<i64> update [@count] = %n : tensor<i64>
}
