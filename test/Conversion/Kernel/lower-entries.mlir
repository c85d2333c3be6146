// RUN: nnc-opt %s --kernel-lower-entries --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

!x = tensor<?x4xf32, #nn.dims<B, 4>>
module attributes {nn.state_bytes = 128 : i64} {
  nn.param @w : tensor<4xf32> = <constant, [0.0]> {offset = 64 : i64}
  // A result in an input's place: neither is alone in naming it. The other buffers are.
  // CHECK: func.func private @k0(%{{.*}}: memref<4xf32>, %{{.*}}: memref<1x4xf32> {llvm.noalias}, %{{.*}}: memref<1xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>,
  func.func private @k0(%w: memref<4xf32> {llvm.noalias}, %x: memref<1x4xf32> {llvm.noalias}, %lr: memref<1xf32> {llvm.noalias}, %out: memref<4xf32> {llvm.noalias}, %B: index, %task: index) attributes {nnc.sizes = ["B"]} {
    call @k0_tile(%w, %x, %out) : (memref<4xf32>, memref<1x4xf32>, memref<4xf32>) -> ()
    return
  }
  // So it is in the functions that the kernel hands them on to: C++ would print a false __restrict.
  // CHECK: func.func private @k0_tile(%{{.*}}: memref<4xf32>, %{{.*}}: memref<1x4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>)
  func.func private @k0_tile(%w: memref<4xf32> {llvm.noalias}, %x: memref<1x4xf32> {llvm.noalias}, %out: memref<4xf32> {llvm.noalias}) attributes {nnc.inline} {
    return
  }
  func.func private @k1(%x: memref<1x4xf32> {llvm.noalias}, %y: memref<1x4xf32> {llvm.noalias}, %B: index, %task: index) attributes {nnc.sizes = ["B"]} {
    return
  }
  // CHECK: func.func @step(%[[CALL:[^:]*]]: !llvm.ptr{{[^%]*}}, %[[X:[^:]*]]: memref<1x4xf32>{{[^%]*}}, %[[LR:[^:]*]]: f32{{[^%]*}}, %[[OUT:[^:]*]]: memref<1x4xf32>{{[^%]*}}, %[[STATE:[^:]*]]: memref<128xi8>{{[^%]*}}, %[[WORK:[^:]*]]: memref<256xi8>{{[^%]*}}, %[[B:[^:]*]]: index{{[^%]*}}, %[[TID:[^:]*]]: index{{[^%]*}}, %[[THREADS:[^:]*]]: index{{[^%]*}})
  nn.entry @step(%x: !x {nn.name = "x"}, %lr: tensor<f32> {nn.scalar = "lr"}) -> (!x {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 16>], work_bytes = 256 : i64} {
    // A scalar of the step stands on the stack of its thread.
    // CHECK: %[[SLOT:.*]] = memref.alloca() : memref<1xf32>
    // CHECK: memref.store %[[LR]], %[[SLOT]]
    %w = nn.get @w : tensor<4xf32>
    // Tasks by a free size: ceil(B / 8), taken in turn by the threads; then the barrier.
    // CHECK: %[[AT:.*]] = memref.view %[[WORK]][%c128
    // CHECK: %[[UP:.*]] = arith.addi %[[B]], %c7
    // CHECK: %[[TASKS:.*]] = arith.divui %[[UP]], %c8
    // CHECK: scf.for %[[T:.*]] = %[[TID]] to %[[TASKS]] step %[[THREADS]] {
    // CHECK: func.call @k1(%[[X]], %[[AT]], %[[B]], %[[T]])
    // CHECK: call @nnc_barrier(%[[CALL]], %[[TID]], %[[THREADS]])
    %h = nn.launch @k1(%x) into [#nn.buf<scratch, 0, offset = 128>] tasks <"B" by 8> barrier : (!x) -> !x
    // One task: the first thread's, with those that follow without a barrier.
    // CHECK: %[[W:.*]] = memref.view %[[STATE]][%c64
    // CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[TID]], %c0
    // CHECK: scf.if %[[FIRST]] {
    // CHECK-NEXT: func.call @k0(%[[W]], %[[AT]], %[[SLOT]], %[[W]], %[[B]], %c0)
    %n = nn.launch @k0(%w, %h, %lr) into [#nn.buf<state, 0, offset = 64>] tasks <1> : (tensor<4xf32>, !x, tensor<f32>) -> tensor<4xf32>
    // CHECK-NEXT: func.call @k1(%[[AT]], %[[OUT]], %[[B]], %c0)
    // CHECK-NEXT: }
    // CHECK-NEXT: return
    %y = nn.launch @k1(%h) into [#nn.buf<output, 0>] tasks <1> : (!x) -> !x
    nn.return %y : !x update [@w] = %n : tensor<4xf32>
  }
  // CHECK: func.func private @nnc_barrier(!llvm.ptr, index, index)
}

// -----

nn.entry @forward(%x: tensor<4xf32> {nn.name = "x"}) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = [], work_bytes = 0 : i64} {
  // expected-error @+1 {{is in no kernel}}
  %y = nn.relu %x : tensor<4xf32>
  nn.return %y : tensor<4xf32>
}
