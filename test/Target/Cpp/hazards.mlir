// Where printing could change what is computed.
// RUN: nnc-translate %s --emit=cpp | FileCheck %s
// RUN: both_roads.py %s

// Yields that change places go through a variable of their own.
// CHECK-LABEL: void permuting_yields(
func.func @permuting_yields(%y: memref<8xf32> {llvm.noalias}, %a: f32, %b: f32, %c: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // CHECK:      float p = x;
  // CHECK-NEXT: float q = x2;
  // CHECK-NEXT: float r = x3;
  // CHECK-NEXT: for (i64 i = 0; i < n; ++i) {
  // CHECK-NEXT:   const float next_p = q;
  // CHECK-NEXT:   q = r;
  // CHECK-NEXT:   r = p + 1.0f;
  // CHECK-NEXT:   p = next_p;
  // CHECK-NEXT: }
  %one = arith.constant 1.0 : f32
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %a, %q = %b, %r = %c) -> (f32, f32, f32) {
    %s = arith.addf %p, %one : f32
    scf.yield %q, %r, %s : f32, f32, f32
  } {nnc.names = ["p", "q", "r"]}
  memref.store %r#0, %y[%c0] : memref<8xf32>
  memref.store %r#1, %y[%c1] : memref<8xf32>
  memref.store %r#2, %y[%c2] : memref<8xf32>
  return
}

// A yield that uses a value already overwritten: the one that is read comes first.
// CHECK-LABEL: void read_before_written(
func.func @read_before_written(%y: memref<8xf32> {llvm.noalias}, %a: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  // CHECK:      last = now;
  // CHECK-NEXT: now = now * 2.0f;
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%now = %a, %last = %a) -> (f32, f32) {
    %next = arith.mulf %now, %two : f32
    scf.yield %next, %now : f32, f32
  } {nnc.names = ["now", "last"]}
  memref.store %r#0, %y[%c0] : memref<8xf32>
  memref.store %r#1, %y[%c1] : memref<8xf32>
  return
}

// Two circles, and one that only reads them.
func.func @circles(%y: memref<8xf32> {llvm.noalias}, %a: f32, %b: f32, %c: f32, %d: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %r:5 = scf.for %i = %c0 to %n step %c1 iter_args(%e = %a, %p = %a, %q = %b, %s = %c, %t = %d) -> (f32, f32, f32, f32, f32) {
    %u = arith.addf %p, %s : f32
    scf.yield %u, %q, %p, %t, %s : f32, f32, f32, f32, f32
  }
  memref.store %r#0, %y[%c0] : memref<8xf32>
  memref.store %r#1, %y[%c1] : memref<8xf32>
  memref.store %r#2, %y[%c2] : memref<8xf32>
  memref.store %r#3, %y[%c3] : memref<8xf32>
  memref.store %r#4, %y[%c4] : memref<8xf32>
  return
}

// A load stays before the store that changes what it reads.
// CHECK-LABEL: void loads_around_stores(
func.func @loads_around_stores(%y: memref<8xf32>, %z: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %half = arith.constant 0.5 : f32
  // CHECK: const float [[old:.*]] = y[0];
  // CHECK: y[0] = 0.5f;
  // CHECK: y[1] = [[old]] + y[0];
  %old = memref.load %y[%c0] : memref<8xf32>
  memref.store %half, %y[%c0] : memref<8xf32>
  %new = memref.load %y[%c0] : memref<8xf32>
  %sum = arith.addf %old, %new : f32
  memref.store %sum, %y[%c1] : memref<8xf32>
  // And before a loop or a branch that may write.
  // CHECK: const float [[before:.*]] = y[1];
  // CHECK: for (i64 i = 0; i < 2; ++i)
  // CHECK: y2[2] = [[before]];
  %before = memref.load %y[%c1] : memref<8xf32>
  scf.for %i = %c0 to %c2 step %c1 {
    memref.store %half, %y[%i] : memref<8xf32>
  }
  memref.store %before, %z[%c2] : memref<8xf32>
  return
}

