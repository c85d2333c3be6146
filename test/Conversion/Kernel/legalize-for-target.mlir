// RUN: nnc-opt %s --kernel-legalize-for-target="fma=false rounding=false" | FileCheck %s
// RUN: nnc-opt %s --kernel-legalize-for-target | FileCheck %s --check-prefix=SAME

// CHECK-LABEL: @fma
// CHECK: %[[P:.*]] = arith.mulf
// CHECK: arith.addf %[[P]]
// CHECK-NOT: math.fma
// SAME: math.fma
func.func private @fma(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<4xf32>) -> vector<4xf32> {
  %r = math.fma %a, %b, %c : vector<4xf32>
  return %r : vector<4xf32>
}

// Only numbers that can have a fraction go through an integer.
// CHECK-LABEL: @floor
// CHECK: arith.constant dense<0x4B000000>
// CHECK: arith.fptosi
// CHECK: arith.sitofp
// CHECK: math.copysign
// CHECK-NOT: math.floor
// SAME: math.floor
func.func private @floor(%a: vector<4xf32>) -> vector<4xf32> {
  %r = math.floor %a : vector<4xf32>
  return %r : vector<4xf32>
}

// CHECK-LABEL: @even
// CHECK: arith.addf
// CHECK: arith.subf
// CHECK: math.copysign
// SAME: math.roundeven
func.func private @even(%a: f64) -> f64 {
  %r = math.roundeven %a : f64
  return %r : f64
}
