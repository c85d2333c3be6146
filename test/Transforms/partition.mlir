// RUN: nnc-opt %S/Inputs/classifier.mlir --nn-fuse --nn-schedule --nn-partition | FileCheck %s
// RUN: nnc-opt %S/Inputs/two-layers.mlir --nn-fuse --nn-schedule --nn-partition | FileCheck %s --check-prefix=SMALL
// RUN: nnc-opt %s --nn-fuse --nn-partition --split-input-file | FileCheck %s --check-prefix=LOOP

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

// A loop that keeps to its rows needs no barrier, neither in it nor around it.
// LOOP-LABEL: nn.entry @rows
// LOOP-NOT: barrier
// LOOP: nn.group {{.*}} attributes {tasks = #nn.tasks<"B" by 32>}
// LOOP-NOT: barrier
// LOOP: nn.return
!h = tensor<?x256xf32, #nn.dims<B, 256>>
!x = tensor<?x5x256xf32, #nn.dims<B, 5, 256>>
!w = tensor<256x256xf32>
nn.entry @rows(%x: !x, %h: !h, %w: !w) -> (!h {nn.name = "h"}, !x {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %r:2 = nn.scan steps #nn.dims<5> consts(%w) init(%h) xs(%x) [1] ys [1] : (!w, !h, !x) -> (!h, !x) {
  ^bb0(%t: tensor<i64>, %v: !w, %old: !h, %xt: !h):
    %p = nn.contract %old, %v init %xt : !h "bh,gh->bg" : (!h, !w) -> !h
    %new = nn.tanh %p : !h
    nn.yield %new, %new : !h, !h
  }
  nn.return %r#0, %r#1 : !h, !x
}

// -----
// The sum over all rows needs the other tasks' part of the step before: one barrier before the product reads the sum, and
// one at the end of each step.
// LOOP-LABEL: nn.entry @sums
// LOOP: nn.group {{.*}} attributes {barrier, tasks = #nn.tasks<"B" by 32>}
// LOOP: nn.scan
// LOOP: nn.group {{.*}} -> tensor<256xf32> attributes {barrier, tasks = #nn.tasks<1>}
// LOOP: nn.group {{.*}} attributes {barrier, tasks = #nn.tasks<"B" by 32>}
// LOOP-NEXT: nn.broadcast
// LOOP-NEXT: nn.contract
// LOOP: nn.return
!h = tensor<?x256xf32, #nn.dims<B, 256>>
!w = tensor<256x256xf32>
nn.entry @sums(%h: !h, %w: !w) -> (!h {nn.name = "h"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %r = nn.scan steps #nn.dims<5> consts(%w) init(%h) xs() [] ys [] : (!w, !h) -> !h {
  ^bb0(%t: tensor<i64>, %v: !w, %old: !h):
    %s = nn.reduce add %old dims [0] : !h -> tensor<256xf32>
    %b = nn.broadcast %s dims [1] : tensor<256xf32> -> !h
    %new = nn.contract %old, %v init %b : !h "bh,gh->bg" : (!h, !w) -> !h
    nn.yield %new : !h
  }
  nn.return %r : !h
}
