// RUN: nnc-opt %s --llvm-unroll-tagged --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

// Both tagged loops go, inner first; the other stays.
// CHECK-LABEL: func.func private @tile
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK-COUNT-6: math.fma
// CHECK-NOT: math.fma
func.func private @tile(%x: memref<6xf32>, %a: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c9 = arith.constant 9 : index
  scf.for %k = %c0 to %c9 step %c1 {
    scf.for %i = %c0 to %c3 step %c1 {
      scf.for %j = %c0 to %c2 step %c1 {
        %r = arith.muli %i, %c2 : index
        %at = arith.addi %r, %j : index
        %v = memref.load %x[%at] : memref<6xf32>
        %w = math.fma %v, %a, %v : f32
        memref.store %w, %x[%at] : memref<6xf32>
      } {nnc.unroll}
    } {nnc.unroll}
  }
  return
}

// Two iterations become one, what is left has its own loop; the loop inside goes first.
// CHECK-LABEL: func.func private @in_part(
// CHECK: scf.for %{{.*}} = %c0 to %{{.*}} step %c2
// CHECK-COUNT-4: math.fma
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c1
// CHECK-COUNT-2: math.fma
// CHECK-NOT: math.fma
func.func private @in_part(%x: memref<2xf32>, %a: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  scf.for %k = %c0 to %n step %c1 {
    scf.for %i = %c0 to %c2 step %c1 {
      %v = memref.load %x[%i] : memref<2xf32>
      %w = math.fma %v, %a, %v : f32
      memref.store %w, %x[%i] : memref<2xf32>
    } {nnc.unroll}
  } {nnc.unroll_by = 2 : i64}
  return
}

// -----

func.func private @unknown(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{is tagged nnc.unroll but its bounds are not constants}}
  scf.for %i = %c0 to %n step %c1 {
  } {nnc.unroll}
  return
}
