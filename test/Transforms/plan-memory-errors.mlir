// RUN: nnc-opt %s --nn-fuse --nn-partition --nn-plan-memory --verify-diagnostics

!t = tensor<?x4xf32, #nn.dims<B, 4>>
// expected-error@below {{the free size 'B' of 'f' has no bound: memory cannot be planned}}
nn.entry @f(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B">]} {
  %y = nn.neg %x : !t
  nn.return %y : !t
}
