// RUN: nnc-opt %s | nnc-opt | FileCheck %s
// RUN: nnc-opt %s -mlir-print-op-generic | nnc-opt | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!i = tensor<?x4xi1, #nn.dims<B, 4>>

// CHECK-LABEL: @binary
// CHECK: nn.add %arg0, %arg1 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.sub %arg0, %arg1
// CHECK: nn.mul %arg0, %arg1
// CHECK: nn.div %arg0, %arg1
// CHECK: nn.max %arg0, %arg1
// CHECK: nn.min %arg0, %arg1
// CHECK: nn.pow %arg0, %arg1
// CHECK: nn.mse %arg0, %arg1
// CHECK: nn.relu_grad %arg0, %arg1
nn.entry @binary(%a: !x, %b: !x) -> (!x, !x) attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.add %a, %b : !x
  %1 = nn.sub %a, %b : !x
  %2 = nn.mul %a, %b : !x
  %3 = nn.div %a, %b : !x
  %4 = nn.max %a, %b : !x
  %5 = nn.min %a, %b : !x
  %6 = nn.pow %a, %b : !x
  %7 = nn.mse %a, %b : !x
  %8 = nn.relu_grad %a, %b : !x
  nn.return %7, %8 : !x, !x
}

// CHECK-LABEL: @unary
// CHECK-COUNT-24: = nn.{{[a-z0-9_]+}} %arg0 : tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.return
nn.entry @unary(%x: !x) -> !x attributes {sizes = [#nn.size<"B">]} {
  %0 = nn.neg %x : !x
  %1 = nn.abs %x : !x
  %2 = nn.sign %x : !x
  %3 = nn.exp %x : !x
  %4 = nn.log %x : !x
  %5 = nn.log1p %x : !x
  %6 = nn.expm1 %x : !x
  %7 = nn.sqrt %x : !x
  %8 = nn.rsqrt %x : !x
  %9 = nn.tanh %x : !x
  %10 = nn.sigmoid %x : !x
  %11 = nn.relu %x : !x
  %12 = nn.floor %x : !x
  %13 = nn.ceil %x : !x
  %14 = nn.round %x : !x
  %15 = nn.erf %x : !x
  %16 = nn.sin %x : !x
  %17 = nn.cos %x : !x
  %18 = nn.softplus %x : !x
  %19 = nn.step %x : !x
  %20 = nn.gelu %x : !x
  %21 = nn.stop_gradient %x : !x
  %22 = nn.softmax %x axis 1 : !x
  %23 = nn.neg %x : !x
  %24 = nn.neg %x : !x
  nn.return %0 : !x
}

// CHECK-LABEL: @choices
// CHECK: %[[C:.*]] = nn.compare lt %arg0, %arg1 : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x4xi1, #nn.dims<B, 4>>
// CHECK: %[[N:.*]] = nn.not %[[C]] : tensor<?x4xi1, #nn.dims<B, 4>>
// CHECK: %[[A:.*]] = nn.and %[[C]], %[[N]]
// CHECK: %[[O:.*]] = nn.or %[[A]], %[[N]]
// CHECK: %[[S:.*]] = nn.select %[[O]], %arg0, %arg1 : tensor<?x4xi1, #nn.dims<B, 4>>, tensor<?x4xf32, #nn.dims<B, 4>>
// CHECK: nn.cast %[[S]] : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?x4xi32, #nn.dims<B, 4>>
nn.entry @choices(%a: !x, %b: !x) -> tensor<?x4xi32, #nn.dims<B, 4>> attributes {sizes = [#nn.size<"B">]} {
  %c = nn.compare lt %a, %b : !x -> !i
  %n = nn.not %c : !i
  %d = nn.and %c, %n : !i
  %o = nn.or %d, %n : !i
  %s = nn.select %o, %a, %b : !i, !x
  %y = nn.cast %s : !x -> tensor<?x4xi32, #nn.dims<B, 4>>
  nn.return %y : tensor<?x4xi32, #nn.dims<B, 4>>
}
