// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!b = tensor<?xf32, #nn.dims<B>>
!l = tensor<?xi32, #nn.dims<B>>

// CHECK: %[[LOSS:.*]], %[[LSE:.*]] = nn.softmax_cross_entropy %arg0, %arg1 smoothing 1.000000e-01 : (tensor<?x4xf32, #nn.dims<B, 4>>, tensor<?xi32, #nn.dims<B>>) -> (tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>)
// CHECK: nn.softmax_cross_entropy_grad %arg0, %arg1, %[[LSE]], %[[LOSS]] smoothing 1.000000e-01 : (tensor<?x4xf32, #nn.dims<B, 4>>, tensor<?xi32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>) -> tensor<?x4xf32, #nn.dims<B, 4>>
nn.entry @losses(%x: !x, %l: !l) -> !x attributes {sizes = [#nn.size<"B">]} {
  %loss, %lse = nn.softmax_cross_entropy %x, %l smoothing 0.1 : (!x, !l) -> (!b, !b)
  %dx = nn.softmax_cross_entropy_grad %x, %l, %lse, %loss smoothing 0.1 : (!x, !l, !b, !b) -> !x
  nn.return %dx : !x
}
