// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @max_pool_c1(%x: tensor<1x4xf32>) {
  // expected-error@+1 {{C1: the operand has batch, channels and one to three spatial axes}}
  %0 = nn.max_pool %x kernel [] stride [] dilation [] pad [], [] : tensor<1x4xf32> -> tensor<1x4xf32>
  return
}

// -----

func.func @max_pool_c2(%x: tensor<1x4x8xf32>) {
  // expected-error@+1 {{C2: kernel, stride, dilation and pads have one number for each of the 1 axes}}
  %0 = nn.max_pool %x kernel [2, 2] stride [2] dilation [1] pad [0], [0] : tensor<1x4x8xf32> -> tensor<1x4x4xf32>
  return
}

// -----

func.func @avg_pool_c3(%x: tensor<1x4x8xf32>) {
  // expected-error@+1 {{C3: kernel, stride and dilation are numbers from 1, pads from 0, none above 2^24}}
  %0 = nn.avg_pool %x kernel [0] stride [2] pad [0], [0] : tensor<1x4x8xf32> -> tensor<1x4x4xf32>
  return
}

// -----

func.func @avg_pool_c4(%x: tensor<1x4x8xf32>) {
  // expected-error@+1 {{C4: a pad is at most half of the window, 1}}
  %0 = nn.avg_pool %x kernel [3] stride [2] pad [2], [0] : tensor<1x4x8xf32> -> tensor<1x4x4xf32>
  return
}

// -----

func.func @avg_pool_c5(%x: tensor<1x4x?xf32, #nn.dims<1, 4, T>>) {
  // expected-error@+1 {{C5: `ceil` along a free size needs windows without gaps between them}}
  %0 = nn.avg_pool %x kernel [1] stride [2] pad [0], [0] ceil : tensor<1x4x?xf32, #nn.dims<1, 4, T>> -> tensor<1x4x?xf32, #nn.dims<1, 4, (T + 1) floordiv 2>>
  return
}

// -----

func.func @max_pool_c6(%x: tensor<1x4x8xf32>) {
  // expected-error@+1 {{C6: result has type 'tensor<1x4x3xf32>', expected 'tensor<1x4x4xf32>'}}
  %0 = nn.max_pool %x kernel [2] stride [2] dilation [1] pad [0], [0] : tensor<1x4x8xf32> -> tensor<1x4x3xf32>
  return
}

// -----

func.func @max_pool_c6_fit(%x: tensor<1x4x2xf32>) {
  // expected-error@+1 {{C6: the window does not fit into axis 2}}
  %0 = nn.max_pool %x kernel [2] stride [1] dilation [2] pad [0], [0] : tensor<1x4x2xf32> -> tensor<1x4x1xf32>
  return
}
