// RUN: nnc-opt %s --nn-evaluate=precision=f64 | FileCheck %s
// Elementary functions in f64 against known digits (the last ones are libm's).

nn.entry @forward() -> (tensor<2xf64> {nn.name = "exp"}, tensor<2xf64> {nn.name = "log1p"}, tensor<2xf64> {nn.name = "expm1"},
    tensor<2xf64> {nn.name = "tanh"}, tensor<2xf64> {nn.name = "sigmoid"}, tensor<2xf64> {nn.name = "erf"},
    tensor<2xf64> {nn.name = "gelu"}, tensor<2xf64> {nn.name = "softplus"}, tensor<2xf64> {nn.name = "sin"},
    tensor<2xf64> {nn.name = "cos"}, tensor<2xf64> {nn.name = "sqrt"}, tensor<2xf64> {nn.name = "rsqrt"},
    tensor<2xf64> {nn.name = "log"}) attributes {sizes = []} {
  %x = nn.constant dense<[0.5, 25.0]> : tensor<2xf64> : tensor<2xf64>
  %exp = nn.exp %x : tensor<2xf64>
  %log1p = nn.log1p %x : tensor<2xf64>
  %expm1 = nn.expm1 %x : tensor<2xf64>
  %tanh = nn.tanh %x : tensor<2xf64>
  %sigmoid = nn.sigmoid %x : tensor<2xf64>
  %erf = nn.erf %x : tensor<2xf64>
  %gelu = nn.gelu %x : tensor<2xf64>
  %softplus = nn.softplus %x : tensor<2xf64>
  %sin = nn.sin %x : tensor<2xf64>
  %cos = nn.cos %x : tensor<2xf64>
  %sqrt = nn.sqrt %x : tensor<2xf64>
  %rsqrt = nn.rsqrt %x : tensor<2xf64>
  %log = nn.log %x : tensor<2xf64>
  nn.return %exp, %log1p, %expm1, %tanh, %sigmoid, %erf, %gelu, %softplus, %sin, %cos, %sqrt, %rsqrt, %log
    : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>
}
// CHECK: exp = [1.648721270700{{[0-9]*}}, 72004899337.3{{[0-9]*}}]
// CHECK-NEXT: log1p = [0.405465108108{{[0-9]*}}, 3.258096538021{{[0-9]*}}]
// CHECK-NEXT: expm1 = [0.648721270700{{[0-9]*}}, 72004899336.3{{[0-9]*}}]
// CHECK-NEXT: tanh = [0.46211715726{{[0-9]*}}, 1]
// CHECK-NEXT: sigmoid = [0.622459331201{{[0-9]*}}, 0.999999999986{{[0-9]*}}]
// CHECK-NEXT: erf = [0.520499877813{{[0-9]*}}, 1]
// CHECK-NEXT: gelu = [0.345731230637{{[0-9]*}}, 25]
// CHECK-NEXT: softplus = [0.97407698418{{[0-9]*}}, 25]
// CHECK-NEXT: sin = [0.479425538604{{[0-9]*}}, -0.13235175009{{[0-9]*}}]
// CHECK-NEXT: cos = [0.877582561890{{[0-9]*}}, 0.99120281186{{[0-9]*}}]
// CHECK-NEXT: sqrt = [0.70710678118{{[0-9]*}}, 5]
// CHECK-NEXT: rsqrt = [1.4142135623{{[0-9]*}}, 0.2{{[0-9]*}}]
// CHECK-NEXT: log = [-0.69314718055{{[0-9]*}}, 3.21887582486{{[0-9]*}}]
