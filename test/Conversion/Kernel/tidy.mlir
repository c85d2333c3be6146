// Constants are folded, loops of one iteration disappear; a loop over a register tile stays as its family has it.
// RUN: nnc-opt %s --kernel-tidy | FileCheck %s

// CHECK-LABEL: func.func private @tile_1(
// CHECK: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[ONE]] step %[[ONE]] {
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]]] : memref<1xvector<8xf32>>
// CHECK: nnc.unroll
func.func private @tile_1(%v: vector<8xf32>) -> vector<8xf32> attributes {nnc.inline} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %tile = memref.alloca() : memref<1xvector<8xf32>>
  scf.for %i = %c0 to %c1 step %c1 {
    memref.store %v, %tile[%i] : memref<1xvector<8xf32>>
  } {nnc.unroll}
  %w = memref.load %tile[%c0] : memref<1xvector<8xf32>>
  return %w : vector<8xf32>
}

// CHECK-LABEL: func.func private @once(
// CHECK-NOT: scf.for
// CHECK: memref.store %{{.*}}, %{{.*}}[%c2] : memref<4xf32>
// CHECK-NOT: scf.for
// CHECK: return
func.func private @once(%x: memref<4xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %c1 step %c1 {
    memref.store %v, %x[%i] : memref<4xf32>
  }
  scf.for %i = %c0 to %c1 step %c1 {
    %two = arith.addi %c1, %c1 : index
    memref.store %v, %x[%two] : memref<4xf32>
  }
  return
}
