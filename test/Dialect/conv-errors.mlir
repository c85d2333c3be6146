// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @conv_c1(%x: tensor<1x4xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{C1: input, filter and output have batch, channels and one to three spatial axes}}
  %0 = nn.conv %x, %w stride [] dilation [] pad [], [] : (tensor<1x4xf32>, tensor<2x4xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error@+1 {{C2: stride, dilation and pads have one number for each of the 1 axes}}
  %0 = nn.conv %x, %w stride [1, 1] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @conv_c3(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error@+1 {{C3: taps are a number from 1, strides and dilations from 1, pads from 0, none above 2^24}}
  %0 = nn.conv %x, %w stride [0] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @conv_c4(%x: tensor<1x4x8xf32>, %w: tensor<2x3x3xf32>) {
  // expected-error@+1 {{C4: a filter has 4 / 2 channels, and the 2 groups divide its outputs}}
  %0 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] groups 2 : (tensor<1x4x8xf32>, tensor<2x3x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @conv_c5(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf64>) {
  // expected-error@+1 {{C5: the operands differ in element type}}
  %0 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf64>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @conv_c6(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error@+1 {{C6: the output has type 'tensor<1x2x7xf32>', expected 'tensor<1x2x6xf32>'}}
  %0 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x7xf32>
  return
}

// -----

func.func @conv_c6_fit(%x: tensor<1x4x2xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error@+1 {{C6: the filter does not fit into axis 2}}
  %0 = nn.conv %x, %w stride [1] dilation [1] pad [0], [0] : (tensor<1x4x2xf32>, tensor<2x4x3xf32>) -> tensor<1x2x1xf32>
  return
}

// -----

func.func @conv_c7(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>, %b: tensor<2xf32>) {
  // expected-error@+1 {{C7: init is typed as the result}}
  %0 = nn.conv %x, %w init %b : tensor<2xf32> stride [1] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

// One place more in the result than the forward convolution reaches.
func.func @conv_input_grad_c6(%g: tensor<1x2x3xf32>, %w: tensor<2x4x2xf32>) {
  // expected-error@+1 {{C6: the output has type 'tensor<1x2x3xf32>', expected 'tensor<1x2x4xf32>'}}
  %0 = nn.conv_input_grad %g, %w stride [2] dilation [1] pad [0], [0] : (tensor<1x2x3xf32>, tensor<2x4x2xf32>) -> tensor<1x4x8xf32>
  return
}

// -----

func.func @conv_filter_grad_c4(%x: tensor<1x4x8xf32>, %g: tensor<1x2x6xf32>) {
  // expected-error@+1 {{C4: a filter has 4 / 1 channels, and the 1 groups divide its outputs}}
  %0 = nn.conv_filter_grad %x, %g stride [1] dilation [1] pad [0], [0] : (tensor<1x4x8xf32>, tensor<1x2x6xf32>) -> tensor<2x3x3xf32>
  return
}

// -----

func.func @conv_c3_large(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error@+1 {{C3: taps are a number from 1, strides and dilations from 1, pads from 0, none above 2^24}}
  %0 = nn.conv %x, %w stride [1] dilation [9223372036854775807] pad [0], [0] : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}
