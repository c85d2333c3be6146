// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s --mlir-print-op-generic | nnc-opt | FileCheck %s

// CHECK: #[[P:.*]] = affine_map<(d0, d1) -> (d0 floordiv 16, d1, d0 mod 16)>
!panel = tensor<3x4xf32, #nn.dims<3, 4 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
!t = tensor<?x4xf32, #nn.dims<B, 4>>
nn.param @w : tensor<3x4xf32> = <constant, [0.0]> {offset = 0 : i64}
// CHECK: nn.derived @w.packed of @w : tensor<3x4xf32, #nn.dims<3, 4 layout #[[P]]>> {offset = 64 : i64}
nn.derived @w.packed of @w : !panel {offset = 64 : i64}
// CHECK: nn.kernel @k0_sgd(%{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4xf32>, %{{.*}}: tensor<f32>) -> tensor<4xf32> attributes {tasks = #nn.tasks<dim 0 by 2>, tied = array<i64: 0>}
nn.kernel @k0_sgd(%p: tensor<4xf32>, %g: tensor<4xf32>, %lr: tensor<f32>) -> tensor<4xf32> attributes {tasks = #nn.tasks<dim 0 by 2>, tied = array<i64: 0>} {
  %n = nn.sgd %p, %g lr %lr : tensor<4xf32>, tensor<f32>
  nn.yield %n : tensor<4xf32>
}
nn.entry @f(%x: !t, %p: tensor<4xf32>, %lr: tensor<f32>) -> (!t {nn.name = "y"}, tensor<4xf32> {nn.name = "n"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %w = nn.get @w : tensor<3x4xf32>
  // CHECK: %[[Y:.*]] = nn.group (%[[A:.*]] = %arg0 : tensor<?x4xf32, #nn.dims<B, 4>>) -> tensor<?x4xf32, #nn.dims<B, 4>> attributes {barrier, into = [#nn.buf<output, 0>], tasks = #nn.tasks<"B" by 32>} {
  // CHECK-NEXT: nn.neg %[[A]]
  // CHECK-NEXT: nn.yield
  %y = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<"B" by 32>, barrier} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  // CHECK: nn.group (%[[W:.*]] = %{{.*}} : tensor<3x4xf32>) -> tensor<3x4xf32, #nn.dims<3, 4 layout #[[P]]>> {
  // CHECK-NEXT: nn.relayout %[[W]] : tensor<3x4xf32> -> tensor<3x4xf32, #nn.dims<3, 4 layout #[[P]]>>
  %q = nn.group (%i = %w : tensor<3x4xf32>) -> !panel {
    %r = nn.relayout %i : tensor<3x4xf32> -> !panel
    nn.yield %r : !panel
  }
  // CHECK: nn.launch @k0_sgd(%arg1, %arg1, %arg2) into [#nn.buf<output, 1>] tasks <dim 0 by 2> barrier : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %n = nn.launch @k0_sgd(%p, %p, %lr) into [#nn.buf<output, 1>] tasks <dim 0 by 2> barrier : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  nn.return %y, %n : !t, tensor<4xf32>
}

// Parts of something larger: inside an output, and in the body of a scan its carry and the slice of its stack.
nn.entry @places(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  // CHECK: into = [#nn.buf<output, 0, offset = 8, strides = [4, 1]>, #nn.buf<carry, 1, offset = 0>, #nn.buf<stack, 2, offset = 16, strides = [64, 1]>]
  %y:3 = nn.group (%i = %x : !t) -> (!t, !t, !t) attributes {into = [#nn.buf<output, 0, offset = 8, strides = [4, 1]>, #nn.buf<carry, 1, offset = 0>, #nn.buf<stack, 2, offset = 16, strides = [64, 1]>]} {
    nn.yield %i, %i, %i : !t, !t, !t
  }
  nn.return %y#0 : !t
}
