// Arithmetic of vectors, in the forms of each width; masks and what they choose, load and store.
// RUN: nnc-translate %s --emit=cpp --target-features=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,V4
// RUN: nnc-translate %s --emit=cpp --target-features=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,V3
// RUN: nnc-translate %s --emit=cpp --target-features=x86-64 | FileCheck %s --check-prefixes=CHECK,V1
// RUN: both_roads.py %s --target x86-64-v4
// RUN: both_roads.py %s --target x86-64-v3
// RUN: both_roads.py %s --target x86-64

// Only the helpers that are used, each with the instructions of the target.
// V4-DAG: NNC_INLINE f32x8 fma(f32x8 a, f32x8 b, f32x8 c) { return (f32x8)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
// V4-DAG: NNC_INLINE f32x8 masked_load(const float *p, i32x8 m) { return (f32x8)_mm256_maskz_loadu_ps(mask_bits(m), p); }
// V3-DAG: NNC_INLINE f32x8 fma(f32x8 a, f32x8 b, f32x8 c) { return (f32x8)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
// V3-DAG: NNC_INLINE f32x8 masked_load(const float *p, i32x8 m) { return (f32x8)_mm256_maskload_ps(p, (__m256i)m); }
// V1-DAG: c[i] = __builtin_fmaf(a[i], b[i], c[i]);
// CHECK-NOT: mul_wide(i64

// CHECK-LABEL: void floats(
func.func @floats(%a: memref<8x8xf32> {llvm.noalias}, %b: memref<8x8xf32> {llvm.noalias}, %y: memref<32x8xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %half = arith.constant dense<0.5> : vector<8xf32>
  %zero = arith.constant dense<0.0> : vector<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %u = vector.load %a[%i, %c0] : memref<8x8xf32>, vector<8xf32>
    %v = vector.load %b[%i, %c0] : memref<8x8xf32>, vector<8xf32>
    // CHECK: const f32x8 [[u:.*]] = load8(&a[i][0]);
    // CHECK: const f32x8 [[v:.*]] = load8(&b[i][0]);
    %s0 = math.fma %u, %half, %v : vector<8xf32>
    // CHECK: store(&y[0][0], fma([[u]], splat8(0.5f), [[v]]));
    vector.store %s0, %y[%c0, %c0] : memref<32x8xf32>, vector<8xf32>
    %s1 = arith.mulf %u, %half : vector<8xf32>
    %s2 = arith.addf %s1, %v : vector<8xf32>
    // A number beside a vector stands for all lanes.
    // CHECK: const f32x8 [[p:.*]] = [[u]] * 0.5f;
    // CHECK: store(&y[1][0], [[p]] + [[v]]);
    vector.store %s2, %y[%c1, %c0] : memref<32x8xf32>, vector<8xf32>
    %p0 = arith.cmpf ogt, %zero, %u : vector<8xf32>
    %m0 = arith.select %p0, %zero, %u : vector<8xi1>, vector<8xf32>
    // CHECK: store(&y[2][0], max(splat8(0.0f), [[u]]));
    vector.store %m0, %y[%c2, %c0] : memref<32x8xf32>, vector<8xf32>
    %p1 = arith.cmpf ule, %u, %v : vector<8xf32>
    %m1 = arith.select %p1, %half, %v : vector<8xi1>, vector<8xf32>
    // CHECK: store(&y[3][0], select([[u]] > [[v]], [[v]], splat8(0.5f)));
    vector.store %m1, %y[%c3, %c0] : memref<32x8xf32>, vector<8xf32>
    %r0 = math.sqrt %u : vector<8xf32>
    %r1 = math.absf %v : vector<8xf32>
    %r2 = math.copysign %r0, %v : vector<8xf32>
    %r3 = arith.divf %r2, %r1 : vector<8xf32>
    // CHECK: store(&y[4][0], copysign(sqrt([[u]]), [[v]]) / magnitude([[v]]));
    vector.store %r3, %y[%c4, %c0] : memref<32x8xf32>, vector<8xf32>
    %f0 = math.floor %u : vector<8xf32>
    %f1 = math.ceil %v : vector<8xf32>
    %f2 = math.roundeven %s1 : vector<8xf32>
    %f3 = arith.subf %f0, %f1 : vector<8xf32>
    %f4 = arith.subf %f3, %f2 : vector<8xf32>
    // CHECK: store(&y[5][0], floor([[u]]) - ceil([[v]]) - round_even({{.*}}));
    vector.store %f4, %y[%c5, %c0] : memref<32x8xf32>, vector<8xf32>
    %n = arith.negf %u : vector<8xf32>
    %n1 = arith.mulf %n, %n : vector<8xf32>
    vector.store %n1, %y[%c6, %c0] : memref<32x8xf32>, vector<8xf32>
    %x = vector.extract %v[3] : f32 from vector<8xf32>
    %w = vector.insert %x, %u [5] : f32 into vector<8xf32>
    // CHECK: store(&y[7][0], with_lane([[u]], 5, [[v]][3]));
    vector.store %w, %y[%c7, %c0] : memref<32x8xf32>, vector<8xf32>
  }
  return
}

