// f32 functions become arithmetic, on scalars and vectors alike; f64 and exact operations stay.
// RUN: nnc-opt %s --kernel-expand-math | FileCheck %s

// CHECK-LABEL: func.func @scalars
// CHECK-NOT: math.{{exp|log|tanh|erf|sin|cos}}
// CHECK: math.sqrt
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
  return %8 : f32
}

// CHECK-LABEL: func.func @vectors
// CHECK-NOT: math.{{exp|sin}}
// CHECK: math.fma %{{.*}} : vector<16xf32>
// CHECK: return
func.func @vectors(%x: vector<16xf32>) -> vector<16xf32> {
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
