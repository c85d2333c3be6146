// Contractions in other forms: long sums that start again, batches, several summed dimensions, exchanged operands, fixed rows.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast --sizes=4095,4096,4097,8200 | FileCheck %s
// CHECK-NOT: differs

!x = tensor<?x5xf32, #nn.dims<B, 5>>
!q = tensor<?x3x7x20xf32, #nn.dims<B, 3, 7, 20>>

nn.kernel @free_depth(%g: !x, %x: !x) -> tensor<5x5xf32> {
  %d = nn.contract %g, %x "bo,bi->oi" : (!x, !x) -> tensor<5x5xf32>
  nn.yield %d : tensor<5x5xf32>
}
nn.kernel @long_depth(%a: tensor<3x9000xf32>, %b: tensor<9000x18xf32>, %c: tensor<3x18xf32>) -> tensor<3x18xf32> {
  %d = nn.contract %a, %b init %c : tensor<3x18xf32> "mk,kn->mn" : (tensor<3x9000xf32>, tensor<9000x18xf32>) -> tensor<3x18xf32>
  nn.yield %d : tensor<3x18xf32>
}
// The left operand lies in lanes.
nn.kernel @exchanged(%a: tensor<40x33xf32>, %b: tensor<16x40xf32>) -> tensor<16x33xf32> {
  %d = nn.contract %a, %b "kn,mk->mn" : (tensor<40x33xf32>, tensor<16x40xf32>) -> tensor<16x33xf32>
  nn.yield %d : tensor<16x33xf32>
}
nn.kernel @two_sums(%a: tensor<11x4x6xf32>, %b: tensor<4x6x50xf32>) -> tensor<11x50xf32> {
  %d = nn.contract %a, %b "mkl,kln->mn" : (tensor<11x4x6xf32>, tensor<4x6x50xf32>) -> tensor<11x50xf32>
  nn.yield %d : tensor<11x50xf32>
}
nn.kernel @batched(%q: !q, %k: tensor<?x3x20x33xf32, #nn.dims<B, 3, 20, 33>>) -> tensor<?x3x7x33xf32, #nn.dims<B, 3, 7, 33>> attributes {tasks = #nn.tasks<"B" by 4>} {
  %d = nn.contract %q, %k "bhtd,bhds->bhts" : (!q, tensor<?x3x20x33xf32, #nn.dims<B, 3, 20, 33>>) -> tensor<?x3x7x33xf32, #nn.dims<B, 3, 7, 33>>
  nn.yield %d : tensor<?x3x7x33xf32, #nn.dims<B, 3, 7, 33>>
}
// Rows are two dimensions, one of them free: a layer over time.
nn.kernel @over_time(%x: tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, %w: tensor<20x12xf32>, %b: tensor<12xf32>) -> tensor<?x7x12xf32, #nn.dims<B, 7, 12>> {
  %c = nn.broadcast %b dims [2] : tensor<12xf32> -> tensor<?x7x12xf32, #nn.dims<B, 7, 12>>
  %d = nn.contract %x, %w init %c : tensor<?x7x12xf32, #nn.dims<B, 7, 12>> "btd,de->bte" : (tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, tensor<20x12xf32>) -> tensor<?x7x12xf32, #nn.dims<B, 7, 12>>
  %t = nn.tanh %d : tensor<?x7x12xf32, #nn.dims<B, 7, 12>>
  nn.yield %t : tensor<?x7x12xf32, #nn.dims<B, 7, 12>>
}
nn.kernel @columns_cut(%x: !x, %w: tensor<5x100xf32>) -> tensor<?x100xf32, #nn.dims<B, 100>> attributes {tasks = #nn.tasks<dim 1 by 48>} {
  %d = nn.contract %x, %w "bi,io->bo" : (!x, tensor<5x100xf32>) -> tensor<?x100xf32, #nn.dims<B, 100>>
  nn.yield %d : tensor<?x100xf32, #nn.dims<B, 100>>
}
// Gradients of weights over time: two summed dimensions that are one run in memory count as one, of any length.
nn.kernel @over_batch_and_time(%g: tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, %x: tensor<?x7x12xf32, #nn.dims<B, 7, 12>>) -> tensor<20x12xf32> {
  %d = nn.contract %g, %x "btg,bti->gi" : (tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, tensor<?x7x12xf32, #nn.dims<B, 7, 12>>) -> tensor<20x12xf32>
  nn.yield %d : tensor<20x12xf32>
}
nn.kernel @three_sums(%g: tensor<11x40x20x5xf32>, %x: tensor<11x40x20x33xf32>, %c: tensor<5x33xf32>) -> tensor<5x33xf32> {
  %d = nn.contract %g, %x init %c : tensor<5x33xf32> "btsg,btsi->gi" : (tensor<11x40x20x5xf32>, tensor<11x40x20x33xf32>) -> tensor<5x33xf32>
  nn.yield %d : tensor<5x33xf32>
}
// Parts of larger buffers: the steps further apart than they are long.
nn.kernel @parts_over_batch_and_time(%g: tensor<?x7x20xf32, #nn.dims<B, 7, 20>> {nn.strides = array<i64: 280, 40, 1>}, %x: tensor<?x7x12xf32, #nn.dims<B, 7, 12>> {nn.strides = array<i64: 112, 16, 1>}) -> tensor<20x12xf32> {
  %d = nn.contract %g, %x "btg,bti->gi" : (tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, tensor<?x7x12xf32, #nn.dims<B, 7, 12>>) -> tensor<20x12xf32>
  nn.yield %d : tensor<20x12xf32>
}
// A slice of a stack that is a step longer: two dimensions that are no run, of any length, in blocks of 4,096 terms.
nn.kernel @shifted_over_batch_and_time(%g: tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, %x: tensor<?x7x12xf32, #nn.dims<B, 7, 12>> {nn.strides = array<i64: 96, 12, 1>}, %c: tensor<20x12xf32>) -> tensor<20x12xf32> {
  %d = nn.contract %g, %x init %c : tensor<20x12xf32> "btg,bti->gi" : (tensor<?x7x20xf32, #nn.dims<B, 7, 20>>, tensor<?x7x12xf32, #nn.dims<B, 7, 12>>) -> tensor<20x12xf32>
  nn.yield %d : tensor<20x12xf32>
}
nn.kernel @long_rows_of_a_part(%g: tensor<3x5000x5xf32> {nn.strides = array<i64: 25005, 5, 1>}, %x: tensor<3x5000x17xf32>) -> tensor<5x17xf32> {
  %d = nn.contract %g, %x "btg,bti->gi" : (tensor<3x5000x5xf32>, tensor<3x5000x17xf32>) -> tensor<5x17xf32>
  nn.yield %d : tensor<5x17xf32>
}
nn.kernel @blocks_end_with_rows(%g: tensor<8x1024x5xf32> {nn.strides = array<i64: 5125, 5, 1>}, %x: tensor<8x1024x17xf32>) -> tensor<5x17xf32> {
  %d = nn.contract %g, %x "btg,bti->gi" : (tensor<8x1024x5xf32>, tensor<8x1024x17xf32>) -> tensor<5x17xf32>
  nn.yield %d : tensor<5x17xf32>
}
