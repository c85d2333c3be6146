// RUN: nnc-opt %s --nn-partition --nn-plan-memory --nn-verify-plan --split-input-file | FileCheck %s
// RUN: nnc-opt %S/Inputs/classifier.mlir --phase-planned=target-features=x86-64-v4 | FileCheck %s --check-prefix=NET
// RUN: nnc-opt %S/Inputs/lstm.mlir --phase-planned=target-features=x86-64-v3 | FileCheck %s --check-prefix=LSTM

// Each carry has two buffers, its start is computed into the first. h goes into the other buffer and into its slice of
// the output.
// LSTM-LABEL: nn.entry @forward
// LSTM: nn.group () {{.*}}into = [#nn.buf<scratch, [[H:[0-9]+]], offset = [[H0:[0-9]+]]>]
// LSTM: nn.group () {{.*}}into = [#nn.buf<scratch, [[C:[0-9]+]], offset = [[C0:[0-9]+]]>]
// LSTM: nn.carries = {{\[\[}}#nn.buf<scratch, [[H]], offset = [[H0]]>, #nn.buf<scratch, {{[0-9]+}}, offset = {{[0-9]+}}>], [#nn.buf<scratch, [[C]], offset = [[C0]]>, #nn.buf<scratch, {{[0-9]+}}, offset = {{[0-9]+}}>]], nn.stacks = [#nn.buf<output, 1>]
// LSTM: into = [#nn.buf<carry, 1, offset = 0>, #nn.buf<stack, 0, offset = 0, strides = [56, 1]>, #nn.buf<carry, 0, offset = 0>]
// The parts of the concatenation are computed in their places in the slice of the stack.
// LSTM-LABEL: nn.entry @back
// LSTM: into = [#nn.buf<stack, 0, offset = 96, strides = [224, 1]>, #nn.buf<stack, 0, offset = 0, strides = [224, 1]>, #nn.buf<stack, 0, offset = 64, strides = [224, 1]>, #nn.buf<stack, 0, offset = 32, strides = [224, 1]>, #nn.buf<carry, 1, offset = 0>]
// LSTM: nn.concat {{.*}}nn.into = #nn.buf<stack, 0, offset = 0, strides = [224, 1]>

// State: parameters and slots as they stand, then the packed copies; every offset a multiple of 64.
// NET: module attributes {nn.state_bytes = {{[0-9]+}} : i64}
// NET: nn.param @fc1.weight : {{.*}} {offset = 0 : i64}
// 802816 bytes are a multiple of 4 KiB: the next one is a line further, so that both do not meet in the same cache set.
// NET: nn.param @fc1.bias : {{.*}} {offset = 802880 : i64}
// NET: nn.derived @fc1.weight.packed.0x64 {{.*}} {offset = [[PACKED:[0-9]+]] : i64}
// NET-LABEL: nn.entry @step
// The update is written over the old value, moments and the packed copy.
// NET: nn.group {{.*}} attributes {into = [#nn.buf<state, 0, offset = 0>, #nn.buf<state, 6, offset = {{[0-9]+}}>, #nn.buf<state, 7, offset = {{[0-9]+}}>, #nn.buf<derived, {{[0-9]+}}, offset = [[PACKED]]>]
// NET: nn.adam

// Three values in a row need two places; the last goes to the caller's memory.
// CHECK-LABEL: nn.entry @chain
// CHECK-SAME: work_bytes = 4096 : i64
// CHECK: into = [#nn.buf<scratch, 0, offset = 0>]
// CHECK: into = [#nn.buf<scratch, 1, offset = 2048>]
// CHECK: into = [#nn.buf<scratch, 2, offset = 0>]
// CHECK: into = [#nn.buf<output, 0>]
!t = tensor<?x32xf32, #nn.dims<B, 32>>
nn.entry @chain(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 16>]} {
  %a = nn.group (%i = %x : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %b = nn.group (%i = %a : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %c = nn.group (%i = %b : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %d = nn.group (%i = %c : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  nn.return %d : !t
}

// -----
// Cut alike along the batch, without barriers: a slow thread may still read the first value while a fast one writes the
// third, so they do not share memory.
// CHECK-LABEL: nn.entry @parallel
// CHECK: into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<"B" by
// CHECK: into = [#nn.buf<scratch, 1, offset = [[SECOND:[1-9][0-9]*]]>], tasks = #nn.tasks<"B" by
// CHECK: into = [#nn.buf<scratch, 2, offset = [[THIRD:[1-9][0-9]*]]>], tasks = #nn.tasks<"B" by
!t = tensor<?x1024xf32, #nn.dims<B, 1024>>
nn.entry @parallel(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %a = nn.group (%i = %x : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %b = nn.group (%i = %a : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %c = nn.group (%i = %b : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  %d = nn.group (%i = %c : !t) -> !t {
    %r = nn.softmax %i axis 1 : !t
    nn.yield %r : !t
  }
  nn.return %d : !t
}
