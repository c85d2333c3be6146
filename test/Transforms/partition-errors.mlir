// RUN: nnc-opt %s --nn-fuse --nn-partition --split-input-file --verify-diagnostics

!t = tensor<?x?xf32, #nn.dims<B, T>>
nn.entry @inner(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 8>, #nn.size<"T" max 8>]} {
  // expected-error@below {{E0360: the size `T` is free when the program runs, and not the outermost axis here: this comes in a later version}}
  %y = nn.neg %x : !t
  nn.return %y : !t
}

// -----
!t = tensor<?x4xf32, #nn.dims<T + 1, 4>>
// expected-error@below {{E0360: the size `T + 1` is free when the program runs, and not the outermost axis here}}
nn.entry @sum(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"T" max 8>]} {
  %y = nn.neg %x : !t
  nn.return %y : !t
}

// -----
// A loop of a free number of steps.
!x = tensor<?x4xf32, #nn.dims<T, 4>>
nn.entry @steps(%x: !x, %h: tensor<4xf32>) -> (tensor<4xf32> {nn.name = "y"}) attributes {sizes = [#nn.size<"T" max 8>]} {
  // expected-error@below {{E0360: the size `T` is free when the program runs, and not the outermost axis here: this comes in a later version}}
  %r = nn.scan steps #nn.dims<T> consts() init(%h) xs(%x) [0] ys [] : (tensor<4xf32>, !x) -> tensor<4xf32> {
  ^bb0(%t: tensor<i64>, %old: tensor<4xf32>, %xt: tensor<4xf32>):
    %new = nn.add %old, %xt : tensor<4xf32>
    nn.yield %new : tensor<4xf32>
  }
  nn.return %r : tensor<4xf32>
}

// -----
!t = tensor<5x?x4xf32, #nn.dims<5, B, 4>>
!b = tensor<?x4xf32, #nn.dims<B, 4>>
nn.entry @sliced(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 8>]} {
  // expected-error@below {{E0360: the size `B` is free when the program runs, and not the outermost axis here}}
  %y = nn.scan steps #nn.dims<5> consts() init() xs(%x) [0] ys [0] : (!t) -> !t {
  ^step(%t: tensor<i64>, %xt: !b):
    %n = nn.neg %xt : !b
    nn.yield %n : !b
  }
  nn.return %y : !t
}

// -----
// At the bounds of its sizes a value would be larger than a tensor may be.
!t = tensor<?x65536xf32, #nn.dims<B, 65536>>
nn.entry @bytes(%x: !t) -> (!t {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 100000000>]} {
  // expected-error@below {{E0305: a tensor has at most 2^40 elements and 2^42 bytes; this takes float[B, 65536]}}
  // expected-note@unknown {{with B up to 100000000: a smaller bound takes less}}
  %y = nn.neg %x : !t
  nn.return %y : !t
}
