// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!k = tensor<?x2xf32, #nn.dims<B, 2>>
!i = tensor<?x2xi64, #nn.dims<B, 2>>

// CHECK: nn.cumsum %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.cumsum reverse %arg0 axis 0 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.sort descending %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>> -> (tensor<?x2xf32, #nn.dims<B, 2>>, tensor<?x2xi64, #nn.dims<B, 2>>)
// CHECK: nn.flip %arg0 dims [0, 1] : tensor<?x4xf32, #nn.dims<B, 4>>
nn.entry @order(%x: !x) -> (!x, !x, !k, !i, !x) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.cumsum %x axis 1 : !x
  %1 = nn.cumsum reverse %x axis 0 : !x
  %v, %i = nn.sort descending %x axis 1 : !x -> (!k, !i)
  %2 = nn.flip %x dims [0, 1] : !x
  nn.return %0, %1, %v, %i, %2 : !x, !x, !k, !i, !x
}