// A branch takes a loop's variable over only if nobody reads the old value behind it.
// CHECK-LABEL: void taken_over(
func.func @taken_over(%y: memref<8xf32> {llvm.noalias}, %a: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c36 = arith.constant 36 : index
  %two = arith.constant 2.0 : f32
  %first = scf.for %i = %c0 to %n step %c1 iter_args(%s = %a) -> (f32) {
    %next = arith.addf %s, %two : f32
    scf.yield %next : f32
  } {nnc.names = ["total"]}
  %big = arith.cmpi sgt, %n, %c36 : index
  // CHECK: float sum = total;
  // CHECK: if (is)
  // CHECK:   sum = total + 2.0f;
  %second = scf.if %big -> (f32) {
    %more = arith.addf %first, %two : f32
    scf.yield %more : f32
  } else {
    scf.yield %first : f32
  }
  memref.store %first, %y[%c0] : memref<8xf32>
  memref.store %second, %y[%c1] : memref<8xf32>
  // Here nobody does: the variable goes on.
  // CHECK: float again = x;
  // CHECK-NEXT: for (i64 i = 0; i < n; ++i)
  // CHECK-NEXT:   again = again + 2.0f;
  // CHECK-NEXT: if (is)
  // CHECK-NEXT:   again = again * 2.0f;
  // CHECK-NEXT: y[2] = again;
  %third = scf.for %i = %c0 to %n step %c1 iter_args(%s = %a) -> (f32) {
    %next = arith.addf %s, %two : f32
    scf.yield %next : f32
  } {nnc.names = ["again"]}
  %fourth = scf.if %big -> (f32) {
    %more = arith.mulf %third, %two : f32
    scf.yield %more : f32
  } else {
    scf.yield %third : f32
  }
  memref.store %fourth, %y[%c2] : memref<8xf32>
  return
}

// An outer loop's value that an inner loop starts from, every time anew.
func.func @started_anew(%y: memref<8xf32> {llvm.noalias}, %a: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %two = arith.constant 2.0 : f32
  %start = scf.for %i = %c0 to %n step %c1 iter_args(%s = %a) -> (f32) {
    %next = arith.addf %s, %two : f32
    scf.yield %next : f32
  }
  scf.for %j = %c0 to %c3 step %c1 {
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %start) -> (f32) {
      %next = arith.addf %s, %two : f32
      scf.yield %next : f32
    }
    memref.store %r, %y[%j] : memref<8xf32>
  }
  return
}

// Names that are the same, words of C++, macros, names of the prelude, and what cannot be a name.
// CHECK-LABEL: void names(
// CHECK-SAME: const float *__restrict class_, const float *__restrict x, float *__restrict x2, i64 NULL_,
// CHECK-NEXT: i64 fma2, float n1_gr_st, float v_f32x8) {
func.func @names(%a: memref<8xf32> {llvm.noalias, nnc.name = "class"}, %b: memref<8xf32> {llvm.noalias, nnc.name = "x"}, %y: memref<8xf32> {llvm.noalias, nnc.name = "x"}, %n: index {nnc.name = "NULL"}, %m: index {nnc.name = "fma"}, %w: f32 {nnc.name = "1. größ<?st"}, %v: f32 {nnc.name = "f32x8"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // An inner scope shadows nothing.
  // CHECK: for (i64 i = 0; i < 8; ++i)
  // CHECK: for (i64 i = 0; i < 8; ++i) {
  // CHECK:   for (i64 i2 = 0; i2 < 8; ++i2)
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %w, %y[%i] : memref<8xf32>
  } {nnc.name = "i"}
  scf.for %i = %c0 to %c8 step %c1 {
    %s = memref.load %a[%i] : memref<8xf32>
    scf.for %k = %c0 to %c8 step %c1 {
      %t = memref.load %b[%k] : memref<8xf32>
      %u = arith.addf %s, %t : f32
      %z = arith.addf %u, %v : f32
      memref.store %z, %y[%i] : memref<8xf32>
    } {nnc.name = "i"}
  } {nnc.name = "i"}
  %nm = arith.addi %n, %m : index
  %mn = arith.index_cast %nm : index to i64
  %f = arith.sitofp %mn : i64 to f32
  memref.store %f, %y[%c1] : memref<8xf32>
  return
}