// CHECK-LABEL: void integers(
func.func @integers(%a: memref<64xi32> {llvm.noalias}, %b: memref<64xi32> {llvm.noalias}, %y: memref<32x8xi32> {llvm.noalias}, %z: memref<32x8xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %k = arith.constant dense<3> : vector<8xi32>
  %sign = arith.constant dense<-2147483648> : vector<8xi32>
  %lanes = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi32>
  %u = vector.load %a[%c0] : memref<64xi32>, vector<8xi32>
  %v = vector.load %b[%c0] : memref<64xi32>, vector<8xi32>
  // CHECK: const i32x8 [[u:.*]] = load8(&a[0]);
  // CHECK: const i32x8 [[v:.*]] = load8(&b[0]);
  %s0 = arith.addi %u, %v : vector<8xi32>
  %s1 = arith.muli %s0, %lanes : vector<8xi32>
  // CHECK: store(&y[0][0], mul(add([[u]], [[v]]), i32x8{0, 1, 2, 3, 4, 5, 6, 7}));
  vector.store %s1, %y[%c0, %c0] : memref<32x8xi32>, vector<8xi32>
  %s2 = arith.xori %u, %sign : vector<8xi32>
  %s3 = arith.shli %s2, %k : vector<8xi32>
  %s4 = arith.shrui %v, %k : vector<8xi32>
  %s5 = arith.ori %s3, %s4 : vector<8xi32>
  // CHECK: store(&y[1][0], shift_left([[u]] ^ i32(0x80000000u), splat8(3)) | shift_right([[v]], splat8(3)));
  vector.store %s5, %y[%c1, %c0] : memref<32x8xi32>, vector<8xi32>
  %s6 = arith.shrsi %u, %k : vector<8xi32>
  %s7 = arith.subi %s6, %v : vector<8xi32>
  vector.store %s7, %y[%c2, %c0] : memref<32x8xi32>, vector<8xi32>
  %p0 = arith.cmpi ult, %u, %v : vector<8xi32>
  %t0 = arith.select %p0, %u, %v : vector<8xi1>, vector<8xi32>
  // CHECK: const i32x8 [[p:.*]] = (u32x8)[[u]] < (u32x8)[[v]];
  // CHECK: store(&y[3][0], select([[p]], [[u]], [[v]]));
  vector.store %t0, %y[%c3, %c0] : memref<32x8xi32>, vector<8xi32>
  %low, %high = arith.mului_extended %u, %v : vector<8xi32>
  %t1 = arith.xori %low, %high : vector<8xi32>
  vector.store %t1, %y[%c4, %c0] : memref<32x8xi32>, vector<8xi32>
  %t2 = arith.bitcast %u : vector<8xi32> to vector<8xf32>
  vector.store %t2, %z[%c0, %c0] : memref<32x8xf32>, vector<8xf32>
  %t3 = arith.sitofp %u : vector<8xi32> to vector<8xf32>
  %t4 = arith.uitofp %v : vector<8xi32> to vector<8xf32>
  %t5 = arith.addf %t3, %t4 : vector<8xf32>
  // CHECK: __builtin_convertvector([[u]], f32x8) + __builtin_convertvector((u32x8)[[v]], f32x8)
  vector.store %t5, %z[%c1, %c0] : memref<32x8xf32>, vector<8xf32>
  %t6 = arith.extui %p0 : vector<8xi1> to vector<8xi32>
  vector.store %t6, %y[%c5, %c0] : memref<32x8xi32>, vector<8xi32>
  %t7 = arith.extsi %p0 : vector<8xi1> to vector<8xi32>
  vector.store %t7, %y[%c6, %c0] : memref<32x8xi32>, vector<8xi32>
  %d0 = arith.remsi %u, %k : vector<8xi32>
  %d1 = arith.divui %v, %k : vector<8xi32>
  %d2 = arith.addi %d0, %d1 : vector<8xi32>
  vector.store %d2, %y[%c7, %c0] : memref<32x8xi32>, vector<8xi32>
  return
}

