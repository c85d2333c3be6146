// RUN: nnc-opt %s --nn-raise | FileCheck %s
// RUN: nnc-opt %s --nn-raise -o %t --remarks-filter=nn-raise --remark-format=emitRemark 2>&1 | grep -o "index notation .*" | sort | uniq -c | FileCheck %s --check-prefix=REMARK
// Index notation that is a convolution, and what is nearly one.
// REMARK: 6 index notation became nn.conv
// REMARK-NEXT: 10 index notation stays generic

!x = tensor<?x3x8x8xf32, #nn.dims<B, 3, 8, 8>>
!y = tensor<?x4x6x6xf32, #nn.dims<B, 4, 6, 6>>
!w = tensor<4x3x3x3xf32>
!s = tensor<?x2x9xf32, #nn.dims<B, 2, 9>>
!t = tensor<?x5x4xf32, #nn.dims<B, 5, 4>>
!f = tensor<5x2x3xf32>

// y[b, o, i in 6, j in 6] = sum[c, u in 3, v in 3] x[b, c, i + u, j + v] * w[o, c, u, v]
// CHECK-LABEL: @valid
// CHECK-NEXT: nn.conv %arg0, %arg1 stride [1, 1] dilation [1, 1] pad [0, 0], [0, 0] : (tensor<?x3x8x8xf32, #nn.dims<B, 3, 8, 8>>, tensor<4x3x3x3xf32>) -> tensor<?x4x6x6xf32, #nn.dims<B, 4, 6, 6>>
nn.entry @valid(%x: !x, %w: !w) -> !y attributes {sizes = [#nn.size<"B">]} {
  %y = nn.generic add over <B, 4, 6, 6, 3, 3, 3> (%x, %w) maps [affine_map<(b, o, i, j, c, u, v) -> (b, c, i + u, j + v)>, affine_map<(b, o, i, j, c, u, v) -> (o, c, u, v)>, affine_map<(b, o, i, j, c, u, v) -> (b, o, i, j)>] : (!x, !w) -> !y {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : !y
}

// A stride that leaves an element over, a dilation, 0 outside; the filter is the first factor.
// y[b, o, i in 4] = sum[c, u in 3] w[o, c, u] * (x[b, c, 2 * i + 3 * u - 1] else 0)
// CHECK-LABEL: @padded
// CHECK-NEXT: nn.conv %arg0, %arg1 stride [2] dilation [3] pad [1], [3] :
nn.entry @padded(%x: !s, %w: !f) -> !t attributes {sizes = [#nn.size<"B">]} {
  %y = nn.generic add over <B, 5, 4, 2, 3> (%w, %x) maps [affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u * 3 - 1)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] outside [unit, 0.0] : (!f, !s) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : !t
}

// The last element of x is one too few for another place.
// CHECK-LABEL: @left_over
// CHECK-NEXT: nn.conv %arg0, %arg1 stride [2] dilation [1] pad [0], [0] : (tensor<2x2x10xf32>, tensor<5x2x3xf32>) -> tensor<2x5x4xf32>
nn.entry @left_over(%x: tensor<2x2x10xf32>, %w: !f) -> tensor<2x5x4xf32> attributes {sizes = []} {
  %y = nn.generic add over <2, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] outside [0.5, unit] : (tensor<2x2x10xf32>, !f) -> tensor<2x5x4xf32> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %c, %a : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : tensor<2x5x4xf32>
}

// Three axes; the indices of the domain in another order.
// CHECK-LABEL: @volume
// CHECK-NEXT: nn.conv %arg0, %arg1 stride [1, 1, 1] dilation [1, 2, 1] pad [0, 0, 0], [0, 0, 0] :
nn.entry @volume(%x: tensor<1x2x4x5x6xf64>, %w: tensor<3x2x2x2x1xf64>) -> tensor<1x3x3x3x6xf64> attributes {sizes = []} {
  %y = nn.generic add over <2, 2, 2, 1, 1, 3, 3, 3, 6> (%x, %w) maps [affine_map<(c, u, v, z, b, o, i, j, k) -> (b, c, i + u, j + v * 2, k + z)>, affine_map<(c, u, v, z, b, o, i, j, k) -> (o, c, u, v, z)>, affine_map<(c, u, v, z, b, o, i, j, k) -> (b, o, i, j, k)>] : (tensor<1x2x4x5x6xf64>, tensor<3x2x2x2x1xf64>) -> tensor<1x3x3x3x6xf64> {
  ^bb0(%a: tensor<f64>, %c: tensor<f64>):
    %p = nn.mul %a, %c : tensor<f64>
    nn.yield %p : tensor<f64>
  }
  nn.return %y : tensor<1x3x3x3x6xf64>
}

// One place, one tap: their factors are 1.
// CHECK-LABEL: @single
// CHECK-NEXT: nn.conv %arg0, %arg1 stride [1, 1] dilation [1, 1] pad [0, 0], [0, 0] :
nn.entry @single(%x: tensor<2x3x3x7xf32>, %w: tensor<4x3x3x1xf32>) -> tensor<2x4x1x7xf32> attributes {sizes = []} {
  %y = nn.generic add over <2, 4, 1, 7, 3, 3, 1> (%x, %w) maps [affine_map<(b, o, i, j, c, u, v) -> (b, c, u, j)>, affine_map<(b, o, i, j, c, u, v) -> (o, c, u, v)>, affine_map<(b, o, i, j, c, u, v) -> (b, o, i, j)>] : (tensor<2x3x3x7xf32>, tensor<4x3x3x1xf32>) -> tensor<2x4x1x7xf32> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : tensor<2x4x1x7xf32>
}

// x and the filter may be one tensor.
// CHECK-LABEL: @with_itself
// CHECK-NEXT: nn.conv %arg0, %arg0 stride [1] dilation [1] pad [1], [1] :
nn.entry @with_itself(%x: tensor<2x2x3xf32>) -> tensor<2x2x3xf32> attributes {sizes = []} {
  %y = nn.generic add over <2, 2, 3, 2, 3> (%x, %x) maps [affine_map<(b, o, i, c, u) -> (b, c, i + u - 1)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] outside [0.0, unit] : (tensor<2x2x3xf32>, tensor<2x2x3xf32>) -> tensor<2x2x3xf32> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %y : tensor<2x2x3xf32>
}

// Nearly: the largest product; other numbers outside; a filter the other way round; one index for two axes; fewer places
// than there are; a shift into x; another index in the position; a body that reads its indices, or does more; backwards.
// CHECK-LABEL: @nearly
// CHECK-NOT: nn.conv
nn.entry @nearly(%x: !s, %w: !f, %r: tensor<2x5x3xf32>, %i: tensor<2x2x6x6xf32>, %k: tensor<5x2x3xf32>) -> (!t, !t, !t, tensor<2x5x4x4xf32>, tensor<?x5x3xf32, #nn.dims<B, 5, 3>>, !t, !t, !t, !t, !t) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.generic max over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %1 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u * 3 - 1)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] outside [0.5, unit] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %2 = nn.generic add over <B, 5, 4, 2, 3> (%x, %r) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (c, o, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, tensor<2x5x3xf32>) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %3 = nn.generic add over <2, 5, 4, 4, 2, 3> (%i, %k) maps [affine_map<(b, o, i, j, c, u) -> (b, c, i + u, j + u)>, affine_map<(b, o, i, j, c, u) -> (o, c, u)>, affine_map<(b, o, i, j, c, u) -> (b, o, i, j)>] : (tensor<2x2x6x6xf32>, tensor<5x2x3xf32>) -> tensor<2x5x4x4xf32> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %4 = nn.generic add over <B, 5, 3, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> tensor<?x5x3xf32, #nn.dims<B, 5, 3>> {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %5 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i + u + 2)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %6 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i + u + c)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %7 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>, %b: tensor<i64>, %o: tensor<i64>, %n: tensor<i64>, %h: tensor<i64>, %u: tensor<i64>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  %8 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * 2 + u)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    %q = nn.tanh %p : tensor<f32>
    nn.yield %q : tensor<f32>
  }
  %9 = nn.generic add over <B, 5, 4, 2, 3> (%x, %w) maps [affine_map<(b, o, i, c, u) -> (b, c, i * -2 + u + 6)>, affine_map<(b, o, i, c, u) -> (o, c, u)>, affine_map<(b, o, i, c, u) -> (b, o, i)>] : (!s, !f) -> !t {
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %p = nn.mul %a, %c : tensor<f32>
    nn.yield %p : tensor<f32>
  }
  nn.return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9 : !t, !t, !t, tensor<2x5x4x4xf32>, tensor<?x5x3xf32, #nn.dims<B, 5, 3>>, !t, !t, !t, !t, !t
}
