// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>

// CHECK: nn.softmax %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.log_softmax %arg0 axis 0 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.logsumexp %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B>>
nn.entry @norms(%x: !x) -> (!x, !x, tensor<?xf32, #nn.dims<B>>) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.softmax %x axis 1 : !x
  %1 = nn.log_softmax %x axis 0 : !x
  %2 = nn.logsumexp %x axis 1 : !x -> tensor<?xf32, #nn.dims<B>>
  nn.return %0, %1, %2 : !x, !x, tensor<?xf32, #nn.dims<B>>
}

// CHECK: nn.softmax %arg0 axis 1 mask #nn.mask<2 [0[0]] d1 lt s0>(%arg1 : tensor<?xi64, #nn.dims<B>>) : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.logsumexp %arg0 axis 1 mask #nn.mask<2 d0 ge d1>() : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B>>
nn.entry @masked(%x: !x, %n: tensor<?xi64, #nn.dims<B>>) -> (!x, tensor<?xf32, #nn.dims<B>>) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.softmax %x axis 1 mask #nn.mask<2 [0[0]] d1 lt s0>(%n : tensor<?xi64, #nn.dims<B>>) : !x
  %1 = nn.logsumexp %x axis 1 mask #nn.mask<2 d0 ge d1>() : !x -> tensor<?xf32, #nn.dims<B>>
  nn.return %0, %1 : !x, tensor<?xf32, #nn.dims<B>>
}