// Bytes are truth values: their comparisons meet those of floats.
// CHECK-LABEL: void masks(
func.func @masks(%a: memref<64xf32> {llvm.noalias}, %t: memref<64xi8> {llvm.noalias}, %y: memref<32x8xf32> {llvm.noalias}, %d: memref<64xf64> {llvm.noalias}, %z: memref<32x8xf64> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c30 = arith.constant 30 : index
  %none = arith.constant dense<0> : vector<8xi8>
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %one = arith.constant dense<1.0> : vector<8xf32>
  %two = arith.constant dense<2.0> : vector<4xf64>
  %true = arith.constant dense<true> : vector<8xi1>
  %u = vector.load %a[%c0] : memref<64xf32>, vector<8xf32>
  %b = vector.load %t[%c0] : memref<64xi8>, vector<8xi8>
  %is = arith.cmpi ne, %b, %none : vector<8xi8>
  // CHECK: const i32x8 [[is:.*]] = __builtin_convertvector({{.*}} != i8{0}, i32x8);
  %less = arith.cmpf olt, %u, %zero : vector<8xf32>
  %both = arith.andi %is, %less : vector<8xi1>
  %either = arith.ori %is, %less : vector<8xi1>
  %one_of = arith.xori %both, %either : vector<8xi1>
  %not = arith.xori %one_of, %true : vector<8xi1>
  %chosen = arith.select %not, %is, %less : vector<8xi1>, vector<8xi1>
  %s0 = arith.select %chosen, %u, %one : vector<8xi1>, vector<8xf32>
  vector.store %s0, %y[%c0, %c0] : memref<32x8xf32>, vector<8xf32>
  %rest = arith.subi %n, %c30 : index
  %first = vector.create_mask %rest : vector<8xi1>
  // CHECK: const i32x8 [[first:.*]] = first8(n - 30);
  %m0 = vector.maskedload %a[%c1], %first, %zero : memref<64xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: store(&y[1][0], masked_load(&a[1], [[first]]));
  vector.store %m0, %y[%c1, %c0] : memref<32x8xf32>, vector<8xf32>
  %m1 = vector.maskedload %a[%c1], %first, %one : memref<64xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: masked_store(&y[2][0], first8(5), masked_load(&a[1], [[first]], splat8(1.0f)));
  %five = vector.constant_mask [5] : vector<8xi1>
  vector.maskedstore %y[%c2, %c0], %five, %m1 : memref<32x8xf32>, vector<8xi1>, vector<8xf32>
  %e = vector.extract %less[2] : i1 from vector<8xi1>
  %e0 = arith.uitofp %e : i1 to f32
  memref.store %e0, %y[%c3, %c0] : memref<32x8xf32>
  // Lanes of 64 bits.
  %v = vector.load %d[%c0] : memref<64xf64>, vector<4xf64>
  %more = vector.create_mask %n : vector<4xi1>
  %m2 = vector.maskedload %d[%c1], %more, %two : memref<64xf64>, vector<4xi1>, vector<4xf64> into vector<4xf64>
  // CHECK: first4_of_64(n)
  %p = arith.cmpf olt, %v, %m2 : vector<4xf64>
  %q = arith.andi %p, %more : vector<4xi1>
  %s1 = arith.select %q, %v, %m2 : vector<4xi1>, vector<4xf64>
  vector.store %s1, %z[%c0, %c0] : memref<32x8xf64>, vector<4xf64>
  %narrow = arith.truncf %s1 : vector<4xf64> to vector<4xf32>
  %four = vector.load %a[%c4] : memref<64xf32>, vector<4xf32>
  %s2 = arith.select %q, %narrow, %four : vector<4xi1>, vector<4xf32>
  // CHECK: select(__builtin_convertvector({{.*}}, i32x4), {{.*}});
  vector.store %s2, %y[%c4, %c0] : memref<32x8xf32>, vector<4xf32>
  return
}

