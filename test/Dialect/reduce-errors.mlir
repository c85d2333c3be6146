// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @reduce_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: 'dims' ascends within the operand's rank}}
  %0 = nn.reduce add %x dims [1, 0] : tensor<2x4xf32> -> tensor<f32>
  return
}

// -----

func.func @reduce_c2(%x: tensor<4xi1>) {
  // expected-error@+1 {{C2: any and all reduce i1, the other kinds reduce numbers}}
  %0 = nn.reduce add %x dims [0] : tensor<4xi1> -> tensor<i1>
  return
}

// -----

func.func @reduce_c3(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C3: result has type 'tensor<2xf32>', expected 'tensor<4xf32>'}}
  %0 = nn.reduce add %x dims [0] : tensor<2x4xf32> -> tensor<2xf32>
  return
}

// -----

func.func @arg_max_c1(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: axis 2 is outside rank 2}}
  %0 = nn.arg_max %x axis 2 : tensor<2x4xf32> -> tensor<2xi64>
  return
}

// -----

func.func @arg_max_c2(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{C2: result has not the operand's shape without the axis}}
  %0 = nn.arg_max %x axis 1 : tensor<2x4xf32> -> tensor<4xi64>
  return
}

// -----

func.func @arg_min_c3(%x: tensor<2x0xf32>) {
  // expected-error@+1 {{C3: an axis of size 0 has no largest or smallest element}}
  %0 = nn.arg_min %x axis 1 : tensor<2x0xf32> -> tensor<2xi64>
  return
}
