// Loops, branches and what they carry.
// RUN: nnc-translate %s --emit=cpp | FileCheck %s
// RUN: both_roads.py %s

// CHECK-LABEL: void loops(
func.func @loops(%a: memref<64xf32> {llvm.noalias}, %y: memref<64xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  // A statement alone has no braces, nor has a loop over it.
  // CHECK:      for (i64 i = 0; i < n; i += 3)
  // CHECK-NEXT:   for (i64 j = 0; j < 4; ++j)
  // CHECK-NEXT:     y[j] = a[i];
  scf.for %i = %c0 to %n step %c3 {
    scf.for %j = %c0 to %c4 step %c1 {
      %x = memref.load %a[%i] : memref<64xf32>
      memref.store %x, %y[%j] : memref<64xf32>
    }
  }
  // CHECK-NEXT: NNC_UNROLL for (i64 lane = 0; lane < 4; ++lane) y[lane] = a[lane + 3];
  scf.for %i = %c0 to %c4 step %c1 {
    %at = arith.addi %i, %c3 : index
    %x = memref.load %a[%at] : memref<64xf32>
    memref.store %x, %y[%i] : memref<64xf32>
  } {nnc.unroll, nnc.name = "lane"}
  // CHECK-NEXT: float sum = 0.0f;
  // CHECK-NEXT: for (i64 i = 0; i < n; ++i)
  // CHECK-NEXT:   sum = sum + a[i];
  // CHECK-NEXT: for (i64 i = 0; i < n; ++i) {
  // CHECK-NEXT:   for (i64 j = 0; j < 4; ++j)
  // CHECK-NEXT:     sum = sum + a[i] * a[j];
  // CHECK-NEXT:   y[i] = 0.0f;
  // CHECK-NEXT: }
  // CHECK-NEXT: y[0] = sum;
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%t = %zero) -> (f32) {
    %x = memref.load %a[%i] : memref<64xf32>
    %u = arith.addf %t, %x : f32
    scf.yield %u : f32
  }
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %s) -> (f32) {
    %inner = scf.for %j = %c0 to %c4 step %c1 iter_args(%v = %t) -> (f32) {
      %x = memref.load %a[%i] : memref<64xf32>
      %z = memref.load %a[%j] : memref<64xf32>
      %p = arith.mulf %x, %z : f32
      %u = arith.addf %v, %p : f32
      scf.yield %u : f32
    }
    memref.store %zero, %y[%i] : memref<64xf32>
    scf.yield %inner : f32
  }
  memref.store %r, %y[%c0] : memref<64xf32>
  return
}

// CHECK-LABEL: void branches(
func.func @branches(%a: memref<64xf32> {llvm.noalias}, %y: memref<64xf32> {llvm.noalias}, %z: memref<64xi64> {llvm.noalias, nnc.name = "z"}, %n: index, %t: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %x = memref.load %a[%c1] : memref<64xf32>
  %p = arith.cmpf ogt, %x, %one : f32
  // CHECK:      if ({{.*}} > 1.0f) {
  // CHECK-NEXT:   y[0] = 1.0f;
  // CHECK-NEXT: } else {
  // CHECK-NEXT:   y[0] = 2.0f;
  // CHECK-NEXT: }
  scf.if %p {
    memref.store %one, %y[%c0] : memref<64xf32>
  } else {
    memref.store %two, %y[%c0] : memref<64xf32>
  }
  // Not a braceless `if` inside of one with `else`.
  scf.if %t {
    %q = arith.cmpi sgt, %n, %c9 : index
    scf.if %q {
      memref.store %one, %y[%c1] : memref<64xf32>
    }
  } else {
    memref.store %two, %y[%c1] : memref<64xf32>
  }
  // CHECK:      float sum;
  // CHECK-NEXT: i64 {{.*}};
  // CHECK-NEXT: if (
  %r:2 = scf.if %t -> (f32, index) {
    %u = arith.addf %x, %one : f32
    %m = arith.addi %n, %c1 : index
    scf.yield %u, %m : f32, index
  } else {
    %u = arith.mulf %x, %two : f32
    %m = arith.subi %n, %c1 : index
    scf.yield %u, %m : f32, index
  }
  memref.store %r#0, %y[%c2] : memref<64xf32>
  %w = arith.index_cast %r#1 : index to i64
  memref.store %w, %z[%c0] : memref<64xi64>
  // CHECK:      switch (n % 3) {
  // CHECK-NEXT: case 0: {
  // CHECK-NEXT:   {{.*}} = 1.0f;
  // CHECK-NEXT:   break;
  // CHECK-NEXT: }
  // CHECK-NEXT: case 1: {
  // CHECK:      default: {
  %c3 = arith.constant 3 : index
  %rem = arith.remui %n, %c3 : index
  %s = scf.index_switch %rem -> f32
  case 0 {
    scf.yield %one : f32
  }
  case 1 {
    %u = arith.addf %x, %two : f32
    scf.yield %u : f32
  }
  default {
    scf.yield %two : f32
  }
  memref.store %s, %y[%c9] : memref<64xf32>
  return
}

