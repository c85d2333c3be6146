// Elementwise chains and updates: every formula, masked tails, broadcasts, several results, packed copies.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}
// CHECK-NOT: differs

!x = tensor<?x21xf32, #nn.dims<B, 21>>
!w = tensor<37x21xf32>
!panel = tensor<37x21xf32, #nn.dims<37, 21 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
!wide = tensor<37x21xf32, #nn.dims<37, 21 layout affine_map<(o, i) -> (i floordiv 16, o, i mod 16)>>>

nn.kernel @unary1(%x: !x) -> (!x, !x, !x, !x, !x, !x) attributes {tasks = #nn.tasks<"B" by 8>} {
  %a = nn.exp %x : !x
  %b = nn.log %x : !x
  %c = nn.log1p %x : !x
  %d = nn.expm1 %x : !x
  %e = nn.tanh %x : !x
  %f = nn.erf %x : !x
  nn.yield %a, %b, %c, %d, %e, %f : !x, !x, !x, !x, !x, !x
}
nn.kernel @unary2(%x: !x) -> (!x, !x, !x, !x, !x, !x) {
  %a = nn.sin %x : !x
  %b = nn.cos %x : !x
  %c = nn.sigmoid %x : !x
  %d = nn.softplus %x : !x
  %e = nn.gelu %x : !x
  %f = nn.sign %x : !x
  nn.yield %a, %b, %c, %d, %e, %f : !x, !x, !x, !x, !x, !x
}
nn.kernel @unary3(%x: !x) -> (!x, !x, !x, !x, !x, !x, !x) {
  %a = nn.sqrt %x : !x
  %b = nn.rsqrt %x : !x
  %c = nn.floor %x : !x
  %d = nn.ceil %x : !x
  %e = nn.round %x : !x
  %f = nn.step %x : !x
  %g = nn.abs %x : !x
  nn.yield %a, %b, %c, %d, %e, %f, %g : !x, !x, !x, !x, !x, !x, !x
}
nn.kernel @binary(%x: !x, %y: !x) -> (!x, !x, !x, !x, !x, !x) {
  %a = nn.max %x, %y : !x
  %b = nn.min %x, %y : !x
  %c = nn.pow %x, %y : !x
  %d = nn.relu_grad %x, %y : !x
  %e = nn.mse %x, %y : !x
  %t = nn.compare le %x, %y : !x -> tensor<?x21xi1, #nn.dims<B, 21>>
  %f = nn.select %t, %y, %a : tensor<?x21xi1, #nn.dims<B, 21>>, !x
  nn.yield %a, %b, %c, %d, %e, %f : !x, !x, !x, !x, !x, !x
}
nn.kernel @broadcasts(%x: !x, %row: tensor<21xf32>, %col: tensor<?xf32, #nn.dims<B>>, %s: tensor<f32>) -> !x {
  %r = nn.broadcast %row dims [1] : tensor<21xf32> -> !x
  %c = nn.broadcast %col dims [0] : tensor<?xf32, #nn.dims<B>> -> !x
  %t = nn.broadcast %s dims [] : tensor<f32> -> !x
  %a = nn.mul %x, %r : !x
  %b = nn.add %a, %c : !x
  %d = nn.div %b, %t : !x
  nn.yield %d : !x
}
nn.kernel @sgd(%p: !w, %g: !w, %lr: tensor<f32>, %f: tensor<i1>) -> (!w, !panel) {
  %n = nn.sgd %p, %g lr %lr finite %f : !w, tensor<f32>
  %k = nn.relayout %n : !w -> !panel
  nn.yield %n, %k : !w, !panel
}
nn.kernel @momentum(%p: !w, %g: !w, %v: !w, %lr: tensor<f32>, %d: tensor<f32>) -> (!w, !w) {
  %n, %m = nn.sgd %p, %g velocity %v lr %lr decay %d {momentum = 9.000000e-01 : f64, nesterov} : !w, tensor<f32>
  nn.yield %n, %m : !w, !w
}
nn.kernel @adam(%p: !w, %g: !w, %m: !w, %v: !w, %lr: tensor<f32>, %c1: tensor<f32>, %c2: tensor<f32>) -> (!w, !w, !w, !panel, !wide) {
  %n, %nm, %nv = nn.adam %p, %g, %m, %v scalars %lr, %c1, %c2 {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64} : !w, tensor<f32>
  %k = nn.relayout %n : !w -> !panel
  %l = nn.relayout %n : !w -> !wide
  nn.yield %n, %nm, %nv, %k, %l : !w, !w, !w, !panel, !wide
}
nn.kernel @pack(%p: !w) -> !panel {
  %k = nn.relayout %p : !w -> !panel
  nn.yield %k : !panel
}
nn.kernel @transposed(%p: !w) -> tensor<21x37xf32> {
  %t = nn.transpose %p perm [1, 0] : !w -> tensor<21x37xf32>
  nn.yield %t : tensor<21x37xf32>
}
nn.kernel @scalars(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  %c = nn.div %a, %b : tensor<f32>
  nn.yield %c : tensor<f32>
}
// The last axis has one element: lanes run along the one before it, also where a packed copy lies that way.
nn.kernel @unit_axis(%x: tensor<?x21x1xf32, #nn.dims<B, 21, 1>>, %s: tensor<?x1xf32, #nn.dims<B, 1>>) -> (tensor<?x21x1xf32, #nn.dims<B, 21, 1>>) attributes {tasks = #nn.tasks<"B" by 4>} {
  %w = nn.broadcast %s dims [0, 2] : tensor<?x1xf32, #nn.dims<B, 1>> -> tensor<?x21x1xf32, #nn.dims<B, 21, 1>>
  %y = nn.div %x, %w : tensor<?x21x1xf32, #nn.dims<B, 21, 1>>
  nn.yield %y : tensor<?x21x1xf32, #nn.dims<B, 21, 1>>
}
nn.kernel @unit_axis_free(%x: tensor<?x1xf32, #nn.dims<B, 1>> {nn.strides = array<i64: 7, 1>}, %s: tensor<1xf32>) -> (tensor<?x1xf32, #nn.dims<B, 1>>) attributes {tasks = #nn.tasks<"B" by 4>} {
  %w = nn.broadcast %s dims [1] : tensor<1xf32> -> tensor<?x1xf32, #nn.dims<B, 1>>
  %y = nn.sub %x, %w : tensor<?x1xf32, #nn.dims<B, 1>>
  nn.yield %y : tensor<?x1xf32, #nn.dims<B, 1>>
}
nn.kernel @unit_axis_whole(%x: tensor<?x1xf32, #nn.dims<B, 1>>, %s: tensor<1xf32>) -> (tensor<?x1xf32, #nn.dims<B, 1>>) {
  %w = nn.broadcast %s dims [1] : tensor<1xf32> -> tensor<?x1xf32, #nn.dims<B, 1>>
  %y = nn.sub %x, %w : tensor<?x1xf32, #nn.dims<B, 1>>
  nn.yield %y : tensor<?x1xf32, #nn.dims<B, 1>>
}
nn.kernel @unit_axis_packed(%p: tensor<37x1xf32>, %g: tensor<37x1xf32>) -> (tensor<37x1xf32>, tensor<37x1xf32, #nn.dims<37, 1 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>) {
  %y = nn.sub %p, %g : tensor<37x1xf32>
  %packed = nn.relayout %y : tensor<37x1xf32> -> tensor<37x1xf32, #nn.dims<37, 1 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
  nn.yield %y, %packed : tensor<37x1xf32>, tensor<37x1xf32, #nn.dims<37, 1 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
}
