// A function of a constant has the bits of the kernels' own polynomials at every -O, never those of libm, which folding
// would give (found by nnc-random: -O0 and -O2 differed in the last bit).
// RUN: nnc-opt %s --phase-planned --planned-to-linalg | FileCheck %s
// RUN: nnc-opt %s --phase-planned --planned-to-linalg --linalg-to-kernel="opt=0" | FileCheck %s --check-prefix=KERNEL
// RUN: nnc-opt %s --phase-planned --planned-to-linalg --linalg-to-kernel="opt=2" | FileCheck %s --check-prefix=KERNEL

// CHECK: math.tanh
// CHECK: math.exp
// The value that libm would give for exp(tanh 0.25) in f32:
// KERNEL-NOT: 1.27751744
nn.entry @forward() -> (tensor<f32> {nn.name = "y"}) attributes {sizes = []} {
  %c = nn.constant dense<0.25> : tensor<f32> : tensor<f32>
  %t = nn.tanh %c : tensor<f32>
  %y = nn.exp %t : tensor<f32>
  nn.return %y : tensor<f32>
}
