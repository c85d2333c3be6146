// Lanes at indices of their own.
// RUN: nnc-translate %s --emit=cpp --target-features=x86-64-v4 | FileCheck %s
// RUN: both_roads.py %s --target x86-64-v4 --small
// RUN: both_roads.py %s --target x86-64-v3 --small
// RUN: both_roads.py %s --target x86-64 --small

// CHECK-LABEL: void gather_scatter(
func.func @gather_scatter(%a: memref<64x64xf32> {llvm.noalias}, %at: memref<64xi32> {llvm.noalias}, %y: memref<64x64xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c34 = arith.constant 34 : index
  %other = arith.constant dense<7.0> : vector<8xf32>
  %i = vector.load %at[%c0] : memref<64xi32>, vector<8xi32>
  %rest = arith.subi %n, %c34 : index
  %m = vector.create_mask %rest : vector<8xi1>
  %g = vector.gather %a[%c1, %c2] [%i], %m, %other : memref<64x64xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: store(&y[0][0], gather(&a[1][2], [[i:.*]], [[m:.*]], splat8(7.0f)));
  vector.store %g, %y[%c0, %c0] : memref<64x64xf32>, vector<8xf32>
  // CHECK: scatter(&y[2][0], [[i]], [[m]], {{.*}});
  vector.scatter %y[%c2, %c0] [%i], %m, %other : memref<64x64xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32>
  return
}
