// Contractions of an MLP in all their roles: both forms give the same bits.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}

!x = tensor<?x20xf32, #nn.dims<B, 20>>
!h = tensor<?x37xf32, #nn.dims<B, 37>>
!panel = tensor<37x20xf32, #nn.dims<37, 20 layout affine_map<(o, i) -> (o floordiv 48, i, o mod 48)>>>

// CHECK: {{forward: equal|skipped}}
nn.kernel @forward(%x: !x, %w: !panel, %b: tensor<37xf32>) -> !h attributes {tasks = #nn.tasks<"B" by 32>} {
  %c = nn.broadcast %b dims [1] : tensor<37xf32> -> !h
  %a = nn.contract %x, %w init %c : !h "bi,oi->bo" : (!x, !panel) -> !h
  %r = nn.relu %a : !h
  nn.yield %r : !h
}

// CHECK: {{input_grad: equal|.*}}
nn.kernel @input_grad(%g: !h, %w: tensor<37x20xf32>, %y: !x) -> !x {
  %d = nn.contract %g, %w "bo,oi->bi" : (!h, tensor<37x20xf32>) -> !x
  %r = nn.relu_grad %y, %d : !x
  nn.yield %r : !x
}

nn.kernel @weight_grad(%g: !h, %x: !x) -> tensor<37x20xf32> attributes {tasks = #nn.tasks<dim 0 by 16>} {
  %d = nn.contract %g, %x "bo,bi->oi" : (!h, !x) -> tensor<37x20xf32>
  nn.yield %d : tensor<37x20xf32>
}
