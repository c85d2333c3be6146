// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @broadcast_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.broadcast %x dims [1] : tensor<4xf32> -> tensor<2x4xf64>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: 'dims' has one entry for each operand dimension}}
  %0 = nn.broadcast %x dims [] : tensor<4xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @broadcast_c3(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C3: 'dims' ascends within the result's rank}}
  %0 = nn.broadcast %x dims [1, 0] : tensor<2x4xf32> -> tensor<4x2xf32>
  return
}

// -----

// No size 1 is stretched.
func.func @broadcast_c4(%x: tensor<1xf32>) {
  // expected-error@+1 {{C4: operand dimension 0 has size 1, result dimension 0 has B}}
  %0 = nn.broadcast %x dims [0] : tensor<1xf32> -> tensor<?xf32, #nn.dims<B>>
  return
}

// -----

func.func @reshape_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.reshape %x : tensor<4xf32> -> tensor<2x2xi32>
  return
}

// -----

func.func @reshape_c2(%x: tensor<?x4xf32, #nn.dims<B, 4>>) {
  // expected-error@+1 {{C2: B * 4 elements become B * 3}}
  %0 = nn.reshape %x : tensor<?x4xf32, #nn.dims<B, 4>> -> tensor<?xf32, #nn.dims<B * 3>>
  return
}

// -----

func.func @transpose_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: 'perm' is not a permutation of the operand's dimensions}}
  %0 = nn.transpose %x perm [1, 1] : tensor<2x4xf32> -> tensor<4x2xf32>
  return
}

// -----

func.func @transpose_c2(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C2: result has type 'tensor<2x4xf32>', expected 'tensor<4x2xf32>'}}
  %0 = nn.transpose %x perm [1, 0] : tensor<2x4xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.slice %x low [0] : tensor<4xf32> -> tensor<2xf64>
  return
}

// -----

func.func @slice_c2(%x: tensor<4x2xf32>) {
  // expected-error@+1 {{C2: operand, result and 'low' have one rank}}
  %0 = nn.slice %x low [0] : tensor<4x2xf32> -> tensor<2xf32>
  return
}

// -----

func.func @slice_c3(%x: tensor<4x2xf32>) {
  // expected-error@+1 {{C3: dimension 0: 2 from 3 on is not inside 4}}
  %0 = nn.slice %x low [3, 0] : tensor<4x2xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @slice_c3_negative(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: dimension 0: 2 from -1 on is not inside 4}}
  %0 = nn.slice %x low [-1] : tensor<4xf32> -> tensor<2xf32>
  return
}

// -----

// A dimension with a free size stays whole.
func.func @slice_c3_free(%x: tensor<?xf32, #nn.dims<B + 1>>) {
  // expected-error@+1 {{C3: dimension 0: B from 0 on is not inside B + 1}}
  %0 = nn.slice %x low [0] : tensor<?xf32, #nn.dims<B + 1>> -> tensor<?xf32, #nn.dims<B>>
  return
}

// -----

func.func @pad_c1(%x: tensor<2xf32>) {
  // expected-error@+1 {{C1: operand and result differ in element type}}
  %0 = nn.pad %x low [0] : tensor<2xf32> -> tensor<4xi32>
  return
}

// -----

func.func @pad_c2(%x: tensor<2xf32>) {
  // expected-error@+1 {{C2: operand, result and 'low' have one rank}}
  %0 = nn.pad %x low [0, 1] : tensor<2xf32> -> tensor<4xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<4xf32>) {
  // expected-error@+1 {{C3: dimension 0: 4 from 1 on is not inside 4}}
  %0 = nn.pad %x low [1] : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @concat_c1() {
  // expected-error@+1 {{C1: has at least one part}}
  %0 = nn.concat axis 0 : () -> tensor<4xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: 'axis' is a dimension of the whole}}
  %0 = nn.concat %x axis 1 : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @concat_c3(%x: tensor<4xf32>, %y: tensor<4xf64>) {
  // expected-error@+1 {{C3: the part 'tensor<4xf64>' differs from 'tensor<8xf32>' in rank or element type}}
  %0 = nn.concat %x, %y axis 0 : (tensor<4xf32>, tensor<4xf64>) -> tensor<8xf32>
  return
}

// -----

func.func @concat_c3_sizes(%x: tensor<4x2xf32>, %y: tensor<4x3xf32>) {
  // expected-error@+1 {{C3: the part 'tensor<4x3xf32>' differs from 'tensor<8x2xf32>' in more than axis 0}}
  %0 = nn.concat %x, %y axis 0 : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<8x2xf32>
  return
}

// -----

func.func @concat_c4(%x: tensor<4xf32>) {
  // expected-error@+1 {{C4: the parts have 8 along axis 0, the whole has 9}}
  %0 = nn.concat %x, %x axis 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<9xf32>
  return
}

// -----

func.func @split_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{C1: has at least one part}}
  nn.split %x axis 0 : (tensor<4xf32>) -> ()
  return
}

// -----

func.func @split_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{C2: 'axis' is a dimension of the whole}}
  %0 = nn.split %x axis 1 : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @split_c3(%x: tensor<4x2xf32>) {
  // expected-error@+1 {{C3: the part 'tensor<2xf32>' differs from 'tensor<4x2xf32>' in rank or element type}}
  %0, %1 = nn.split %x axis 0 : (tensor<4x2xf32>) -> (tensor<2x2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @split_c4(%x: tensor<?x4xf32, #nn.dims<B, 4>>) {
  // expected-error@+1 {{C4: the parts have 3 along axis 1, the whole has 4}}
  %0, %1 = nn.split %x axis 1 : (tensor<?x4xf32, #nn.dims<B, 4>>) -> (tensor<?x1xf32, #nn.dims<B, 1>>, tensor<?x2xf32, #nn.dims<B, 2>>)
  return
}