// CHECK-LABEL: void shuffles(
func.func @shuffles(%a: memref<64xf32> {llvm.noalias}, %y: memref<32x8xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %u = vector.load %a[%c0] : memref<64xf32>, vector<8xf32>
  %v = vector.load %a[%c8] : memref<64xf32>, vector<8xf32>
  %s0 = vector.shuffle %u, %v [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
  // CHECK: store(&y[0][0], __builtin_shufflevector({{.*}}, {{.*}}, 0, 8, 1, 9, 4, 12, 5, 13));
  vector.store %s0, %y[%c0, %c0] : memref<32x8xf32>, vector<8xf32>
  // Halves of halves of a sum of lanes.
  %h0 = vector.shuffle %v, %v [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
  %h1 = vector.shuffle %v, %v [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
  %h2 = arith.addf %h0, %h1 : vector<4xf32>
  %q0 = vector.shuffle %h2, %h2 [0, 1] : vector<4xf32>, vector<4xf32>
  %q1 = vector.shuffle %h2, %h2 [2, 3] : vector<4xf32>, vector<4xf32>
  %p = arith.cmpf ogt, %q0, %q1 : vector<2xf32>
  %q2 = arith.select %p, %q0, %q1 : vector<2xi1>, vector<2xf32>
  %x0 = vector.extract %q2[0] : f32 from vector<2xf32>
  %x1 = vector.extract %q2[1] : f32 from vector<2xf32>
  %x2 = arith.addf %x0, %x1 : f32
  // CHECK: y[1][0] = [[q:.*]][0] + [[q]][1];
  memref.store %x2, %y[%c1, %c0] : memref<32x8xf32>
  return
}

// Through a mask of the first lane alone goes one element: no masked instruction.
// CHECK-LABEL: void first_lane(
func.func @first_lane(%a: memref<8x1xf32> {llvm.noalias}, %y: memref<8x1xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %half = arith.constant dense<0.5> : vector<8xf32>
  %first = vector.constant_mask [1] : vector<8xi1>
  scf.for %i = %c0 to %c8 step %c1 {
    %u = vector.maskedload %a[%i, %c0], %first, %zero : memref<8x1xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
    %v = vector.maskedload %a[%i, %c0], %first, %half : memref<8x1xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
    %s = arith.mulf %u, %v : vector<8xf32>
    // CHECK: y[i][0] = (f32x8{a[i][0]} * masked_load(&a[i][0], first8(1), splat8(0.5f)))[0];
    vector.maskedstore %y[%i, %c0], %first, %s : memref<8x1xf32>, vector<8xi1>, vector<8xf32>
  }
  return
}
