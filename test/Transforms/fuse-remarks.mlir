// RUN: nnc-opt %s --nn-fuse --remarks-filter=fuse --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// CHECK: nn.entry @f
nn.entry @f(%x: tensor<8x4xf32>, %w: tensor<8x4xf32>) -> (tensor<8x8xf32> {nn.name = "y"}, tensor<8x4xf32> {nn.name = "x"}) attributes {sizes = []} {
  // expected-remark@below {{one kernel: matmul, tanh}}
  %y = nn.contract %x, %w "bi,oi->bo" : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x8xf32>
  %t = nn.tanh %y : tensor<8x8xf32>
  // expected-remark@below {{a kernel of its own: softmax}}
  %p = nn.softmax %t axis 1 : tensor<8x8xf32>
  // expected-remark@below {{a copy: the value of an input, of the state or of another output is returned}}
  nn.return %p, %x : tensor<8x8xf32>, tensor<8x4xf32>
}
