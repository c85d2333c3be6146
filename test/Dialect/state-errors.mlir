// RUN: nnc-opt %s -verify-diagnostics -split-input-file

// expected-error@+1 {{C1: needs a static type}}
"nn.param"() {sym_name = "param_c1", type = tensor<?xf32, #nn.dims<B>>, init = #nn.init<constant, [0.0]>} : () -> ()

// -----

// expected-error@+1 {{C2: initial values are 'tensor<3xf32>', expected 'tensor<2xf32>'}}
nn.param @param_c2 : tensor<2xf32> = <values, dense<1.0> : tensor<3xf32>>

// -----

// expected-error@+1 {{C3: a parameter holds floating-point numbers}}
nn.param @param_c3 : tensor<2xi32> = <constant, [0.0]>

// -----

// expected-error@+1 {{initial value 'uniform' takes 2 number(s)}}
nn.param @init : tensor<2xf32> = <uniform, [0.0]>

// -----

// expected-error@+1 {{C3: '@p' is not a parameter}}
nn.state @state_c3 of @p : tensor<2xf32> = <constant, [0.0]>

// -----

nn.entry @get_c1() -> tensor<2xf32> attributes {sizes = []} {
  // expected-error@+1 {{C1: '@p' is not a parameter, state or derived copy}}
  %0 = nn.get @p : tensor<2xf32>
  nn.return %0 : tensor<2xf32>
}

// -----

nn.param @p : tensor<3xf32> = <constant, [0.0]>
nn.entry @get_c2() -> tensor<2xf32> attributes {sizes = []} {
  // expected-error@+1 {{C2: '@p' has type 'tensor<3xf32>'}}
  %0 = nn.get @p : tensor<2xf32>
  nn.return %0 : tensor<2xf32>
}

// -----

// expected-error@+1 {{C1: unknown kind 'train'}}
nn.entry @entry_c1() -> () attributes {kind = "train", sizes = []} {
  nn.return
}

// -----

// expected-error@+1 {{C2: 'sizes' lists #nn.size attributes, each name once}}
nn.entry @entry_c2() -> () attributes {sizes = [#nn.size<"B">, #nn.size<"B" max 2>]} {
  nn.return
}

// -----

// expected-error@+1 {{C3: 'facts' lists #nn.fact attributes}}
nn.entry @entry_c3() -> () attributes {sizes = [], facts = ["T <= 256"]} {
  nn.return
}

// -----

// expected-error@+1 {{C4: argument #0 is not a tensor with named sizes}}
nn.entry @entry_c4(%x: tensor<?xf32>) -> () attributes {sizes = []} {
  nn.return
}

// -----

// expected-error@+1 {{C5: argument #0 uses the size 'T', which 'sizes' does not list}}
nn.entry @entry_c5(%x: tensor<?xf32, #nn.dims<T>>) -> () attributes {sizes = [#nn.size<"B">]} {
  nn.return
}

// -----

// expected-error@+1 {{C6: ends with nn.return}}
nn.entry @entry_c6() -> () attributes {sizes = []} {
  func.return
}

// -----

nn.entry @return_c1(%x: tensor<2xf32>) -> tensor<3xf32> attributes {sizes = []} {
  // expected-error@+1 {{C1: outputs differ from the entry's results}}
  nn.return %x : tensor<2xf32>
}

// -----

nn.param @p : tensor<2xf32> = <constant, [0.0]>
nn.entry @return_c2(%x: tensor<2xf32>) -> () attributes {sizes = []} {
  // expected-error@+1 {{C2: 2 target(s) for 1 update(s)}}
  nn.return update [@p, @p] = %x : tensor<2xf32>
}

// -----

nn.param @p : tensor<2xf32> = <constant, [0.0]>
nn.entry @return_c3(%x: tensor<2xf32>) -> () attributes {sizes = []} {
  // expected-error@+1 {{C3: @p is updated twice}}
  nn.return update [@p, @p] = %x, %x : tensor<2xf32>, tensor<2xf32>
}

// -----

nn.entry @return_c4(%x: tensor<2xf32>) -> () attributes {sizes = []} {
  // expected-error@+1 {{C4: @p is not a parameter, state or derived copy}}
  nn.return update [@p] = %x : tensor<2xf32>
}

// -----

nn.param @p : tensor<3xf32> = <constant, [0.0]>
nn.entry @return_c5(%x: tensor<2xf32>) -> () attributes {sizes = []} {
  // expected-error@+1 {{C5: @p has type 'tensor<3xf32>', its update 'tensor<2xf32>'}}
  nn.return update [@p] = %x : tensor<2xf32>
}

// -----

func.func @constant_c1() {
  // expected-error@+1 {{C1: the value has type 'tensor<2xf32>'}}
  %0 = nn.constant dense<0.0> : tensor<2xf32> : tensor<3xf32>
  return
}

// -----

func.func @size_c1() {
  // expected-error@+1 {{C1: a size is a number: f32, f64 or i64 of rank 0}}
  %0 = nn.size "B" : tensor<i32>
  return
}

// -----

nn.entry @size_c2() -> () attributes {sizes = []} {
  // expected-error@+1 {{C2: the entry has no free size 'B'}}
  %0 = nn.size "B" : tensor<f32>
  nn.return
}
