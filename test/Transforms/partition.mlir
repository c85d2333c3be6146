// RUN: nnc-opt %S/Inputs/classifier.mlir --nn-fuse --nn-schedule --nn-partition | FileCheck %s
// RUN: nnc-opt %S/Inputs/two-layers.mlir --nn-fuse --nn-schedule --nn-partition | FileCheck %s --check-prefix=SMALL

// A chain along the batch is cut alike and needs no barrier.
// CHECK-LABEL: nn.entry @forward
// CHECK-COUNT-3: nn.group {{.*}} attributes {tasks = #nn.tasks<"B" by 32>}
// CHECK-LABEL: nn.entry @step
// CHECK-COUNT-3: nn.group {{.*}} attributes {tasks = #nn.tasks<"B" by 32>}
// The sum over the batch reads the rows of all tasks.
// CHECK: nn.group {{.*}} attributes {barrier, tasks = #nn.tasks<"B" by 32>}
// CHECK-NEXT: nn.softmax_cross_entropy
// CHECK: nn.group {{.*}} -> tensor<f32> attributes {tasks = #nn.tasks<1>}
// The weight gradient is cut along its outputs; its update reads what another task wrote into the norm.
// CHECK: nn.group {{.*}} -> tensor<256x784xf32> attributes {barrier, tasks = #nn.tasks<dim 0 by 32>}
// CHECK-NEXT: nn.contract
// CHECK: nn.group {{.*}} attributes {barrier, tasks = #nn.tasks<1>}
// CHECK: nn.sqrt
// CHECK: nn.group {{.*}} attributes {tasks = #nn.tasks<dim 0 by 32>}
// CHECK: nn.adam

// Too little work to wake another thread: no task, no barrier.
// SMALL-LABEL: nn.entry @step
// SMALL-NOT: barrier
// SMALL-NOT: " by
// SMALL: nn.return
