// Functions that call each other: inlined ones, several results, families, the C library, the barrier.
// RUN: nnc-translate %s --emit=cpp | FileCheck %s
// RUN: both_roads.py %s

// CHECK: // The C library's, by names that no compiler knows: it would compute some calls by itself.
// CHECK-NEXT: extern "C" double libm_exp(double) __asm__("exp");
// CHECK-NEXT: extern "C" double libm_pow(double, double) __asm__("pow");

// Called before it stands in the module, printed before it is called; what it does not use it does not take.
// CHECK: // Twice the number.
// CHECK-NEXT: NNC_INLINE f32x8 twice(f32x8 x) { return x + x; }
// CHECK-LABEL: void caller(
func.func @caller(%a: memref<64xf32> {llvm.noalias}, %y: memref<64xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %x = vector.load %a[%c0] : memref<64xf32>, vector<8xf32>
  %two = func.call @twice(%x, %n) : (vector<8xf32>, index) -> vector<8xf32>
  %four = func.call @twice(%two, %n) : (vector<8xf32>, index) -> vector<8xf32>
  // CHECK: store(&y[0], twice(twice(load8(&a[0]))));
  vector.store %four, %y[%c0] : memref<64xf32>, vector<8xf32>
  return
}
func.func private @twice(%x: vector<8xf32> {nnc.name = "x"}, %n: index) -> vector<8xf32> attributes {nnc.inline, nnc.doc = "Twice the number."} {
  %y = arith.addf %x, %x : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK: struct halves_results {
// CHECK-NEXT:   f32x4 v0, v1;
// CHECK-NEXT: };
// CHECK: NNC_INLINE halves_results halves(f32x8 x) {
// CHECK: return {__builtin_shufflevector(x, x, 0, 1, 2, 3), __builtin_shufflevector(x, x, 4, 5, 6, 7)};
func.func private @halves(%x: vector<8xf32> {nnc.name = "x"}) -> (vector<4xf32>, vector<4xf32>) attributes {nnc.inline} {
  %l = vector.shuffle %x, %x [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
  %h = vector.shuffle %x, %x [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
  return %l, %h : vector<4xf32>, vector<4xf32>
}
// CHECK-LABEL: void several(
func.func @several(%a: memref<64xf32> {llvm.noalias}, %y: memref<64xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %x = vector.load %a[%c0] : memref<64xf32>, vector<8xf32>
  // CHECK: const auto [v0, v1] = halves(load8(&a[0]));
  %l, %h = func.call @halves(%x) : (vector<8xf32>) -> (vector<4xf32>, vector<4xf32>)
  %s = arith.addf %l, %h : vector<4xf32>
  vector.store %s, %y[%c0] : memref<64xf32>, vector<4xf32>
  return
}

// A tile that only a function takes which does not read it is not there, nor is what was written into it.
func.func private @takes_tile(%y: memref<64xf32> {llvm.noalias, nnc.name = "y"}, %lr: memref<1xf32> {nnc.name = "lr"}) attributes {nnc.inline} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  memref.store %one, %y[%c0] : memref<64xf32>
  return
}
// CHECK-LABEL: void hands_tile(float *__restrict y, float) { takes_tile(y); }
func.func @hands_tile(%y: memref<64xf32> {llvm.noalias, nnc.name = "y"}, %x: f32) {
  %c0 = arith.constant 0 : index
  %tile = memref.alloca() : memref<1xf32>
  memref.store %x, %tile[%c0] : memref<1xf32>
  func.call @takes_tile(%y, %tile) : (memref<64xf32>, memref<1xf32>) -> ()
  return
}

// Calls that a compiler could compute, with other bits than the library's.
// CHECK-LABEL: void library(
func.func @library(%y: memref<64xf64> {llvm.noalias}, %x: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f64
  %tenth = arith.constant 0.1 : f64
  %e = math.exp %tenth : f64
  // CHECK: y[0] = libm_exp(0.1);
  memref.store %e, %y[%c0] : memref<64xf64>
  %p = math.powf %x, %two : f64
  // CHECK: y[1] = libm_pow(x, 2.0);
  memref.store %p, %y[%c1] : memref<64xf64>
  return
}

// CHECK: template <i64 rows> NNC_INLINE void dense_tile(const float (*a)[8], float (*y)[8], i64 row) {
// CHECK-NEXT: f32x8 acc[rows][2];
// CHECK-NEXT: NNC_UNROLL for (i64 m = 0; m < rows; ++m) acc[m][1] = load8(&a[row + m][0]);
// CHECK-NEXT: NNC_UNROLL for (i64 m = 0; m < rows; ++m) store(&y[row + m][0], acc[m][1]);
func.func private @dense_tile_3(%a: memref<1x8xf32>, %y: memref<1x8xf32>, %row: index {nnc.name = "row"}) attributes {nnc.inline, nnc.family = "dense_tile", nnc.family_args = {rows = 3}} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %acc = memref.alloca() {nnc.name = "acc"} : memref<3x2xvector<8xf32>>
  scf.for %m = %c0 to %c3 step %c1 {
    %r = arith.addi %row, %m : index
    %v = vector.load %a[%r, %c0] : memref<1x8xf32>, vector<8xf32>
    memref.store %v, %acc[%m, %c1] : memref<3x2xvector<8xf32>>
  } {nnc.unroll, nnc.name = "m"}
  scf.for %m = %c0 to %c3 step %c1 {
    %r = arith.addi %row, %m : index
    %v = memref.load %acc[%m, %c1] : memref<3x2xvector<8xf32>>
    vector.store %v, %y[%r, %c0] : memref<1x8xf32>, vector<8xf32>
  } {nnc.unroll, nnc.name = "m"}
  return
}
func.func private @dense_tile_1(%a: memref<1x8xf32>, %y: memref<1x8xf32>, %row: index {nnc.name = "row"}) attributes {nnc.inline, nnc.family = "dense_tile", nnc.family_args = {rows = 1}} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %acc = memref.alloca() {nnc.name = "acc"} : memref<1x2xvector<8xf32>>
  scf.for %m = %c0 to %c1 step %c1 {
    %r = arith.addi %row, %m : index
    %v = vector.load %a[%r, %c0] : memref<1x8xf32>, vector<8xf32>
    memref.store %v, %acc[%m, %c1] : memref<1x2xvector<8xf32>>
  } {nnc.unroll, nnc.name = "m"}
  scf.for %m = %c0 to %c1 step %c1 {
    %r = arith.addi %row, %m : index
    %v = memref.load %acc[%m, %c1] : memref<1x2xvector<8xf32>>
    vector.store %v, %y[%r, %c0] : memref<1x8xf32>, vector<8xf32>
  } {nnc.unroll, nnc.name = "m"}
  return
}
// CHECK-LABEL: void family(
func.func @family(%a: memref<1x8xf32>, %y: memref<1x8xf32>) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  // CHECK: dense_tile<3>(a, y, 0);
  // CHECK: dense_tile<1>(a, y, 3);
  func.call @dense_tile_3(%a, %y, %c0) : (memref<1x8xf32>, memref<1x8xf32>, index) -> ()
  func.call @dense_tile_1(%a, %y, %c3) : (memref<1x8xf32>, memref<1x8xf32>, index) -> ()
  return
}

// The same family, but one adds and the other multiplies: no template.
// CHECK: NNC_INLINE float odd_1(float x) { return x + x; }
// CHECK: NNC_INLINE float odd_2(float x) { return x * x; }
func.func private @odd_1(%x: f32) -> f32 attributes {nnc.inline, nnc.family = "odd", nnc.family_args = {rows = 1}} {
  %y = arith.addf %x, %x : f32
  return %y : f32
}
func.func private @odd_2(%x: f32) -> f32 attributes {nnc.inline, nnc.family = "odd", nnc.family_args = {rows = 2}} {
  %y = arith.mulf %x, %x : f32
  return %y : f32
}
func.func @no_family(%y: memref<64xf32> {llvm.noalias}, %x: f32) {
  %c0 = arith.constant 0 : index
  %a = func.call @odd_1(%x) : (f32) -> f32
  %b = func.call @odd_2(%a) : (f32) -> f32
  memref.store %b, %y[%c0] : memref<64xf32>
  return
}
