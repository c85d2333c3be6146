// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!p = tensor<4x3xf32>
!s = tensor<f32>

// CHECK: nn.sgd %arg0, %arg0 lr %arg1 : tensor<4x3xf32>, tensor<f32>
// CHECK: nn.sgd %arg0, %arg0 velocity %arg0 lr %arg1 decay %arg1 finite %arg2 {momentum = 9.000000e-01 : f64, nesterov} : tensor<4x3xf32>, tensor<f32>
// CHECK: nn.adam %arg0, %arg0, %arg0, %arg0 scalars %arg1, %arg1, %arg1 {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, eps = 1.000000e-08 : f64} : tensor<4x3xf32>, tensor<f32>
// CHECK: nn.adam %arg0, %arg0, %arg0, %arg0 scalars %arg1, %arg1, %arg1, %arg1 finite %arg2 {beta1 = 9.000000e-01 : f64, beta2 = 7.500000e-01 : f64, decoupled, eps = 1.000000e-08 : f64} : tensor<4x3xf32>, tensor<f32>
nn.entry @updates(%p: !p, %s: !s, %f: tensor<i1>) -> () attributes {sizes = []} {
  %0 = nn.sgd %p, %p lr %s : !p, !s
  %1, %v1 = nn.sgd %p, %p velocity %p lr %s decay %s finite %f {momentum = 0.9 : f64, nesterov} : !p, !s
  %2:3 = nn.adam %p, %p, %p, %p scalars %s, %s, %s {beta1 = 0.9 : f64, beta2 = 0.75 : f64, eps = 1.0e-8 : f64} : !p, !s
  %3:3 = nn.adam %p, %p, %p, %p scalars %s, %s, %s, %s finite %f {beta1 = 0.9 : f64, beta2 = 0.75 : f64, eps = 1.0e-8 : f64, decoupled} : !p, !s
  nn.return
}

// CHECK: nn.rmsprop %arg0, %arg0, %arg0 lr %arg1 {alpha = 7.500000e-01 : f64, eps = 1.000000e-08 : f64} : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<f32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
// CHECK: nn.rmsprop %arg0, %arg0, %arg0 velocity %arg0 lr %arg1 decay %arg1 finite %arg2 {alpha = 7.500000e-01 : f64, eps = 1.000000e-08 : f64, momentum = 9.000000e-01 : f64}
// CHECK: nn.adagrad %arg0, %arg0, %arg0 lr %arg1 decay %arg1 finite %arg2 {eps = 1.000000e-10 : f64}
nn.entry @running(%p: !p, %s: !s, %f: tensor<i1>) -> () attributes {sizes = []} {
  %0:2 = nn.rmsprop %p, %p, %p lr %s {alpha = 0.75 : f64, eps = 1.0e-8 : f64} : (!p, !p, !p, !s) -> (!p, !p)
  %1:3 = nn.rmsprop %p, %p, %p velocity %p lr %s decay %s finite %f {alpha = 0.75 : f64, eps = 1.0e-8 : f64, momentum = 0.9 : f64} : (!p, !p, !p, !p, !s, !s, tensor<i1>) -> (!p, !p, !p)
  %2:2 = nn.adagrad %p, %p, %p lr %s decay %s finite %f {eps = 1.0e-10 : f64} : (!p, !p, !p, !s, !s, tensor<i1>) -> (!p, !p)
  nn.return
}
