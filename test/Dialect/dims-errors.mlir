// RUN: nnc-opt %s -verify-diagnostics -split-input-file

// expected-error@+1 {{#nn.dims names 2 sizes, the tensor has 1}}
func.func private @count(tensor<?xf32, #nn.dims<B, T>>)

// -----

// expected-error@+1 {{#nn.dims and the shape disagree about 'B'}}
func.func private @dynamic(tensor<4xf32, #nn.dims<B>>)

// -----

// expected-error@+1 {{#nn.dims and the shape disagree about '3'}}
func.func private @constant(tensor<?x4xf32, #nn.dims<B, 3>>)

// -----

// expected-error@+1 {{a static type without layout carries no #nn.dims}}
func.func private @needless(tensor<4xf32, #nn.dims<4>>)

// -----

// expected-error@+1 {{a size is divided by something positive only}}
func.func private @zero(tensor<?xf32, #nn.dims<B floordiv 0>>)

// -----

// expected-error@+1 {{a layout is a permutation of the dimensions, one of which may be split}}
func.func private @twice(tensor<2x4xf32, #nn.dims<2, 4 layout affine_map<(a, b) -> (a, a)>>>)

// -----

// Only one dimension is split.
// expected-error@+1 {{a layout is a permutation of the dimensions, one of which may be split}}
func.func private @two_splits(tensor<32x32xf32, #nn.dims<32, 32 layout affine_map<(a, b) -> (a floordiv 16, b floordiv 16, a mod 16, b mod 16)>>>)

// -----

// expected-error@+1 {{a layout is a permutation of the dimensions, one of which may be split}}
func.func private @half(tensor<32xf32, #nn.dims<32 layout affine_map<(a) -> (a floordiv 16)>>>)

// -----

// expected-error@+1 {{a free size has a name and bounds 0 <= min <= max}}
nn.entry @bounds() -> () attributes {sizes = [#nn.size<"B" min 4 max 2>]} {
  nn.return
}
