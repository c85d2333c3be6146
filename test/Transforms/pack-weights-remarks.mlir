// RUN: nnc-opt %s --nn-fuse --nn-choose-layouts=target-features=x86-64-v4 --nn-pack-weights --remarks-filter=pack --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// expected-remark@below {{'w' has a packed copy 'w.packed.0x16'}}
nn.param @w : tensor<3x4xf32> = <constant, [0.0]>
// CHECK: nn.entry @f
nn.entry @f(%x: tensor<8x4xf32>) -> (tensor<8x3xf32> {nn.name = "a"}) attributes {sizes = []} {
  %w = nn.get @w : tensor<3x4xf32>
  %a = nn.contract %x, %w "bi,oi->bo" : (tensor<8x4xf32>, tensor<3x4xf32>) -> tensor<8x3xf32>
  nn.return %a : tensor<8x3xf32>
}
