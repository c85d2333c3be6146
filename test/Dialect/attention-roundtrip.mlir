// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!q = tensor<?x8x?x4xf32, #nn.dims<B, 8, T, 4>>
!k = tensor<?x2x?x4xf32, #nn.dims<B, 2, S, 4>>
!v = tensor<?x2x?x6xf32, #nn.dims<B, 2, S, 6>>
!y = tensor<?x8x?x6xf32, #nn.dims<B, 8, T, 6>>
!l = tensor<?x8x?xf32, #nn.dims<B, 8, T>>
!b = tensor<?x8x?x?xf32, #nn.dims<B, 8, T, S>>
!n = tensor<?xi64, #nn.dims<B>>
!i = tensor<?x?xi32, #nn.dims<B, T>>
!j = tensor<?x?xi32, #nn.dims<B, S>>

// CHECK: nn.attention %arg0, %arg1, %arg2 scale 5.000000e-01 :
// CHECK-SAME: (tensor<?x8x?x4xf32, #nn.dims<B, 8, T, 4>>, tensor<?x2x?x4xf32, #nn.dims<B, 2, S, 4>>, tensor<?x2x?x6xf32, #nn.dims<B, 2, S, 6>>)
// CHECK: nn.attention %arg0, %arg1, %arg2 bias %arg3 : tensor<?x8x?x?xf32, #nn.dims<B, 8, T, S>>
// CHECK-SAME: mask #nn.mask<4 [0[0], 1[0, 2], 2[0, 3], "S"] and(d3 le d2, or(d3 lt s0, not(s1 eq s2)), d2 - d3 lt 256, (d2 + s3) mod 2 eq 0)>
// CHECK-SAME: (%arg4, %arg5, %arg6 : tensor<?xi64, #nn.dims<B>>, tensor<?x?xi32, #nn.dims<B, T>>, tensor<?x?xi32, #nn.dims<B, S>>)
// CHECK-SAME: scale 5.000000e-01 dropout 1.000000e-01 site "dropout:attn" sample %arg4 : tensor<?xi64, #nn.dims<B>> time %arg7 :
nn.entry @forward(%q: !q, %k: !k, %v: !v, %b: !b, %n: !n, %i: !i, %j: !j, %t: tensor<i64>) -> (!y, !l, !y, !l)
    attributes {sizes = [#nn.size<"B">, #nn.size<"S">, #nn.size<"T">]} {
  %0:2 = nn.attention %q, %k, %v scale 0.5 : (!q, !k, !v) -> (!y, !l)
  %1:2 = nn.attention %q, %k, %v bias %b : !b
      mask #nn.mask<4 [0[0], 1[0, 2], 2[0, 3], "S"] and(d3 le d2, or(d3 lt s0, not(s1 eq s2)), d2 - d3 lt 256, (d2 + s3) mod 2 eq 0)>(%n, %i, %j : !n, !i, !j)
      scale 0.5 dropout 0.1 site "dropout:attn" sample %n : !n time %t : (!q, !k, !v) -> (!y, !l)
  nn.return %0#0, %0#1, %1#0, %1#1 : !y, !l, !y, !l
}
