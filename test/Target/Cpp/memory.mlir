// Buffers: tiles in registers, views, casts to a free size, parts of larger buffers, constants of the module.
// RUN: nnc-translate %s --emit=cpp | FileCheck %s
// RUN: both_roads.py %s --index 5

// CHECK: alignas(64) static const float table[2][4] = {{[{][{]}}1.0f, -0.0f, 1e-40f, 16777216.0f}, {__builtin_inff(), -__builtin_inff(), 0.1f, std::bit_cast<float>(0x7fc00000u)}};
memref.global "private" constant @table : memref<2x4xf32> = dense<[[1.0, -0.0, 1.0e-40, 1.6777216e7], [0x7F800000, 0xFF800000, 0.1, 0x7FC00000]]>

// CHECK-LABEL: void globals(
func.func @globals(%y: memref<64xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %t = memref.get_global @table : memref<2x4xf32>
  scf.for %i = %c0 to %c2 step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      %x = memref.load %t[%i, %j] : memref<2x4xf32>
      %at = arith.muli %i, %c4 : index
      %k = arith.addi %at, %j : index
      // CHECK: y[i * 4 + j] = table[i][j];
      memref.store %x, %y[%k] : memref<64xf32>
    }
  }
  return
}

// CHECK-LABEL: void tiles(const float (*__restrict a)[8], float (*__restrict y)[8]) {
func.func @tiles(%a: memref<8x8xf32> {llvm.noalias}, %y: memref<8x8xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // CHECK-NEXT: f32x8 acc[2][1];
  %acc = memref.alloca() {nnc.name = "acc"} : memref<2x1xvector<8xf32>>
  // CHECK-NEXT: float tile[4];
  %s = memref.alloca() : memref<4xf32>
  scf.for %i = %c0 to %c2 step %c1 {
    %x = vector.load %a[%i, %c0] : memref<8x8xf32>, vector<8xf32>
    // CHECK-NEXT: NNC_UNROLL for (i64 i = 0; i < 2; ++i) acc[i][0] = load8(&a[i][0]);
    memref.store %x, %acc[%i, %c0] : memref<2x1xvector<8xf32>>
  } {nnc.unroll}
  %u = memref.load %acc[%c0, %c0] : memref<2x1xvector<8xf32>>
  %v = memref.load %acc[%c1, %c0] : memref<2x1xvector<8xf32>>
  %w = arith.addf %u, %v : vector<8xf32>
  // CHECK-NEXT: store(&y[1][0], acc[0][0] + acc[1][0]);
  vector.store %w, %y[%c1, %c0] : memref<8x8xf32>, vector<8xf32>
  %x = memref.load %a[%c1, %c1] : memref<8x8xf32>
  memref.store %x, %s[%c2] : memref<4xf32>
  %z = memref.load %s[%c2] : memref<4xf32>
  memref.store %z, %y[%c0, %c0] : memref<8x8xf32>
  return
}

// A free size does not change what the buffer is called.
// CHECK-LABEL: void rows(const float (*__restrict a)[6], float *__restrict y, i64 n) {
func.func @rows(%a: memref<1x6xf32> {llvm.noalias}, %y: memref<1xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.reinterpret_cast %a to offset: [0], sizes: [%n, 6], strides: [6, 1] : memref<1x6xf32> to memref<?x6xf32>
  %z = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i, %c1] : memref<?x6xf32>
    // CHECK: y[i] = a[i][1];
    memref.store %v, %z[%i] : memref<?xf32>
  }
  return
}

// CHECK-LABEL: void parts(
func.func @parts(%a: memref<1xf32> {llvm.noalias, nnc.name = "x"}, %y: memref<1xf32> {llvm.noalias}, %at: index {nnc.name = "from"}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // Strides of an array: rows of 40 elements, of which 4 are ours.
  // CHECK: auto *const x_part = rows_of<const float[40]>(x + from);
  %x = memref.reinterpret_cast %a to offset: [%at], sizes: [%n, 4], strides: [40, 1] : memref<1xf32> to memref<?x4xf32, strided<[40, 1], offset: ?>>
  // Strides of none.
  // CHECK: float *const y_part = y + from;
  %z = memref.reinterpret_cast %y to offset: [%at], sizes: [%n, 4], strides: [3, 17] : memref<1xf32> to memref<?x4xf32, strided<[3, 17], offset: ?>>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      %v = memref.load %x[%i, %j] : memref<?x4xf32, strided<[40, 1], offset: ?>>
      // CHECK: y_part[i * 3 + j * 17] = x_part[i][j];
      memref.store %v, %z[%i, %j] : memref<?x4xf32, strided<[3, 17], offset: ?>>
    }
  }
  return
}

// A free size behind another dimension: strides that are values.
// CHECK-LABEL: void behind(
func.func @behind(%a: memref<1xf32> {llvm.noalias, nnc.name = "h"}, %y: memref<1xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %row = arith.muli %n, %c3 : index
  %x = memref.reinterpret_cast %a to offset: [0], sizes: [2, %n, 3], strides: [%row, 3, 1] : memref<1xf32> to memref<2x?x3xf32, strided<[?, 3, 1]>>
  scf.for %l = %c0 to %c2 step %c1 {
    scf.for %i = %c0 to %n step %c1 {
      // CHECK: y[l] = h_part[l * (n * 3) + i * 3 + 2];
      %v = memref.load %x[%l, %i, %c2] : memref<2x?x3xf32, strided<[?, 3, 1]>>
      %z = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1] : memref<1xf32> to memref<?xf32>
      memref.store %v, %z[%l] : memref<?xf32>
    } {nnc.name = "i"}
  } {nnc.name = "l"}
  return
}

// A block of bytes, seen as what lies in it.
// CHECK-LABEL: void views(i8 *p, i64 n) {
func.func @views(%p: memref<4096xi8> {nnc.name = "p"}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c1024 = arith.constant 1024 : index
  %c2048 = arith.constant 2048 : index
  %half = arith.constant 0.5 : f32
  %a = memref.view %p[%c1024][] : memref<4096xi8> to memref<4x8xf32>
  %step = arith.muli %n, %c64 : index
  %at = arith.addi %step, %c2048 : index
  %b = memref.view %p[%at][] : memref<4096xi8> to memref<16xf32>
  // CHECK: at<float[8]>(p, 1024)[1][0] = 0.5f;
  memref.store %half, %a[%c1, %c0] : memref<4x8xf32>
  // CHECK: at<float>(p, n * 64 + 2048)[1] = 0.5f;
  memref.store %half, %b[%c1] : memref<16xf32>
  return
}
