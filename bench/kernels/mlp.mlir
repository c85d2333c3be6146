// The contractions and updates of a training step of the MLP 784-256-128-10: nnc-twins bench/kernels/mlp.mlir --bench=64
!x = tensor<?x784xf32, #nn.dims<B, 784>>
!h = tensor<?x256xf32, #nn.dims<B, 256>>
!k = tensor<?x128xf32, #nn.dims<B, 128>>
!z = tensor<?x10xf32, #nn.dims<B, 10>>
!w1 = tensor<256x784xf32>
!w2 = tensor<128x256xf32>
!w3 = tensor<10x128xf32>
!p1 = tensor<256x784xf32, #nn.dims<256, 784 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>
!p2 = tensor<128x256xf32, #nn.dims<128, 256 layout affine_map<(o, i) -> (o floordiv 64, i, o mod 64)>>>
!p3 = tensor<10x128xf32, #nn.dims<10, 128 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>

nn.kernel @forward1(%x: !x, %w: !p1, %b: tensor<256xf32>) -> !h attributes {tasks = #nn.tasks<"B" by 32>} {
  %c = nn.broadcast %b dims [1] : tensor<256xf32> -> !h
  %a = nn.contract %x, %w init %c : !h "bi,oi->bo" : (!x, !p1) -> !h
  %r = nn.relu %a : !h
  nn.yield %r : !h
}
nn.kernel @forward1_whole(%x: !x, %w: !p1, %b: tensor<256xf32>) -> !h {
  %c = nn.broadcast %b dims [1] : tensor<256xf32> -> !h
  %a = nn.contract %x, %w init %c : !h "bi,oi->bo" : (!x, !p1) -> !h
  %r = nn.relu %a : !h
  nn.yield %r : !h
}
nn.kernel @forward2(%x: !h, %w: !p2, %b: tensor<128xf32>) -> !k attributes {tasks = #nn.tasks<"B" by 32>} {
  %c = nn.broadcast %b dims [1] : tensor<128xf32> -> !k
  %a = nn.contract %x, %w init %c : !k "bi,oi->bo" : (!h, !p2) -> !k
  %r = nn.relu %a : !k
  nn.yield %r : !k
}
nn.kernel @forward3(%x: !k, %w: !p3, %b: tensor<10xf32>) -> !z {
  %c = nn.broadcast %b dims [1] : tensor<10xf32> -> !z
  %a = nn.contract %x, %w init %c : !z "bi,oi->bo" : (!k, !p3) -> !z
  nn.yield %a : !z
}
nn.kernel @input_grad3(%g: !z, %w: !w3, %y: !k) -> !k {
  %d = nn.contract %g, %w "bo,oi->bi" : (!z, !w3) -> !k
  %r = nn.relu_grad %y, %d : !k
  nn.yield %r : !k
}
nn.kernel @input_grad2(%g: !k, %w: !w2, %y: !h) -> !h {
  %d = nn.contract %g, %w "bo,oi->bi" : (!k, !w2) -> !h
  %r = nn.relu_grad %y, %d : !h
  nn.yield %r : !h
}
nn.kernel @weight_grad1(%g: !h, %x: !x) -> !w1 attributes {tasks = #nn.tasks<dim 0 by 64>} {
  %d = nn.contract %g, %x "bo,bi->oi" : (!h, !x) -> !w1
  nn.yield %d : !w1
}
nn.kernel @weight_grad1_whole(%g: !h, %x: !x) -> !w1 {
  %d = nn.contract %g, %x "bo,bi->oi" : (!h, !x) -> !w1
  nn.yield %d : !w1
}
nn.kernel @weight_grad2(%g: !k, %x: !h) -> !w2 {
  %d = nn.contract %g, %x "bo,bi->oi" : (!k, !h) -> !w2
  nn.yield %d : !w2
}
nn.kernel @weight_grad3(%g: !z, %x: !k) -> !w3 {
  %d = nn.contract %g, %x "bo,bi->oi" : (!z, !k) -> !w3
  nn.yield %d : !w3
}
nn.kernel @bias_grad1(%g: !h) -> tensor<256xf32> {
  %d = nn.reduce add %g dims [0] : !h -> tensor<256xf32>
  nn.yield %d : tensor<256xf32>
}
nn.kernel @adam1(%p: !w1, %g: !w1, %m: !w1, %v: !w1, %lr: tensor<f32>, %c1: tensor<f32>, %c2: tensor<f32>) -> (!w1, !w1, !w1, !p1) {
  %n, %nm, %nv = nn.adam %p, %g, %m, %v scalars %lr, %c1, %c2 {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64} : !w1, tensor<f32>
  %k = nn.relayout %n : !w1 -> !p1
  nn.yield %n, %nm, %nv, %k : !w1, !w1, !w1, !p1
}
nn.kernel @adam1_alone(%p: !w1, %g: !w1, %m: !w1, %v: !w1, %lr: tensor<f32>, %c1: tensor<f32>, %c2: tensor<f32>) -> (!w1, !w1, !w1) {
  %n, %nm, %nv = nn.adam %p, %g, %m, %v scalars %lr, %c1, %c2 {beta1 = 9.000000e-01 : f64, beta2 = 9.990000e-01 : f64, eps = 1.000000e-08 : f64} : !w1, tensor<f32>
  nn.yield %n, %nm, %nv : !w1, !w1, !w1
}
nn.kernel @sgd1(%p: !w1, %g: !w1, %lr: tensor<f32>) -> (!w1, !p1) {
  %n = nn.sgd %p, %g lr %lr : !w1, tensor<f32>
  %k = nn.relayout %n : !w1 -> !p1
  nn.yield %n, %k : !w1, !p1
}
nn.kernel @loss(%x: !z, %y: tensor<?xi32, #nn.dims<B>>) -> (tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>) {
  %l, %lse = nn.softmax_cross_entropy %x, %y : (!z, tensor<?xi32, #nn.dims<B>>) -> (tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>)
  nn.yield %l, %lse : tensor<?xf32, #nn.dims<B>>, tensor<?xf32, #nn.dims<B>>
}
