// RUN: nnc-opt %s --phase-planned --nn-outline --mlir-print-local-scope | FileCheck %s
// RUN: nnc-opt %root/test/Transforms/Inputs/two-layers.mlir --phase-planned --nn-outline | FileCheck %s --check-prefix=NET

!t = tensor<?x8xf32, #nn.dims<B, 8>>
// Three layers of two kinds; both entries share the kernels.
// CHECK: nn.kernel @k0_linear_relu(
// CHECK: nn.kernel @k1_softmax(
// CHECK-NOT: nn.kernel @k{{[2-9]}}_{{linear|softmax}}
// CHECK-LABEL: nn.entry @forward
// CHECK-NOT: nn.group
// CHECK: %[[H:.*]] = nn.launch @k0_linear_relu(%arg0,
// CHECK: %[[G:.*]] = nn.launch @k0_linear_relu(%[[H]],
// CHECK: %[[P:.*]] = nn.launch @k1_softmax(%[[G]]) into [#nn.buf<output, 0>] tasks <1>
// CHECK: nn.return %[[P]]
// CHECK-LABEL: nn.entry @eval
// CHECK: nn.launch @k0_linear_relu
// CHECK: nn.launch @k2_relu
nn.param @a.weight : tensor<8x8xf32> = <constant, [0.0]>
nn.param @a.bias : tensor<8xf32> = <constant, [0.0]>
nn.param @b.weight : tensor<8x8xf32> = <constant, [0.0]>
nn.param @b.bias : tensor<8xf32> = <constant, [0.0]>
nn.entry @forward(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %wa = nn.get @a.weight : tensor<8x8xf32>
  %ba = nn.get @a.bias : tensor<8xf32>
  %wb = nn.get @b.weight : tensor<8x8xf32>
  %bb = nn.get @b.bias : tensor<8xf32>
  %ca = nn.broadcast %ba dims [1] : tensor<8xf32> -> !t
  %a = nn.contract %x, %wa init %ca : !t "bi,oi->bo" : (!t, tensor<8x8xf32>) -> !t
  %ra = nn.relu %a : !t
  %cb = nn.broadcast %bb dims [1] : tensor<8xf32> -> !t
  %b = nn.contract %ra, %wb init %cb : !t "bi,oi->bo" : (!t, tensor<8x8xf32>) -> !t
  %rb = nn.relu %b : !t
  %p = nn.softmax %rb axis 1 : !t
  nn.return %p : !t
}
nn.entry @eval(%x: !t) -> (!t {nn.name = "y"}, !t {nn.name = "z"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %wa = nn.get @a.weight : tensor<8x8xf32>
  %ba = nn.get @a.bias : tensor<8xf32>
  %ca = nn.broadcast %ba dims [1] : tensor<8xf32> -> !t
  %a = nn.contract %x, %wa init %ca : !t "bi,oi->bo" : (!t, tensor<8x8xf32>) -> !t
  %ra = nn.relu %a : !t
  %z = nn.relu %x : !t
  nn.return %ra, %z : !t, !t
}

// An update is written over its first operand; its packed copy is not.
// NET: nn.kernel @k{{[0-9]+}}_sgd_pack({{.*}} tied = array<i64: 0, -1>}
// Scalars beside the real work are not in the name.
// NET-NOT: _div_softmax
// NET: nn.launch @{{.*}}_sgd_pack({{.*}} into [#nn.buf<state, 0, offset = 0>, #nn.buf<derived, 4, offset = {{[0-9]+}}>]
