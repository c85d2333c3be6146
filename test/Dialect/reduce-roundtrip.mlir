// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>

// CHECK: nn.reduce add %arg0 dims [0, 1] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<f32>
// CHECK: nn.reduce max %arg0 dims [1] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B>>
// CHECK: nn.reduce any %arg1 dims [0] : tensor<4xi1> -> tensor<i1>
// CHECK: nn.arg_max %arg0 axis 1 : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xi64, #nn.dims<B>>
// CHECK: nn.arg_min %arg0 axis 0 : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<4xi32>
nn.entry @reductions(%x: !x, %c: tensor<4xi1>) -> tensor<4xi32> attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.reduce add %x dims [0, 1] : !x -> tensor<f32>
  %1 = nn.reduce max %x dims [1] : !x -> tensor<?xf32, #nn.dims<B>>
  %2 = nn.reduce any %c dims [0] : tensor<4xi1> -> tensor<i1>
  %3 = nn.arg_max %x axis 1 : !x -> tensor<?xi64, #nn.dims<B>>
  %4 = nn.arg_min %x axis 0 : !x -> tensor<4xi32>
  nn.return %4 : tensor<4xi32>
}
