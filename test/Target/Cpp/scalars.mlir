// Arithmetic of scalars: integers wrap, predicates that hold for NaN, conversions.
// RUN: nnc-translate %s --emit=cpp | FileCheck %s
// RUN: both_roads.py %s

// CHECK-LABEL: void floats(
func.func @floats(%a: memref<16xf32> {llvm.noalias}, %b: memref<16xf32> {llvm.noalias}, %y: memref<16xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c16 = arith.constant 16 : index
  %x = memref.load %a[%c0] : memref<16xf32>
  %z = memref.load %b[%c0] : memref<16xf32>
  // CHECK: const float [[x:.*]] = a[0];
  // CHECK: const float [[z:.*]] = b[0];
  %sum = arith.addf %x, %z : f32
  %difference = arith.subf %x, %sum : f32
  %product = arith.mulf %z, %difference : f32
  // CHECK: y[0] = [[z]] * ([[x]] - ([[x]] + [[z]]));
  memref.store %product, %y[%c0] : memref<16xf32>
  %half = arith.constant 0.5 : f32
  %p = arith.mulf %x, %half : f32
  %q = arith.addf %p, %z : f32
  // CHECK: const float [[p:.*]] = [[x]] * 0.5f;
  // CHECK: y[1] = [[p]] + [[z]];
  memref.store %q, %y[%c1] : memref<16xf32>
  %f = math.fma %x, %half, %z : f32
  // CHECK: y[2] = fma([[x]], 0.5f, [[z]]);
  memref.store %f, %y[%c2] : memref<16xf32>
  %neg = arith.negf %x : f32
  %quotient = arith.divf %neg, %z : f32
  // CHECK: y[3] = -[[x]] / [[z]];
  memref.store %quotient, %y[%c3] : memref<16xf32>
  %root = math.sqrt %x : f32
  %abs = math.absf %z : f32
  %signed = math.copysign %root, %z : f32
  %both = arith.addf %signed, %abs : f32
  // CHECK: y[4] = copysign(sqrt([[x]]), [[z]]) + magnitude([[z]]);
  memref.store %both, %y[%c4] : memref<16xf32>
  %floor = math.floor %x : f32
  %ceil = math.ceil %z : f32
  %even = math.roundeven %p : f32
  %r1 = arith.addf %floor, %ceil : f32
  %r2 = arith.addf %r1, %even : f32
  memref.store %r2, %y[%c5] : memref<16xf32>
  return
}

