// RUN: nnc-opt %s -verify-diagnostics -split-input-file

func.func @scan_c1(%h: tensor<2xf32>) {
  // expected-error@+1 {{C1: 'steps' is one size}}
  %0 = nn.scan steps #nn.dims<5, 2> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c2_results(%h: tensor<2xf32>) {
  // expected-error@+1 {{C2: results are 1 carries and 1 stacks}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [0] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c2(%x: tensor<5x2xf32>) {
  // expected-error@+1 {{C2: 'xs_axes' has one axis for each of 'xs'}}
  %0 = nn.scan steps #nn.dims<5> consts() init() xs(%x) [] ys [0] : (tensor<5x2xf32>) -> tensor<5x2xf32> {
  ^bb0(%t: tensor<i64>, %s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c3(%x: tensor<5x2xf32>) {
  // expected-error@+1 {{C3: xs #0 has no axis 2}}
  %0 = nn.scan steps #nn.dims<5> consts() init() xs(%x) [2] ys [0] : (tensor<5x2xf32>) -> tensor<5x2xf32> {
  ^bb0(%t: tensor<i64>, %s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c3_steps(%x: tensor<5x2xf32>) {
  // expected-error@+1 {{C3: xs #0 has 2 steps, the scan 5}}
  %0 = nn.scan steps #nn.dims<5> consts() init() xs(%x) [1] ys [0] : (tensor<5x2xf32>) -> tensor<5x2xf32> {
  ^bb0(%t: tensor<i64>, %s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c3_free(%x: tensor<?x2xf32, #nn.dims<T, 2>>) {
  // expected-error@+1 {{C3: ys #0 has T + 1 steps, the scan T}}
  %0 = nn.scan steps #nn.dims<T> consts() init() xs(%x) [0] ys [0] : (tensor<?x2xf32, #nn.dims<T, 2>>) -> tensor<?x2xf32, #nn.dims<T + 1, 2>> {
  ^bb0(%t: tensor<i64>, %s: tensor<2xf32>):
    nn.yield %s : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c4(%h: tensor<2xf32>) {
  // expected-error@+1 {{C4: the body has 1 arguments, expected 2}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>):
    %c = nn.constant dense<1.0> : tensor<2xf32> : tensor<2xf32>
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c4_step(%h: tensor<2xf32>) {
  // expected-error@+1 {{C4: the body's arguments #0 is 'tensor<i32>', expected 'tensor<i64>'}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i32>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c4_yields(%h: tensor<2xf32>, %x: tensor<5x3xf32>) {
  // expected-error@+1 {{C4: the body's yields #1 is 'tensor<2xf32>', expected 'tensor<3xf32>'}}
  %0:2 = nn.scan steps #nn.dims<5> consts() init(%h) xs(%x) [0] ys [0] : (tensor<2xf32>, tensor<5x3xf32>) -> (tensor<2xf32>, tensor<5x3xf32>) {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>, %s: tensor<3xf32>):
    nn.yield %c, %c : tensor<2xf32>, tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c4_terminator(%h: tensor<2xf32>) {
  // expected-error@+1 {{C4: the body ends with nn.yield}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.return %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c5(%h: tensor<2xf32>) {
  // expected-error@+1 {{C5: a final carry has the type of its start}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<3xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c6(%h: tensor<2xf32>, %n: tensor<2x1xi32>) {
  // expected-error@+1 {{C6: 'lengths' has rank 1, one length a row}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] lengths %n ys [] : (tensor<2xf32>, tensor<2x1xi32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

func.func @scan_c6_rows(%h: tensor<2xf32>, %n: tensor<?xi32, #nn.dims<B>>) {
  // expected-error@+1 {{C6: with 'lengths' the first axis of carries and slices has its B rows, not 'tensor<2xf32>'}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] lengths %n ys [] : (tensor<2xf32>, tensor<?xi32, #nn.dims<B>>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    nn.yield %c : tensor<2xf32>
  }
  return
}

// -----

// The body sees its arguments alone.
func.func @scan_isolated(%h: tensor<2xf32>) {
  // expected-note@+1 {{required by region isolation constraints}}
  %0 = nn.scan steps #nn.dims<5> consts() init(%h) xs() [] ys [] : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%t: tensor<i64>, %c: tensor<2xf32>):
    // expected-error@+1 {{using value defined outside the region}}
    %d = nn.add %c, %h : tensor<2xf32>
    nn.yield %d : tensor<2xf32>
  }
  return
}
