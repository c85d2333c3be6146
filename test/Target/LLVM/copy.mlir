// A loop that copies or clears stays a loop: LLVM makes no call of the C library from it.
// RUN: nnc-translate %s --emit=obj -O3 -o %t.o
// RUN: lint_object.py %t.o
// RUN: llvm-objdump -d %t.o | FileCheck %s --implicit-check-not=call
// CHECK: <copy>:
// CHECK: <clear>:

func.func @copy(%a: memref<1000xf32> {llvm.noalias}, %b: memref<1000xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 1000 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<1000xf32>
    memref.store %x, %b[%i] : memref<1000xf32>
  }
  return
}
func.func @clear(%a: memref<1000xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 1000 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    memref.store %zero, %a[%i] : memref<1000xf32>
  }
  return
}
