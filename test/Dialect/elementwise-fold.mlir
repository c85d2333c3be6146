// Only what changes no bit is folded.
// RUN: nnc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @exact
// CHECK-NEXT: nn.return %arg0, %arg1, %arg0, %arg0, %arg0
nn.entry @exact(%x: tensor<4xf32>, %c: tensor<4xi1>) -> (tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) attributes {sizes = []} {
  %n = nn.neg %x : tensor<4xf32>
  %0 = nn.neg %n : tensor<4xf32>
  %m = nn.not %c : tensor<4xi1>
  %1 = nn.not %m : tensor<4xi1>
  %2 = nn.select %c, %x, %x : tensor<4xi1>, tensor<4xf32>
  %3 = nn.cast %x : tensor<4xf32> -> tensor<4xf32>
  %t = nn.constant dense<true> : tensor<4xi1> : tensor<4xi1>
  %4 = nn.select %t, %x, %n : tensor<4xi1>, tensor<4xf32>
  nn.return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// x + 0 is not x for x = -0, x * 0 not 0 for an infinity.
// CHECK-LABEL: @inexact
// CHECK: nn.add
// CHECK: nn.mul
nn.entry @inexact(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) attributes {sizes = []} {
  %z = nn.constant dense<0.0> : tensor<4xf32> : tensor<4xf32>
  %0 = nn.add %x, %z : tensor<4xf32>
  %1 = nn.mul %x, %z : tensor<4xf32>
  nn.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
