// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines
// Integers wrap; casts from floats truncate and saturate, NaN becomes 0.

nn.entry @forward() -> (tensor<3xi32> {nn.name = "add"}, tensor<3xi32> {nn.name = "sub"}, tensor<3xi32> {nn.name = "mul"},
    tensor<3xi32> {nn.name = "abs"}, tensor<3xi32> {nn.name = "max"}, tensor<2xi64> {nn.name = "add64"}, tensor<6xi32> {nn.name = "cast"},
    tensor<6xi64> {nn.name = "cast64"}, tensor<6xi1> {nn.name = "truth"}, tensor<2xi32> {nn.name = "narrow"},
    tensor<2xf32> {nn.name = "tofloat"}) attributes {sizes = []} {
  %a = nn.constant dense<[2147483647, -2147483648, 65536]> : tensor<3xi32> : tensor<3xi32>
  %b = nn.constant dense<[1, 1, 65537]> : tensor<3xi32> : tensor<3xi32>
  %add = nn.add %a, %b : tensor<3xi32>
  %sub = nn.sub %a, %b : tensor<3xi32>
  %mul = nn.mul %a, %b : tensor<3xi32>
  %abs = nn.abs %a : tensor<3xi32>
  %max = nn.max %a, %b : tensor<3xi32>
  %c = nn.constant dense<[9223372036854775807, 16777217]> : tensor<2xi64> : tensor<2xi64>
  %d = nn.constant dense<[1, 0]> : tensor<2xi64> : tensor<2xi64>
  %add64 = nn.add %c, %d : tensor<2xi64>
  %f = nn.constant dense<[1.9, -1.9, 1.0e20, -1.0e20, 0x7FC00000, 0.0]> : tensor<6xf32> : tensor<6xf32>
  %i32 = nn.cast %f : tensor<6xf32> -> tensor<6xi32>
  %i64 = nn.cast %f : tensor<6xf32> -> tensor<6xi64>
  %i1 = nn.cast %f : tensor<6xf32> -> tensor<6xi1>
  %narrow = nn.cast %c : tensor<2xi64> -> tensor<2xi32>
  %float = nn.cast %c : tensor<2xi64> -> tensor<2xf32>
  nn.return %add, %sub, %mul, %abs, %max, %add64, %i32, %i64, %i1, %narrow, %float
    : tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<2xi64>, tensor<6xi32>, tensor<6xi64>, tensor<6xi1>, tensor<2xi32>, tensor<2xf32>
}
// CHECK: add = [-2147483648, -2147483647, 131073]
// CHECK-NEXT: sub = [2147483646, 2147483647, -1]
// CHECK-NEXT: mul = [2147483647, -2147483648, 65536]
// CHECK-NEXT: abs = [2147483647, -2147483648, 65536]
// CHECK-NEXT: max = [2147483647, 1, 65537]
// CHECK-NEXT: add64 = [-9223372036854775808, 16777217]
// CHECK-NEXT: cast = [1, -1, 2147483647, -2147483648, 0, 0]
// CHECK-NEXT: cast64 = [1, -1, 9223372036854775807, -9223372036854775808, 0, 0]
// CHECK-NEXT: truth = [true, true, true, true, true, false]
// CHECK-NEXT: narrow = [-1, 16777217]
// CHECK-NEXT: tofloat = [9.22337204e+18, 16777216]
