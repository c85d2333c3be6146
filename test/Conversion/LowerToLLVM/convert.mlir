// RUN: nnc-opt %s --llvm-convert | FileCheck %s

// Buffers become bare pointers; masks, gathers and f64 functions have their forms; nothing is left.
// CHECK-LABEL: llvm.func @masks(%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64)
// CHECK: llvm.icmp "sgt"
// CHECK: llvm.intr.masked.load
// CHECK: llvm.mlir.constant(dense<[true, true, true, false, false, false, false, false]>
// CHECK: llvm.intr.masked.store
// CHECK-NOT: unrealized
func.func @masks(%x: memref<8xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %m = vector.create_mask %n : vector<8xi1>
  %v = vector.maskedload %x[%c0], %m, %zero : memref<8xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %k = vector.constant_mask [3] : vector<8xi1>
  vector.maskedstore %x[%c0], %k, %v : memref<8xf32>, vector<8xi1>, vector<8xf32>
  return
}

// CHECK-LABEL: llvm.func @libm
// CHECK: llvm.intr.exp(%{{.*}}) : (f64) -> f64
// CHECK: llvm.call @erf(
// CHECK: llvm.call @log1p(
// CHECK: llvm.call @expm1(
// CHECK: llvm.intr.fma
func.func @libm(%x: f64) -> f64 {
  %a = math.exp %x : f64
  %b = math.erf %a : f64
  %c = math.log1p %b : f64
  %e = math.expm1 %c : f64
  %d = math.fma %a, %e, %c : f64
  return %d : f64
}
