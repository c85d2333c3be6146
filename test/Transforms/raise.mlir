// RUN: nnc-opt %s --nn-raise | FileCheck %s
// RUN: nnc-opt %s --nn-raise -o %t --remarks-filter=nn-raise --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!y = tensor<?x16xf32, #nn.dims<B, 16>>

// y[b, o] = sum over i of x[b, i] * w[o, i]
// CHECK-LABEL: @contraction
// REMARK-DAG: index notation became nn.contract "ac,bc->ab"
nn.entry @contraction(%x: !x, %w: tensor<16x4xf32>) -> !y attributes {sizes = [#nn.size<"B">]} {
  // CHECK-NEXT: nn.contract %arg0, %arg1 "ac,bc->ab"
  // CHECK-NOT: nn.generic
  %y = nn.generic add over <B, 16, 4> (%x, %w) maps [affine_map<(b, o, i) -> (b, i)>, affine_map<(b, o, i) -> (o, i)>, affine_map<(b, o, i) -> (b, o)>] : (!x, tensor<16x4xf32>) -> !y {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : !y
}

// y[i] = max over b of exp(x[b, i] - m[i])
// CHECK-LABEL: @reduction
// CHECK-NEXT: %[[T:.*]] = nn.transpose %arg0 perm [1, 0] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<4x?xf32, #nn.dims<4, B>>
// CHECK-NEXT: %[[M:.*]] = nn.broadcast %arg1 dims [0] : tensor<4xf32> -> tensor<4x?xf32, #nn.dims<4, B>>
// CHECK-NEXT: %[[S:.*]] = nn.sub %[[T]], %[[M]] : tensor<4x?xf32, #nn.dims<4, B>>
// CHECK-NEXT: %[[E:.*]] = nn.exp %[[S]]
// CHECK-NEXT: nn.reduce max %[[E]] dims [1] : tensor<4x?xf32, #nn.dims<4, B>> -> tensor<4xf32>
// REMARK-DAG: index notation became elementwise ops and nn.reduce
nn.entry @reduction(%x: !x, %m: tensor<4xf32>) -> tensor<4xf32> attributes {sizes = [#nn.size<"B">]} {
  %y = nn.generic max over <4, B> (%x, %m) maps [affine_map<(i, b) -> (b, i)>, affine_map<(i, b) -> (i)>, affine_map<(i, b) -> (i)>] : (!x, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %d = nn.sub %a, %c : tensor<f32>
    %e = nn.exp %d : tensor<f32>
    nn.yield %e : tensor<f32>
  }
  nn.return %y : tensor<4xf32>
}

// A constant inside the body is repeated over the domain.
// CHECK-LABEL: @scaled
// CHECK: %[[K:.*]] = nn.constant dense<2.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[KB:.*]] = nn.broadcast %[[K]] dims [] : tensor<f32> -> tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK-NEXT: %[[P:.*]] = nn.mul %arg0, %[[KB]]
// CHECK-NEXT: nn.transpose %[[P]] perm [1, 0]
nn.entry @scaled(%x: !x) -> tensor<4x?xf32, #nn.dims<4, B>> attributes {sizes = [#nn.size<"B">]} {
  %y = nn.generic add over <B, 4> (%x) maps [affine_map<(b, i) -> (b, i)>, affine_map<(b, i) -> (i, b)>] : (!x) -> tensor<4x?xf32, #nn.dims<4, B>> {
  ^bb0(%a: tensor<f32>):
    %k = nn.constant dense<2.0> : tensor<f32> : tensor<f32>
    %p = nn.mul %a, %k : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : tensor<4x?xf32, #nn.dims<4, B>>
}

// The last step of a sequence, the steps but the first and but the last: boxes.
// CHECK-LABEL: @boxes
// CHECK-NEXT: %[[S:.*]] = nn.slice %arg0 low [0, 6, 0] : tensor<?x7x4xf32, #nn.dims<B, 7, 4>> -> tensor<?x1x4xf32, #nn.dims<B, 1, 4>>
// CHECK-NEXT: %[[LAST:.*]] = nn.reshape %[[S]] : tensor<?x1x4xf32, #nn.dims<B, 1, 4>> -> tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK-NEXT: %[[LATER:.*]] = nn.slice %arg0 low [0, 1, 0] : tensor<?x7x4xf32, #nn.dims<B, 7, 4>> -> tensor<?x6x4xf32, #nn.dims<B, 6, 4>>
// CHECK-NEXT: %[[SOONER:.*]] = nn.slice %arg0 low [0, 0, 0] : tensor<?x7x4xf32, #nn.dims<B, 7, 4>> -> tensor<?x6x4xf32, #nn.dims<B, 6, 4>>
// CHECK-NEXT: %[[STEPS:.*]] = nn.sub %[[LATER]], %[[SOONER]]
// CHECK-NEXT: nn.return %[[LAST]], %[[STEPS]]
nn.entry @boxes(%x: tensor<?x7x4xf32, #nn.dims<B, 7, 4>>) -> (!x, tensor<?x6x4xf32, #nn.dims<B, 6, 4>>) attributes {sizes = [#nn.size<"B">]} {
  %last = nn.generic add over <B, 4> (%x) maps [affine_map<(b, i) -> (b, 6, i)>, affine_map<(b, i) -> (b, i)>] : (tensor<?x7x4xf32, #nn.dims<B, 7, 4>>) -> !x {
  ^bb0(%a: tensor<f32>):
    nn.yield %a : tensor<f32>
  }
  %steps = nn.generic add over <B, 6, 4> (%x, %x) maps [affine_map<(b, t, i) -> (b, t + 1, i)>, affine_map<(b, t, i) -> (b, t, i)>, affine_map<(b, t, i) -> (b, t, i)>] : (tensor<?x7x4xf32, #nn.dims<B, 7, 4>>, tensor<?x7x4xf32, #nn.dims<B, 7, 4>>) -> tensor<?x6x4xf32, #nn.dims<B, 6, 4>> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %d = nn.sub %a, %c : tensor<f32>
    nn.yield %d : tensor<f32>
  }
  nn.return %last, %steps : !x, tensor<?x6x4xf32, #nn.dims<B, 6, 4>>
}

// Beyond a box, or along part of a free size: no slice.
// CHECK-LABEL: @beyond
// CHECK-NOT: nn.slice
// CHECK: nn.return
nn.entry @beyond(%x: tensor<?x8xf32, #nn.dims<B + 1, 8>>) -> (tensor<8xf32>, tensor<?x8xf32, #nn.dims<B, 8>>) attributes {sizes = [#nn.size<"B">]} {
  %first = nn.generic add over <8> (%x) maps [affine_map<(i) -> (0, i)>, affine_map<(i) -> (i)>] : (tensor<?x8xf32, #nn.dims<B + 1, 8>>) -> tensor<8xf32> {
  ^bb0(%a: tensor<f32>):
    nn.yield %a : tensor<f32>
  }
  %y = nn.generic add over <B, 8> (%x) maps [affine_map<(b, i) -> (b, i + 1)>, affine_map<(b, i) -> (b, i)>] outside [0.0] : (tensor<?x8xf32, #nn.dims<B + 1, 8>>) -> tensor<?x8xf32, #nn.dims<B, 8>> {
  ^bb0(%a: tensor<f32>):
    nn.yield %a : tensor<f32>
  }
  nn.return %first, %y : tensor<8xf32>, tensor<?x8xf32, #nn.dims<B, 8>>
}

// A shifted access is no named op here.
// CHECK-LABEL: @shifted
// CHECK: nn.generic add
// REMARK-DAG: index notation stays generic
nn.entry @shifted(%x: tensor<8xf32>) -> tensor<8xf32> attributes {sizes = []} {
  %y = nn.generic add over <8, 3> (%x) maps [affine_map<(i, k) -> (i + k - 1)>, affine_map<(i, k) -> (i)>] outside [0.0] : (tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<f32>):
    nn.yield %a : tensor<f32>
  }
  nn.return %y : tensor<8xf32>
}

// x @ w.T as the library writes it, and a transposed product.
// CHECK-LABEL: @transposes
// CHECK-NEXT: %[[Y:.*]] = nn.contract %arg0, %arg1 "bi,oi->ob"
// CHECK-NEXT: nn.return %[[Y]]
// REMARK-DAG: transpose folded into nn.contract "bi,oi->ob"
nn.entry @transposes(%x: !x, %w: tensor<16x4xf32>) -> tensor<16x?xf32, #nn.dims<16, B>> attributes {sizes = [#nn.size<"B">]} {
  %t = nn.transpose %w perm [1, 0] : tensor<16x4xf32> -> tensor<4x16xf32>
  %y = nn.contract %x, %t "bi,io->bo" : (!x, tensor<4x16xf32>) -> !y
  %z = nn.transpose %y perm [1, 0] : !y -> tensor<16x?xf32, #nn.dims<16, B>>
  nn.return %z : tensor<16x?xf32, #nn.dims<16, B>>
}
