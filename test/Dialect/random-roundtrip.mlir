// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!s = tensor<?xi64, #nn.dims<B>>

// CHECK: nn.sample : tensor<?xi64, #nn.dims<B>>
// CHECK: nn.dropout %arg0 rate 5.000000e-01 site "dropout:drop" sample %0 : tensor<?xi64, #nn.dims<B>> time %arg1 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.dropout %arg0 rate 0.000000e+00 site "dropout:drop#1" : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.random uniform site "rand:z" sample %0 : tensor<?xi64, #nn.dims<B>> : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.random normal site "randn:z" : tensor<3xf64>
nn.entry @draws(%x: !x, %t: tensor<i64>) -> (!x, !x, !x, tensor<3xf64>) attributes {sizes = [#nn.size<"B">]} {
  %s = nn.sample : !s
  %0 = nn.dropout %x rate 0.5 site "dropout:drop" sample %s : !s time %t : !x
  %1 = nn.dropout %x rate 0.0 site "dropout:drop#1" : !x
  %2 = nn.random uniform site "rand:z" sample %s : !s : !x
  %3 = nn.random normal site "randn:z" : tensor<3xf64>
  nn.return %0, %1, %2, %3 : !x, !x, !x, tensor<3xf64>
}
