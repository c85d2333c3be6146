// The bugs that --plant=NAME puts into a program; test/Random/planted.test shows that each is found.
// RUN: nnc-opt %s --phase-planned --plant=swapped-sub | FileCheck %s --check-prefix=SUB
// RUN: nnc-opt %s --phase-planned --plant=missing-bias | FileCheck %s --check-prefix=BIAS
// RUN: nnc-opt %s --phase-planned --plant=wrong-reduce-axis | FileCheck %s --check-prefix=AXIS
// RUN: (nnc-opt %s --phase-planned --plant=nothing; test $? = 2) 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: nnc-opt: no bug is called 'nothing': cpp-contraction, cpp-forgotten-offset, cpp-missing-lane, cpp-swapped-operands, missed-second-use, missing-bias,

nn.param @w : tensor<4x4xf32> = <uniform, [-1.0, 1.0]>
nn.entry @forward(%x: tensor<4x4xf32> {nn.name = "x"}) -> (tensor<4x4xf32> {nn.name = "y"}, tensor<4xf32> {nn.name = "z"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<4x4xf32>
  %y = nn.contract %x, %w init %x : tensor<4x4xf32> "ab,bc->ac" : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = nn.sub %x, %y : tensor<4x4xf32>
  %z = nn.reduce max %d dims [1] : tensor<4x4xf32> -> tensor<4xf32>
  nn.return %y, %z : tensor<4x4xf32>, tensor<4xf32>
}
// BIAS: nn.contract %{{[^ ]+}}, %{{[^ ]+}} "ab,bc->ac"
// SUB: nn.group (%[[X:[^ ]+]] = %arg0 : tensor<4x4xf32>, %[[Y:[^ ]+]] = %{{.*}}) -> tensor<4xf32>
// SUB-NEXT: nn.sub %[[Y]], %[[X]]
// AXIS: nn.reduce max %{{.*}} dims [0]
