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
