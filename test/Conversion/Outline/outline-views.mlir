// RUN: nnc-opt %s --nn-outline | FileCheck %s
// RUN: nnc-opt %root/test/Conversion/Inputs/planned-scan.mlir --nn-outline --mlir-print-local-scope | FileCheck %s --check-prefix=SCAN

!z = tensor<4x24xf32>
!g = tensor<4x8xf32>
// Parts of one buffer at several places share a kernel; other strides make another.
// CHECK: nn.kernel @k0_tanh(%{{.*}}: tensor<4x8xf32> {nn.strides = array<i64: 24, 1>}) -> (tensor<4x8xf32> {nnc.name = "tanh"}) attributes
// CHECK: nn.kernel @k1_tanh(%{{.*}}: tensor<4x8xf32> {nnc.name = "tanh"}) -> (tensor<4x8xf32> {nn.strides = array<i64: 16, 1>, nnc.name = "tanh"}) attributes
// CHECK-NOT: nn.kernel
nn.entry @forward(%z: !z {nn.name = "z"}) -> (tensor<4x16xf32> {nn.name = "y"}) attributes {sizes = [], work_bytes = 256 : i64} {
  // CHECK: %[[P:.*]]:3 = nn.split
  %a, %b, %c = nn.split %z axis 1 : (!z) -> (!g, !g, !g)
  // CHECK: nn.launch @k0_tanh(%[[P]]#0)
  %ta = nn.group (%i = %a : !g) -> !g attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>} {
    %r = nn.tanh %i : !g
    nn.yield %r : !g
  }
  // CHECK: nn.launch @k0_tanh(%[[P]]#2)
  %tc = nn.group (%i = %c : !g) -> !g attributes {into = [#nn.buf<scratch, 1, offset = 128>], tasks = #nn.tasks<1>} {
    %r = nn.tanh %i : !g
    nn.yield %r : !g
  }
  // CHECK: nn.launch @k1_tanh(%{{.*}}) into [#nn.buf<output, 0, offset = 0, strides = [16, 1]>]
  %l = nn.group (%i = %ta : !g) -> !g attributes {into = [#nn.buf<output, 0, offset = 0, strides = [16, 1]>], tasks = #nn.tasks<1>} {
    %r = nn.tanh %i : !g
    nn.yield %r : !g
  }
  // CHECK: nn.launch @k1_tanh(%{{.*}}) into [#nn.buf<output, 0, offset = 32, strides = [16, 1]>]
  %m = nn.group (%i = %tc : !g) -> !g attributes {into = [#nn.buf<output, 0, offset = 32, strides = [16, 1]>], tasks = #nn.tasks<1>} {
    %r = nn.tanh %i : !g
    nn.yield %r : !g
  }
  %y = nn.concat %l, %m axis 1 : (!g, !g) -> tensor<4x16xf32> {nn.into = #nn.buf<output, 0>}
  nn.return %y : tensor<4x16xf32>
}

// In a loop: the slice at a step is a part, a carry is a buffer of its own.
// SCAN: nn.kernel @k1_add_tanh(%{{.*}}: tensor<?x8xf32, #nn.dims<B, 8>> {nn.strides = array<i64: 40, 1>}, %{{.*}}: tensor<?x8xf32, #nn.dims<B, 8>>) -> (tensor<?x8xf32, #nn.dims<B, 8>> {nnc.name = "tanh"}, tensor<?x8xf32, #nn.dims<B, 8>> {nn.strides = array<i64: 40, 1>, nnc.name = "tanh"})
// SCAN: nn.scan
// SCAN: nn.launch @k1_add_tanh(%{{.*}}, %{{.*}}) into [#nn.buf<carry, 0>, #nn.buf<stack, 0>] tasks <"B" by 2> barrier
