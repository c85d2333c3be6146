// After phase planned an entry is reads of state, planned groups and the return; the plan is proved.
// RUN: nnc-opt %root/test/Transforms/Inputs/two-layers.mlir --phase-planned | FileCheck %s --strict-whitespace
// RUN: nnc-opt %root/test/Transforms/Inputs/classifier.mlir --phase-planned | FileCheck %s --strict-whitespace
// The same plan on every run.
// RUN: nnc-opt %root/test/Transforms/Inputs/classifier.mlir --phase-planned -o %t.1
// RUN: nnc-opt %root/test/Transforms/Inputs/classifier.mlir --phase-planned -o %t.2
// RUN: cmp %t.1 %t.2

// CHECK: module attributes {nn.state_bytes
// CHECK-LABEL: nn.entry @step
// CHECK-SAME: work_bytes
// Ops of an entry are indented by four, those of groups by six.
// CHECK-NOT: {{^    (%[^ ]+ = )?nn\.(add|mul|div|contract|relu|reduce|broadcast|constant|size|sgd|adam)}}
// CHECK: nn.group {{.*}} attributes {{{(barrier, )?}}into = [#nn.buf<{{.*}}>], tasks = #nn.tasks<
// CHECK-NOT: {{^    (%[^ ]+ = )?nn\.(add|mul|div|contract|relu|reduce|broadcast|constant|size|sgd|adam)}}
// CHECK: nn.return
// CHECK-LABEL: nn.entry @pack() attributes {kind = "pack"
