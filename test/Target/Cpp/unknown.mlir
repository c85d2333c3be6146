// An op without a form in C++ is an error that names it and its place.
// RUN: not nnc-translate %s --emit=cpp 2>&1 | FileCheck %s
// CHECK: nnc-translate: {{.*}}unknown.mlir{{.*}}:8:{{.*}}: the C++ back end has no form of 'math.atan2'

func.func @f(%x: memref<8xf32>, %y: f32) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  %b = math.atan2 %a, %y : f32
  memref.store %b, %x[%c0] : memref<8xf32>
  return
}