// Each comparison, as a choice and as a truth value.
// CHECK-LABEL: void predicates(
func.func @predicates(%a: memref<64xf32> {llvm.noalias}, %b: memref<64xf32> {llvm.noalias}, %y: memref<64x16xi8> {llvm.noalias}, %z: memref<64x16xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %c64 = arith.constant 64 : index
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  scf.for %i = %c0 to %c64 step %c1 {
    %u = memref.load %a[%i] : memref<64xf32>
    %v = memref.load %b[%i] : memref<64xf32>
    // CHECK: const float [[u:.*]] = a[i];
    // CHECK: const float [[v:.*]] = b[i];
    %p0 = arith.cmpf olt, %u, %v : f32
    %e0 = arith.extui %p0 : i1 to i8
    // CHECK: y[i][0] = i8([[u]] < [[v]]);
    memref.store %e0, %y[%i, %c0] : memref<64x16xi8>
    %p1 = arith.cmpf ult, %u, %v : f32
    %e1 = arith.extui %p1 : i1 to i8
    // CHECK: y[i][1] = i8(!([[u]] >= [[v]]));
    memref.store %e1, %y[%i, %c1] : memref<64x16xi8>
    %p2 = arith.cmpf one, %u, %v : f32
    %e2 = arith.extui %p2 : i1 to i8
    // CHECK: y[i][2] = i8(([[u]] < [[v]]) || ([[u]] > [[v]]));
    memref.store %e2, %y[%i, %c2] : memref<64x16xi8>
    %p3 = arith.cmpf ueq, %u, %v : f32
    %e3 = arith.extui %p3 : i1 to i8
    // CHECK: y[i][3] = i8(!(([[u]] < [[v]]) || ([[u]] > [[v]])));
    memref.store %e3, %y[%i, %c3] : memref<64x16xi8>
    %p4 = arith.cmpf uno, %u, %v : f32
    %p5 = arith.cmpf ord, %u, %v : f32
    %e4 = arith.select %p4, %two, %three : f32
    // CHECK: [i][4] = (([[u]] != [[u]]) || ([[v]] != [[v]])) ? 2.0f : 3.0f;
    memref.store %e4, %z[%i, %c4] : memref<64x16xf32>
    %e5 = arith.select %p5, %two, %three : f32
    memref.store %e5, %z[%i, %c5] : memref<64x16xf32>
    // The arms change places, the predicate becomes one that C++ has.
    %p6 = arith.cmpf uge, %u, %v : f32
    %e6 = arith.select %p6, %two, %three : f32
    // CHECK: [i][6] = [[u]] < [[v]] ? 3.0f : 2.0f;
    memref.store %e6, %z[%i, %c6] : memref<64x16xf32>
    %p7 = arith.cmpf ugt, %u, %v : f32
    %p8 = arith.cmpf ole, %u, %v : f32
    %p9 = arith.xori %p7, %p8 : i1
    %e7 = arith.select %p9, %two, %three : f32
    memref.store %e7, %z[%i, %c7] : memref<64x16xf32>
    %p10 = arith.cmpf une, %u, %v : f32
    %p11 = arith.cmpf oeq, %u, %v : f32
    %p12 = arith.ori %p10, %p11 : i1
    %p13 = arith.cmpf oge, %u, %v : f32
    %p14 = arith.andi %p12, %p13 : i1
    %e8 = arith.select %p14, %u, %v : f32
    memref.store %e8, %z[%i, %c8] : memref<64x16xf32>
    %true = arith.constant true
    %p15 = arith.xori %p13, %true : i1
    %e9 = arith.select %p15, %u, %v : f32
    memref.store %e9, %z[%i, %c9] : memref<64x16xf32>
  } {nnc.names = []}
  return
}

