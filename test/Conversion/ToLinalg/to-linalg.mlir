// RUN: nnc-opt %s --nn-to-linalg --canonicalize --cse | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
!h = tensor<?x16xf32, #nn.dims<B, 16>>
!z = tensor<?x3xf32, #nn.dims<B, 3>>
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>

// Buffers of the inputs, of the results, free sizes, the task; the specification stays beside it.
// CHECK-LABEL: func.func private @k0(
// CHECK-SAME: %[[X1:.*]]: memref<1x4xf32> {llvm.noalias}, %[[W:.*]]: memref<16x4xf32> {llvm.noalias}, %[[BIAS:.*]]: memref<16xf32> {llvm.noalias}, %[[Y1:.*]]: memref<1x16xf32> {llvm.noalias}, %[[B:.*]]: index, %[[TASK:.*]]: index)
// CHECK-SAME: nnc.sizes = ["B"]
// CHECK: %[[X:.*]] = memref.reinterpret_cast %[[X1]] to offset: [0], sizes: [%[[B]], 4]
// CHECK: %[[LO:.*]] = arith.muli %[[TASK]]
// CHECK: scf.for %[[I:.*]] = %[[LO]] to
// CHECK: scf.for %[[J:.*]] =
// CHECK: %[[INIT:.*]] = memref.load %[[BIAS]][%[[J]]]
// CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = {{.*}} iter_args(%[[P:.*]] = %[[INIT]])
// CHECK-DAG: %[[A:.*]] = memref.load %[[X]][%[[I]], %[[K]]]
// CHECK-DAG: %[[V:.*]] = memref.load %[[W]][%[[J]], %[[K]]]
// CHECK: %[[Q:.*]] = math.fma %[[A]], %[[V]], %[[P]]
// CHECK: scf.yield %[[Q]]
// CHECK: %[[NEG:.*]] = arith.cmpf ogt, %{{.*}}, %[[SUM]]
// CHECK: arith.select %[[NEG]]
// CHECK: memref.store
// CHECK: nn.kernel @k0.spec
nn.kernel @k0(%x: !x, %w: tensor<16x4xf32>, %b: tensor<16xf32>) -> (!h) attributes {tasks = #nn.tasks<"B" by 32>} {
  %c = nn.broadcast %b dims [1] : tensor<16xf32> -> !h
  %a = nn.contract %x, %w init %c : !h "bi,oi->bo" : (!x, tensor<16x4xf32>) -> !h
  %r = nn.relu %a : !h
  nn.yield %r : !h
}

// Both results of a loss share their row: one maximum, one sum, two stores.
// CHECK-LABEL: func.func private @k1(
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: scf.for
// CHECK-COUNT-3: math.exp
// CHECK-NOT: math.exp
// CHECK: math.log
// CHECK-COUNT-2: memref.store
// CHECK: return
nn.kernel @k1(%z: !z, %y: !y) -> (!b, !b) {
  %l, %s = nn.softmax_cross_entropy %z, %y : (!z, !y) -> (!b, !b)
  nn.yield %l, %s : !b, !b
}

// A long trailing sum: 64 partial sums on the stack, then the tree of halves.
// CHECK-LABEL: func.func private @k2(
// CHECK: memref.alloca() : memref<64xf32>
// CHECK: arith.remui
nn.kernel @k2(%x: tensor<5x100xf32>) -> (tensor<5xf32>) {
  %s = nn.reduce add %x dims [1] : tensor<5x100xf32> -> tensor<5xf32>
  nn.yield %s : tensor<5xf32>
}

// A column sum: chains of 1024, combined in order.
// CHECK-LABEL: func.func private @k3(
// CHECK: arith.constant 1024 : index
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.for {{.*}} iter_args
nn.kernel @k3(%x: !h) -> (tensor<16xf32>) attributes {tasks = #nn.tasks<dim 0 by 8>} {
  %s = nn.reduce add %x dims [0] : !h -> tensor<16xf32>
  nn.yield %s : tensor<16xf32>
}

// An update in place: its buffers may be one, the others may not; the packed copy is written in the same sweep.
// CHECK-LABEL: func.func private @k4(
// CHECK-SAME: memref<16x4xf32>, %{{.*}}: memref<16x4xf32> {llvm.noalias}, %{{.*}}: memref<1xf32> {llvm.noalias}, %{{.*}}: memref<16x4xf32>, %{{.*}}: memref<1x4x16xf32> {llvm.noalias}, %{{.*}}: index)
// CHECK: %[[NEW:.*]] = math.fma
// CHECK: memref.store %[[NEW]], {{.*}} : memref<16x4xf32>
// CHECK: memref.store %[[NEW]], {{.*}} : memref<1x4x16xf32>
!w = tensor<16x4xf32>
!p = tensor<16x4xf32, #nn.dims<16, 4 layout affine_map<(o, i) -> (o floordiv 16, i, o mod 16)>>>
nn.kernel @k4(%p: !w, %g: !w, %lr: tensor<f32>) -> (!w, !p) attributes {tied = array<i64: 0, -1>} {
  %n = nn.sgd %p, %g lr %lr : !w, tensor<f32>
  %q = nn.relayout %n : !w -> !p
  nn.yield %n, %q : !w, !p
}
