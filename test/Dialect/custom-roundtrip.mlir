// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

// One float operand of two; the backward reads a value of the forward.
// CHECK: nn.custom(%arg0, %arg1) : (tensor<4xf32>, tensor<4xi1>) -> tensor<4xf32> {
// CHECK: ^bb0(%arg2: tensor<4xf32>, %arg3: tensor<4xi1>):
// CHECK:   nn.yield %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>
// CHECK: } backward {
// CHECK: ^bb0(%arg2: tensor<4xf32>, %arg3: tensor<4xi1>, %arg4: tensor<4xf32>, %arg5: tensor<4xf32>, %arg6: tensor<4xf32>):
nn.entry @forward(%x: tensor<4xf32>, %c: tensor<4xi1>) -> tensor<4xf32> attributes {sizes = []} {
  %y = nn.custom(%x, %c) : (tensor<4xf32>, tensor<4xi1>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %d: tensor<4xi1>):
    %e = nn.exp %a : tensor<4xf32>
    %s = nn.select %d, %e, %a : tensor<4xi1>, tensor<4xf32>
    nn.yield %s, %e : tensor<4xf32>, tensor<4xf32>
  } backward {
  ^bb0(%a: tensor<4xf32>, %d: tensor<4xi1>, %r: tensor<4xf32>, %e: tensor<4xf32>, %g: tensor<4xf32>):
    %p = nn.mul %e, %g : tensor<4xf32>
    nn.yield %p : tensor<4xf32>
  }
  nn.return %y : tensor<4xf32>
}
