// RUN: nnc-opt %s --nn-differentiate --mlir-print-debuginfo | FileCheck %s
// What differentiation adds for an op stands at that op's place.

nn.param @w : tensor<f32> = <constant, [0.5]>
nn.entry @grad() -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<f32>
  %y = nn.exp %w : tensor<f32> loc("net.nn":3:5)
  nn.return %y : tensor<f32>
}
// CHECK: nn.mul {{.*}} loc(#[[AT:.*]])
// CHECK: #[[FORWARD:.*]] = loc("net.nn":3:5)
// CHECK: #[[AT]] = loc(fused<"grad">[#[[FORWARD]]])
