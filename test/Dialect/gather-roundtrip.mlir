// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!i = tensor<?x?xi32, #nn.dims<B, T>>
!y = tensor<?x?x8xf32, #nn.dims<B, T, 8>>
!b = tensor<?xi64, #nn.dims<B>>
!l = tensor<?x8xf32, #nn.dims<B, 8>>

// CHECK: nn.gather %arg0 at %arg1 axis 0 : (tensor<10x8xf32>, tensor<?x?xi32, #nn.dims<B, T>>) -> tensor<?x?x8xf32, #nn.dims<B, T, 8>>
// CHECK: nn.gather %{{.*}} at %arg2 axis 1 batch 1 checked
// CHECK: nn.scatter add %{{.*}} at %arg1 axis 0 : (tensor<?x?x8xf32, #nn.dims<B, T, 8>>, tensor<?x?xi32, #nn.dims<B, T>>) -> tensor<10x8xf32>
// CHECK: nn.scatter max %{{.*}} at %arg1 init %arg0 : tensor<10x8xf32> axis 0
// CHECK: nn.scatter add %{{.*}} at %arg2 axis 1 batch 1 : (tensor<?x8xf32, #nn.dims<B, 8>>, tensor<?xi64, #nn.dims<B>>) -> tensor<?x?x8xf32, #nn.dims<B, T, 8>>
nn.entry @places(%t: tensor<10x8xf32>, %i: !i, %n: !b) -> (!y, !l, tensor<10x8xf32>, tensor<10x8xf32>, !y) attributes {sizes = [#nn.size<"B">, #nn.size<"T">]} {
  %0 = nn.gather %t at %i axis 0 : (tensor<10x8xf32>, !i) -> !y
  %1 = nn.gather %0 at %n axis 1 batch 1 checked : (!y, !b) -> !l
  %2 = nn.scatter add %0 at %i axis 0 : (!y, !i) -> tensor<10x8xf32>
  %3 = nn.scatter max %0 at %i init %t : tensor<10x8xf32> axis 0 : (!y, !i) -> tensor<10x8xf32>
  %4 = nn.scatter add %1 at %n axis 1 batch 1 : (!l, !b) -> !y
  nn.return %0, %1, %2, %3, %4 : !y, !l, tensor<10x8xf32>, tensor<10x8xf32>, !y
}
