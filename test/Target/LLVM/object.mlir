// RUN: nnc-translate %S/../../Conversion/Inputs/linear-relu.mlir --emit=llvm-ir | FileCheck %s --check-prefix=IR
// RUN: nnc-translate %S/../../Conversion/Inputs/linear-relu.mlir --emit=asm --target-features=x86-64-v4 | FileCheck %s --check-prefix=V4
// RUN: nnc-translate %S/../../Conversion/Inputs/linear-relu.mlir --emit=asm --target-features=x86-64-v3 | FileCheck %s --check-prefix=V3
// RUN: nnc-translate %S/../../Conversion/Inputs/linear-relu.mlir --emit=obj --target-features=x86-64-v4 -o %t.o
// RUN: nnc-translate %S/../../Conversion/Inputs/linear-relu.mlir --emit=obj --target-features=x86-64-v4 -o %t.again.o
// RUN: cmp %t.o %t.again.o
// RUN: lint_object.py %t.o | FileCheck %s --check-prefix=LINT

// Kernels are internal; arithmetic is as written.
// IR: define internal {{.*}}@k0_linear_relu(ptr noalias
// IR: call <16 x float> @llvm.fma.v16f32
// IR-NOT: fast
// IR: define {{.*}}@hidden(

// Registers of 512 bits stay whole on a target that has them, and are cut in halves where not.
// V4: vfmadd{{.*}}%zmm
// V3-NOT: %zmm
// V3: vfmadd{{.*}}%ymm

// LINT: functions, nothing to say
