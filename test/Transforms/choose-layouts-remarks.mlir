// RUN: nnc-opt %s --nn-fuse --nn-choose-layouts=target-features=x86-64-v4 --remarks-filter=layouts --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

nn.param @w : tensor<32x4xf32> = <constant, [0.0]>
nn.param @t : tensor<4x32xf32> = <constant, [0.0]>
// CHECK: nn.entry @f
nn.entry @f(%x: tensor<8x4xf32>) -> (tensor<8x32xf32> {nn.name = "a"}, tensor<8x32xf32> {nn.name = "b"}, tensor<8x8xf32> {nn.name = "c"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<32x4xf32>
  %t = nn.get @t : tensor<4x32xf32>
  // expected-remark@below {{panels of 32 columns}}
  %a = nn.contract %x, %w "bi,oi->bo" : (tensor<8x4xf32>, tensor<32x4xf32>) -> tensor<8x32xf32>
  // expected-remark@below {{rows of the parameter are read as they are}}
  %b = nn.contract %x, %t "bi,io->bo" : (tensor<8x4xf32>, tensor<4x32xf32>) -> tensor<8x32xf32>
  // expected-remark@below {{the operand whose rows would fill registers is not a parameter: no panels}}
  %c = nn.contract %x, %x "bi,oi->bo" : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x8xf32>
  nn.return %a, %b, %c : tensor<8x32xf32>, tensor<8x32xf32>, tensor<8x8xf32>
}
