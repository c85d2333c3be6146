// The level of effort changes code, not bits: the same library at -O0 and -O3.
// RUN: nnc-translate %s --emit=lib -O0 -o %t.0.so
// RUN: nnc-translate %s --emit=lib -O3 -o %t.3.so
// RUN: python3 %S/Inputs/call.py %t.0.so %t.3.so | FileCheck %s
// CHECK: 0 of 1000 differ

// a * b + c in two roundings: no level may fuse it.
func.func @two_roundings(%a: memref<1000xf32>, %b: memref<1000xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 1000 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<1000xf32>
    %y = memref.load %b[%i] : memref<1000xf32>
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %m, %x : f32
    %q = arith.divf %s, %y : f32
    memref.store %q, %b[%i] : memref<1000xf32>
  }
  return
}
