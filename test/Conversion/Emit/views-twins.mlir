// Kernels that read and write parts of larger buffers: rows of a sequence at one step, gates of a cell, parts of a concatenation.
// RUN: nnc-twins %s --target=x86-64-v4 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v4 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --require-fast | FileCheck %s
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=g++ | FileCheck %s --check-prefix=CPP
// RUN: nnc-twins %s --target=x86-64-v3 --cxx=clang++ | FileCheck %s --check-prefix=CPP
// CPP: {{in C[+][+]: equal in [0-9]+ runs|skipped}}
// CHECK-NOT: differs

!x = tensor<?x20xf32, #nn.dims<B, 20>>
!h = tensor<?x33xf32, #nn.dims<B, 33>>
!g = tensor<?x16xf32, #nn.dims<B, 16>>
!r = tensor<?xf32, #nn.dims<B>>

// x[:, t] and the slice of a stack [B, 7, 20].
nn.kernel @elementwise(%x: !x {nn.strides = array<i64: 140, 1>}, %y: !x) -> (!x {nn.strides = array<i64: 140, 1>}, !x) attributes {tasks = #nn.tasks<"B" by 4>} {
  %a = nn.add %x, %y : !x
  %b = nn.tanh %a : !x
  nn.yield %b, %a : !x, !x
}
// Gates in neighbouring columns.
nn.kernel @gates(%i: !g {nn.strides = array<i64: 64, 1>}, %f: !g {nn.strides = array<i64: 64, 1>}, %g: !g {nn.strides = array<i64: 64, 1>}, %o: !g {nn.strides = array<i64: 64, 1>}, %c: !g) -> (!g, !g, !g {nn.strides = array<i64: 112, 1>}) {
  %si = nn.sigmoid %i : !g
  %sf = nn.sigmoid %f : !g
  %tg = nn.tanh %g : !g
  %so = nn.sigmoid %o : !g
  %kept = nn.mul %sf, %c : !g
  %new = nn.mul %si, %tg : !g
  %next = nn.add %kept, %new : !g
  %tc = nn.tanh %next : !g
  %h = nn.mul %so, %tc : !g
  nn.yield %next, %h, %h : !g, !g, !g
}
// A product whose start is a part of the whole sequence's, and whose result is a part of a stack.
nn.kernel @contraction(%z: !h {nn.strides = array<i64: 231, 1>}, %x: !x {nn.strides = array<i64: 140, 1>}, %w: tensor<20x33xf32> {nn.strides = array<i64: 66, 1>}) -> (!h {nn.strides = array<i64: 99, 1>}) {
  %y = nn.contract %x, %w init %z : !h "bi,io->bo" : (!x, tensor<20x33xf32>) -> !h
  nn.yield %y : !h
}
// The scalar operand may lie in any direction.
nn.kernel @columns_of_scalars(%x: !x {nn.strides = array<i64: 3, 200>}, %w: tensor<20x33xf32>) -> !h {
  %y = nn.contract %x, %w "bi,io->bo" : (!x, tensor<20x33xf32>) -> !h
  nn.yield %y : !h
}
nn.kernel @rows(%x: !x {nn.strides = array<i64: 140, 1>}) -> (!x {nn.strides = array<i64: 60, 1>}) {
  %y = nn.softmax %x axis 1 : !x
  nn.yield %y : !x
}
nn.kernel @row_sums(%x: tensor<?x3x20xf32, #nn.dims<B, 3, 20>> {nn.strides = array<i64: 420, 140, 1>}) -> tensor<?x3xf32, #nn.dims<B, 3>> {
  %y = nn.reduce add %x dims [2] : tensor<?x3x20xf32, #nn.dims<B, 3, 20>> -> tensor<?x3xf32, #nn.dims<B, 3>>
  nn.yield %y : tensor<?x3xf32, #nn.dims<B, 3>>
}
nn.kernel @columns(%x: !x {nn.strides = array<i64: 140, 1>}) -> (tensor<20xf32> {nn.strides = array<i64: 1>}) {
  %y = nn.reduce add %x dims [0] : !x -> tensor<20xf32>
  nn.yield %y : tensor<20xf32>
}
// Moved as it is: a part that could not be made in its place.
nn.kernel @copy(%x: !x) -> (!x {nn.strides = array<i64: 53, 1>}) {
  nn.yield %x : !x
}
// Truth values are bytes.
nn.kernel @mask(%m: tensor<?x20xi1, #nn.dims<B, 20>> {nn.strides = array<i64: 40, 1>}, %x: !x {nn.strides = array<i64: 140, 1>}) -> !x {
  %n = nn.neg %x : !x
  %y = nn.select %m, %x, %n : tensor<?x20xi1, #nn.dims<B, 20>>, !x
  nn.yield %y : !x
}
// Zeros around a box, as the gradient of a part of a sequence has them.
nn.kernel @pad(%x: tensor<?x2x33xf32, #nn.dims<B, 2, 33>>, %y: tensor<?x7x33xf32, #nn.dims<B, 7, 33>>) -> (tensor<?x7x33xf32, #nn.dims<B, 7, 33>>) {
  %p = nn.pad %x low [0, 4, 0] : tensor<?x2x33xf32, #nn.dims<B, 2, 33>> -> tensor<?x7x33xf32, #nn.dims<B, 7, 33>>
  %s = nn.add %p, %y : tensor<?x7x33xf32, #nn.dims<B, 7, 33>>
  nn.yield %s : tensor<?x7x33xf32, #nn.dims<B, 7, 33>>
}
nn.kernel @pad_part(%x: tensor<2x18xf32> {nn.strides = array<i64: 40, 1>}) -> tensor<5x18xf32> {
  %p = nn.pad %x low [3, 0] : tensor<2x18xf32> -> tensor<5x18xf32>
  nn.yield %p : tensor<5x18xf32>
}
