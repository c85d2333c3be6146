// RUN: nnc-opt %s --nn-verify-plan | FileCheck %s
// RUN: nnc-opt %S/Inputs/two-layers.mlir --phase-planned | nnc-opt --nn-verify-plan -o /dev/null
// RUN: nnc-opt %S/Inputs/classifier.mlir --phase-planned | nnc-opt --nn-verify-plan -o /dev/null

// RUN: nnc-opt %S/Inputs/lstm.mlir --phase-planned | nnc-opt --nn-verify-plan -o /dev/null

// A plan written by hand that is as tight as it can be: the barrier lets the third value take the place of the first.
// CHECK-LABEL: nn.entry @f
!t = tensor<?x64xf32, #nn.dims<B, 64>>
nn.entry @f(%x: !t) -> (tensor<64xf32> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 32768 : i64} {
  %a = nn.group (%i = %x : !t) -> !t attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by 32>} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %b = nn.group (%i = %a : !t) -> !t attributes {into = [#nn.buf<scratch, 1, offset = 16384>], tasks = #nn.tasks<"B" by 32>, barrier} {
    %r = nn.neg %i : !t
    nn.yield %r : !t
  }
  %c = nn.group (%i = %b : !t) -> tensor<64xf32> attributes {into = [#nn.buf<scratch, 2, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.reduce add %i dims [0] : !t -> tensor<64xf32>
    nn.yield %r : tensor<64xf32>
  }
  %d = nn.group (%i = %c : tensor<64xf32>) -> tensor<64xf32> attributes {into = [#nn.buf<output, 0>], tasks = #nn.tasks<1>} {
    %r = nn.neg %i : tensor<64xf32>
    nn.yield %r : tensor<64xf32>
  }
  nn.return %d : tensor<64xf32>
}

// Parts of a concatenation that touch each other.
// CHECK-LABEL: nn.entry @columns
!p = tensor<?x4xf32, #nn.dims<B, 4>>
!q = tensor<?x2xf32, #nn.dims<B, 2>>
!r = tensor<?x8xf32, #nn.dims<B, 8>>
nn.entry @columns(%x: !p, %z: !q) -> (!r {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>], work_bytes = 192 : i64} {
  %a:3 = nn.group (%i = %z : !q, %j = %x : !p) -> (!q, !p, !q) attributes {into = [#nn.buf<output, 0, offset = 0, strides = [8, 1]>, #nn.buf<output, 0, offset = 8, strides = [8, 1]>, #nn.buf<output, 0, offset = 24, strides = [8, 1]>], tasks = #nn.tasks<"B" by 32>} {
    nn.yield %i, %j, %i : !q, !p, !q
  }
  %y = nn.concat %a#0, %a#1, %a#2 axis 1 : (!q, !p, !q) -> !r {nn.into = #nn.buf<output, 0>}
  nn.return %y : !r
}