// Differences of sizes may be negative: division without sign is not that with one.
// CHECK-LABEL: void indices(
func.func @indices(%z: memref<64xi64> {llvm.noalias, nnc.name = "z"}, %n: index, %m: index {nnc.name = "m"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c7 = arith.constant 7 : index
  %q0 = arith.divui %n, %c7 : index
  %q1 = arith.muli %q0, %c7 : index
  %q2 = arith.index_cast %q1 : index to i64
  // CHECK: z[0] = n / 7 * 7;
  memref.store %q2, %z[%c0] : memref<64xi64>
  %d = arith.subi %c3, %n : index
  %r0 = arith.remui %d, %c2 : index
  %r1 = arith.index_cast %r0 : index to i64
  // CHECK: const i64 [[rest:.*]] = 3 - n;
  // CHECK: z[1] = i64(u64([[rest]]) % u64(2));
  memref.store %r1, %z[%c1] : memref<64xi64>
  %r2 = arith.remsi %d, %c2 : index
  %r3 = arith.index_cast %r2 : index to i64
  // CHECK: z[2] = [[rest]] % 2;
  memref.store %r3, %z[%c2] : memref<64xi64>
  %p = arith.cmpi ult, %d, %m : index
  %s = arith.select %p, %n, %m : index
  %t = arith.index_cast %s : index to i64
  // CHECK: z[3] = u64([[rest]]) < u64(m) ? n : m;
  memref.store %t, %z[%c3] : memref<64xi64>
  %u = arith.cmpi slt, %n, %m : index
  %v = arith.select %u, %n, %m : index
  %w = arith.shrui %v, %c1 : index
  %x = arith.index_cast %w : index to i64
  // CHECK: z[4] = min(n, m) >> 1;
  memref.store %x, %z[%c4] : memref<64xi64>
  return
}

// What would only be read by what is not printed is not printed either.
// CHECK-LABEL: void unread(float *__restrict y, i64 n) {
// CHECK-NEXT: for (i64 i = 0; i < n; ++i)
// CHECK-NEXT:   y[i] = 1.0f;
// CHECK-NEXT: NNC_UNROLL_2 for (i64 i = 0; i < n; ++i) y[i] = 1.0f;
func.func @unread(%y: memref<1xf32> {llvm.noalias}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %one = arith.constant 1.0 : f32
  %a = arith.divui %n, %c9 : index
  %size = arith.muli %a, %a : index
  %z = memref.reinterpret_cast %y to offset: [0], sizes: [%size], strides: [1] : memref<1xf32> to memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %one, %z[%i] : memref<?xf32>
  }
  scf.for %i = %c0 to %n step %c1 {
    memref.store %one, %z[%i] : memref<?xf32>
  } {nnc.unroll_by = 2 : i64}
  return
}
