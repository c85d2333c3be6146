// RUN: nnc-opt %s --nn-fuse --nn-partition --nn-plan-memory --remarks-filter=memory --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

// CHECK: nn.entry @f
// expected-remark@below {{'f' works in 128 bytes; without sharing 192}}
nn.entry @f(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %a = nn.softmax %x axis 0 : tensor<4xf32>
  %b = nn.softmax %a axis 0 : tensor<4xf32>
  %c = nn.softmax %b axis 0 : tensor<4xf32>
  %d = nn.softmax %c axis 0 : tensor<4xf32>
  nn.return %d : tensor<4xf32>
}
