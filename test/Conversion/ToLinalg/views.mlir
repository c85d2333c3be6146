// RUN: nnc-opt %s --nn-to-linalg --canonicalize --cse | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
// A part: a pointer to the larger buffer, and behind all buffers its place in it. CHECK-LABEL: func.func private @part(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1xf32> {llvm.noalias}, %[[W:[a-z0-9]+]]: memref<4xf32> {llvm.noalias}, %[[Y:[a-z0-9]+]]: memref<1xf32> {llvm.noalias}, %[[XAT:[a-z0-9]+]]: index, %[[YAT:[a-z0-9]+]]: index, %[[B:[a-z0-9]+]]: index, %{{[a-z0-9]+}}: index)
// CHECK-SAME: attributes {nnc.sizes = ["B"], nnc.views = array<i64: 0, 2>}
// CHECK-DAG: %[[XV:.*]] = memref.reinterpret_cast %[[X]] to offset: [%[[XAT]]], sizes: [%[[B]], 4], strides: [28, 1] : memref<1xf32> to memref<?x4xf32, strided<[28, 1], offset: ?>>
// CHECK-DAG: %[[YV:.*]] = memref.reinterpret_cast %[[Y]] to offset: [%[[YAT]]], sizes: [%[[B]], 4], strides: [12, 1]
// CHECK: memref.load %[[XV]]
// CHECK: memref.store %{{.*}}, %[[YV]]
nn.kernel @part(%x: !x {nn.strides = array<i64: 28, 1>}, %w: tensor<4xf32>) -> (!x {nn.strides = array<i64: 12, 1>}) {
  %b = nn.broadcast %w dims [1] : tensor<4xf32> -> !x
  %y = nn.mul %x, %b : !x
  nn.yield %y : !x
}
// One number of a list. CHECK-LABEL: func.func private @number(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [%{{.*}}], sizes: [1], strides: [1] : memref<1xf32> to memref<1xf32, strided<[1], offset: ?>>
nn.kernel @number(%x: tensor<f32> {nn.strides = array<i64>}) -> tensor<f32> {
  %y = nn.neg %x : tensor<f32>
  nn.yield %y : tensor<f32>
}
// Zeros around a box: nothing is read outside of it. CHECK-LABEL: func.func private @pad(
// CHECK: %[[IN:.*]] = arith.andi
// CHECK: %[[AT:.*]] = arith.select %[[IN]]
// CHECK: %[[V:.*]] = memref.load %{{.*}}[%{{.*}}, %[[AT]]]
// CHECK: arith.select %[[IN]], %[[V]]
nn.kernel @pad(%x: tensor<3x2xf32>) -> tensor<3x6xf32> {
  %y = nn.pad %x low [0, 3] : tensor<3x2xf32> -> tensor<3x6xf32>
  nn.yield %y : tensor<3x6xf32>
}
// A free size behind a constant one: strides are values. CHECK-LABEL: func.func private @inner(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1xf32> {llvm.noalias}, %{{[a-z0-9]+}}: memref<1xf32> {llvm.noalias}, %[[B:[a-z0-9]+]]: index,
// CHECK: %[[ROW:.*]] = arith.muli %[[B]], %c4
// CHECK: memref.reinterpret_cast %[[X]] to offset: [0], sizes: [2, %[[B]], 4], strides: [%[[ROW]], 4, 1] : memref<1xf32> to memref<2x?x4xf32, strided<[?, 4, 1]>>
nn.kernel @inner(%x: tensor<2x?x4xf32, #nn.dims<2, B, 4>>) -> tensor<2x?x4xf32, #nn.dims<2, B, 4>> {
  %y = nn.relu %x : tensor<2x?x4xf32, #nn.dims<2, B, 4>>
  nn.yield %y : tensor<2x?x4xf32, #nn.dims<2, B, 4>>
}
