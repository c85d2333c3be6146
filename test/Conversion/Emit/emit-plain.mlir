// RUN: nnc-opt %s --kernel-emit-plain | FileCheck %s

// The specification goes, the plain form stays what it was.
// CHECK-NOT: nn.kernel
// CHECK: func.func private @k0(%[[X:.*]]: memref<4xf32>, %[[Y:.*]]: memref<4xf32>, %{{.*}}: index)
// CHECK: math.sqrt
func.func private @k0(%x: memref<4xf32>, %y: memref<4xf32>, %task: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %v = memref.load %x[%i] : memref<4xf32>
    %w = math.sqrt %v : f32
    memref.store %w, %y[%i] : memref<4xf32>
  }
  return
}
nn.kernel @k0.spec(%x: tensor<4xf32>) -> (tensor<4xf32>) {
  %y = nn.sqrt %x : tensor<4xf32>
  nn.yield %y : tensor<4xf32>
}
