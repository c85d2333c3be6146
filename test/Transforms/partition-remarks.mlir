// RUN: nnc-opt %s --nn-fuse --nn-partition --remarks-filter=partition --remark-policy=all --remark-format=emitRemark 2>&1 | FileCheck %s

// CHECK: partition-remarks.mlir:[[@LINE+3]]:{{.*}}8 tasks of 256 of 2048
// CHECK: partition-remarks.mlir:[[@LINE+3]]:{{.*}}2 tasks of 64 of B
nn.entry @f(%x: tensor<?x512xf32, #nn.dims<B, 512>>, %w: tensor<2048x512xf32>) -> (tensor<2048x512xf32> {nn.name = "a"}, tensor<?x512xf32, #nn.dims<B, 512>> {nn.name = "b"}) attributes {sizes = [#nn.size<"B" max 128>]} {
  %a = nn.exp %w : tensor<2048x512xf32>
  %b = nn.exp %x : tensor<?x512xf32, #nn.dims<B, 512>>
  nn.return %a, %b : tensor<2048x512xf32>, tensor<?x512xf32, #nn.dims<B, 512>>
}
