// RUN: nnc-opt %s --nn-fuse --nn-schedule --remarks-filter=schedule --remark-policy=all --remark-format=emitRemark --verify-diagnostics | FileCheck %s

nn.state @a : tensor<4xf32> = <constant, [0.0]>
// CHECK: nn.entry @f
nn.entry @f() -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = []} {
  %a = nn.get @a : tensor<4xf32>
  // expected-remark@below {{a copy: 'a' is still read when it is computed}}
  %n = nn.neg %a : tensor<4xf32>
  %p = nn.softmax %a axis 0 : tensor<4xf32>
  nn.return %p : tensor<4xf32> update [@a] = %n : tensor<4xf32>
}
