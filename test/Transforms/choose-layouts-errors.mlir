// RUN: not nnc-opt %s --nn-choose-layouts=target-features=+avx3 2>&1 | FileCheck %s
// CHECK: error: unknown target feature '+avx3'; expected native, x86-64