// Compare and choose: the instruction, whichever way it is written.
// CHECK-LABEL: void extrema(
func.func @extrema(%a: memref<64xf32> {llvm.noalias}, %b: memref<64xf32> {llvm.noalias}, %z: memref<64x16xf32> {llvm.noalias, nnc.name = "z"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c64 = arith.constant 64 : index
  %limit = arith.constant 2.5 : f32
  scf.for %i = %c0 to %c64 step %c1 {
    %u = memref.load %a[%i] : memref<64xf32>
    %v = memref.load %b[%i] : memref<64xf32>
    // CHECK: const float [[u:.*]] = a[i];
    // CHECK: const float [[v:.*]] = b[i];
    %p0 = arith.cmpf ogt, %u, %v : f32
    %s0 = arith.select %p0, %u, %v : f32
    // CHECK: z[i][0] = max([[u]], [[v]]);
    memref.store %s0, %z[%i, %c0] : memref<64x16xf32>
    %p1 = arith.cmpf ogt, %u, %v : f32
    %s1 = arith.select %p1, %v, %u : f32
    // CHECK: z[i][1] = min([[v]], [[u]]);
    memref.store %s1, %z[%i, %c1] : memref<64x16xf32>
    %p2 = arith.cmpf uge, %u, %v : f32
    %s2 = arith.select %p2, %u, %v : f32
    // CHECK: z[i][2] = max([[v]], [[u]]);
    memref.store %s2, %z[%i, %c2] : memref<64x16xf32>
    %p3 = arith.cmpf ule, %u, %v : f32
    %s3 = arith.select %p3, %u, %v : f32
    // CHECK: z[i][3] = min([[v]], [[u]]);
    memref.store %s3, %z[%i, %c3] : memref<64x16xf32>
    // Equal zeros of two signs: the instruction would take the other one.
    %p4 = arith.cmpf oge, %u, %v : f32
    %s4 = arith.select %p4, %u, %v : f32
    // CHECK: z[i][4] = [[u]] >= [[v]] ? [[u]] : [[v]];
    memref.store %s4, %z[%i, %c4] : memref<64x16xf32>
    %p5 = arith.cmpf oge, %u, %limit : f32
    %s5 = arith.select %p5, %limit, %u : f32
    // CHECK: z[i][5] = min(2.5f, [[u]]);
    memref.store %s5, %z[%i, %c5] : memref<64x16xf32>
  }
  return
}

// CHECK-LABEL: void integers(
func.func @integers(%a: memref<64xi32> {llvm.noalias}, %b: memref<64xi32> {llvm.noalias}, %c: memref<64xi64> {llvm.noalias}, %y: memref<64x16xi32> {llvm.noalias}, %w: memref<64x16xi64> {llvm.noalias, nnc.name = "w"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %c64 = arith.constant 64 : index
  %k3 = arith.constant 3 : i32
  %k31 = arith.constant 31 : i32
  %least = arith.constant -2147483648 : i32
  %k5 = arith.constant 5 : i64
  %leastLong = arith.constant -9223372036854775808 : i64
  scf.for %i = %c0 to %c64 step %c1 {
    %u = memref.load %a[%i] : memref<64xi32>
    %v = memref.load %b[%i] : memref<64xi32>
    %l = memref.load %c[%i] : memref<64xi64>
    // CHECK: const i32 [[u:.*]] = a[i];
    // CHECK: const i32 [[v:.*]] = b[i];
    // CHECK: const i64 [[l:.*]] = c[i];
    %s0 = arith.addi %u, %v : i32
    // CHECK: y[i][0] = add([[u]], [[v]]);
    memref.store %s0, %y[%i, %c0] : memref<64x16xi32>
    %s1 = arith.muli %u, %v : i32
    %s2 = arith.subi %s1, %least : i32
    // CHECK: y[i][1] = sub(mul([[u]], [[v]]), i32(-2147483648));
    memref.store %s2, %y[%i, %c1] : memref<64x16xi32>
    %s3 = arith.shli %u, %k3 : i32
    %s4 = arith.shrui %v, %k31 : i32
    %s5 = arith.ori %s3, %s4 : i32
    // CHECK: y[i][2] = shift_left([[u]], 3) | shift_right([[v]], 31);
    memref.store %s5, %y[%i, %c2] : memref<64x16xi32>
    %s6 = arith.shrsi %u, %k3 : i32
    %s7 = arith.xori %s6, %v : i32
    %s8 = arith.andi %s7, %k31 : i32
    // CHECK: y[i][3] = (([[u]] >> 3) ^ [[v]]) & 31;
    memref.store %s8, %y[%i, %c3] : memref<64x16xi32>
    %q0 = arith.divsi %u, %k3 : i32
    %q1 = arith.remsi %v, %k3 : i32
    %q2 = arith.addi %q0, %q1 : i32
    // CHECK: y[i][4] = add([[u]] / 3, [[v]] % 3);
    memref.store %q2, %y[%i, %c4] : memref<64x16xi32>
    %q3 = arith.divui %u, %k3 : i32
    %q4 = arith.remui %v, %k3 : i32
    %q5 = arith.addi %q3, %q4 : i32
    // CHECK: y[i][5] = add(i32(u32([[u]]) / u32(3)), i32(u32([[v]]) % u32(3)));
    memref.store %q5, %y[%i, %c5] : memref<64x16xi32>
    %p0 = arith.cmpi ult, %u, %v : i32
    %p1 = arith.cmpi slt, %u, %v : i32
    %t0 = arith.select %p0, %u, %v : i32
    // CHECK: y[i][6] = u32([[u]]) < u32([[v]]) ? [[u]] : [[v]];
    memref.store %t0, %y[%i, %c6] : memref<64x16xi32>
    %t1 = arith.extsi %p1 : i1 to i32
    // CHECK: y[i][7] = [[u]] < [[v]] ? i32(-1) : i32(0);
    memref.store %t1, %y[%i, %c7] : memref<64x16xi32>
    %t2 = arith.trunci %l : i64 to i32
    // CHECK: y[i][8] = i32([[l]]);
    memref.store %t2, %y[%i, %c8] : memref<64x16xi32>
    %low, %high = arith.mului_extended %u, %v : i32
    // CHECK: const auto [[pair:.*]] = mul_wide([[u]], [[v]]);
    %mixed = arith.xori %low, %high : i32
    memref.store %mixed, %y[%i, %c9] : memref<64x16xi32>
    %w0 = arith.addi %l, %k5 : i64
    // CHECK: w[i][0] = add([[l]], i64{5});
    memref.store %w0, %w[%i, %c0] : memref<64x16xi64>
    %w1 = arith.extsi %u : i32 to i64
    %w2 = arith.extui %v : i32 to i64
    %w3 = arith.muli %w1, %w2 : i64
    // CHECK: w[i][1] = mul(i64([[u]]), i64(u32([[v]])));
    memref.store %w3, %w[%i, %c1] : memref<64x16xi64>
    %w4 = arith.subi %leastLong, %l : i64
    // CHECK: w[i][2] = sub(i64(-9223372036854775807 - 1), [[l]]);
    memref.store %w4, %w[%i, %c2] : memref<64x16xi64>
    %wl, %wh = arith.mului_extended %l, %k5 : i64
    %w5 = arith.xori %wl, %wh : i64
    memref.store %w5, %w[%i, %c3] : memref<64x16xi64>
  }
  return
}

// CHECK-LABEL: void conversions(
func.func @conversions(%a: memref<64xf32> {llvm.noalias}, %b: memref<64xi32> {llvm.noalias}, %c: memref<64xf64> {llvm.noalias}, %t: memref<64xi8> {llvm.noalias}, %y: memref<64x16xf32> {llvm.noalias}, %z: memref<64x16xf64> {llvm.noalias, nnc.name = "z"}, %w: memref<64x16xi32> {llvm.noalias, nnc.name = "w"}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0 : i8
  %least = arith.constant -1000.0 : f32
  %most = arith.constant 1000.0 : f32
  scf.for %i = %c0 to %c64 step %c1 {
    %x = memref.load %a[%i] : memref<64xf32>
    %k = memref.load %b[%i] : memref<64xi32>
    %d = memref.load %c[%i] : memref<64xf64>
    %o = memref.load %t[%i] : memref<64xi8>
    // CHECK: const float [[x:.*]] = a[i];
    // CHECK: const i32 [[k:.*]] = b[i];
    %f0 = arith.sitofp %k : i32 to f32
    // CHECK: y[i][0] = float([[k]]);
    memref.store %f0, %y[%i, %c0] : memref<64x16xf32>
    %f1 = arith.uitofp %k : i32 to f32
    // CHECK: y[i][1] = float(u32([[k]]));
    memref.store %f1, %y[%i, %c1] : memref<64x16xf32>
    %f2 = arith.truncf %d : f64 to f32
    memref.store %f2, %y[%i, %c2] : memref<64x16xf32>
    %f3 = arith.bitcast %k : i32 to f32
    // CHECK: y[i][3] = std::bit_cast<float>([[k]]);
    memref.store %f3, %y[%i, %c3] : memref<64x16xf32>
    %is = arith.cmpi ne, %o, %zero : i8
    %f4 = arith.uitofp %is : i1 to f32
    // CHECK: y[i][4] = float({{.*}} != i8{0});
    memref.store %f4, %y[%i, %c4] : memref<64x16xf32>
    %z0 = arith.extf %x : f32 to f64
    // CHECK: z[i][0] = double([[x]]);
    memref.store %z0, %z[%i, %c0] : memref<64x16xf64>
    %p0 = arith.cmpf ogt, %x, %least : f32
    %x0 = arith.select %p0, %x, %least : f32
    %p1 = arith.cmpf olt, %x0, %most : f32
    %x1 = arith.select %p1, %x0, %most : f32
    %w0 = arith.fptosi %x1 : f32 to i32
    // CHECK: w[i][0] = truncated_i32(min({{.*}}, 1000.0f));
    memref.store %w0, %w[%i, %c0] : memref<64x16xi32>
    %w1 = arith.bitcast %x : f32 to i32
    memref.store %w1, %w[%i, %c1] : memref<64x16xi32>
    %w2 = arith.index_cast %i : index to i32
    // CHECK: w[i][2] = i32(i);
    memref.store %w2, %w[%i, %c2] : memref<64x16xi32>
  }
  return
}
