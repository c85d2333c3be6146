// RUN: nnc-opt %S/Inputs/classifier.mlir --nn-fuse --nn-choose-layouts=target-features=x86-64-v4 | FileCheck %s
// RUN: nnc-opt %S/Inputs/classifier.mlir --nn-fuse --nn-choose-layouts=target-features=x86-64-v3 | FileCheck %s --check-prefix=V3
// RUN: nnc-opt %S/Inputs/two-layers.mlir --nn-fuse --nn-choose-layouts=target-features=x86-64-v4 | FileCheck %s --check-prefix=SMALL

// Lanes are outputs, rows of the weight are inputs: panels.
// CHECK-DAG: #[[P64:.*]] = affine_map<(d0, d1) -> (d0 floordiv 64, d1, d0 mod 64)>
// CHECK-DAG: #[[P16:.*]] = affine_map<(d0, d1) -> (d0 floordiv 16, d1, d0 mod 16)>
// CHECK-DAG: #[[BACK:.*]] = affine_map<(d0, d1) -> (d1 floordiv 64, d0, d1 mod 64)>
// CHECK-LABEL: nn.entry @step
// CHECK: nn.relayout %{{.*}} : tensor<256x784xf32> -> tensor<256x784xf32, #nn.dims<256, 784 layout #[[P64]]>>
// CHECK: nn.relayout %{{.*}} : tensor<128x256xf32> -> tensor<128x256xf32, #nn.dims<128, 256 layout #[[P64]]>>
// CHECK: nn.relayout %{{.*}} : tensor<10x128xf32> -> tensor<10x128xf32, #nn.dims<10, 128 layout #[[P16]]>>
// Backward reads rows as they are, unless the matrix is larger than half of the first cache.
// CHECK-NOT: nn.relayout
// CHECK: nn.contract {{.*}} "bo,oi->bi" : (tensor<?x10xf32
// CHECK: nn.relayout %{{.*}} : tensor<128x256xf32> -> tensor<128x256xf32, #nn.dims<128, 256 layout #[[BACK]]>>
// CHECK-NOT: nn.relayout

// V3-DAG: affine_map<(d0, d1) -> (d0 floordiv 16, d1, d0 mod 16)>

// SMALL: nn.relayout %{{.*}} : tensor<16x4xf32>
// SMALL: nn.relayout %{{.*}} : tensor<3x16xf32>
// SMALL-NOT: nn.relayout
