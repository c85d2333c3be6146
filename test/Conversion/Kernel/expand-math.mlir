// f32 functions become calls of private functions, one for each type, whose bodies are arithmetic; f64 and exact
// operations stay.
// RUN: nnc-opt %s --kernel-expand-math | FileCheck %s

// CHECK: func.func private @exp_f32(%{{.*}}: f32 {nnc.name = "x"}) -> f32 attributes {nnc.inline} {
// CHECK-NOT: math.{{exp|log|tanh|erf|sin|cos}}
// CHECK: math.fma %{{.*}} : f32
// CHECK: func.func private @cos_f32(
// CHECK-NOT: math.{{exp|log|tanh|erf|sin|cos}}
// CHECK: func.func private @exp_f32x16_0(%{{.*}}: vector<16xf32> {nnc.name = "x"}) -> vector<16xf32> attributes {nnc.inline} {
// CHECK: math.fma %{{.*}} : vector<16xf32>

// CHECK-LABEL: func.func @scalars
// CHECK: call @exp_f32(%{{.*}}) : (f32) -> f32
// CHECK: call @log_f32(
// CHECK: call @log1p_f32(
// CHECK: call @expm1_f32(
// CHECK: call @tanh_f32(
// CHECK: call @erf_f32(
// CHECK: call @sin_f32(
// CHECK: call @cos_f32(
// CHECK: math.sqrt
// CHECK: call @exp_f32(
// CHECK: return
func.func @scalars(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.log %0 : f32
  %2 = math.log1p %1 : f32
  %3 = math.expm1 %2 : f32
  %4 = math.tanh %3 : f32
  %5 = math.erf %4 : f32
  %6 = math.sin %5 : f32
  %7 = math.cos %6 : f32
  %8 = math.sqrt %7 : f32
  %9 = math.exp %8 : f32
  return %9 : f32
}

// A name that an entry has stays its own.
// CHECK-LABEL: func.func @exp_f32x16(
// CHECK: call @exp_f32x16_0(
// CHECK: call @sin_f32x16(
func.func @exp_f32x16(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.exp %x : vector<16xf32>
  %1 = math.sin %0 : vector<16xf32>
  return %1 : vector<16xf32>
}

// CHECK-LABEL: func.func @doubles
// CHECK: math.exp %{{.*}} : f64
func.func @doubles(%x: f64) -> f64 {
  %0 = math.exp %x : f64
  return %0 : f64
}
