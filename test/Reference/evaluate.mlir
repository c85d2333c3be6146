// RUN: nnc-opt %s --nn-evaluate="entry=step sizes=B=2 scalars=lr=0.5" | FileCheck %s --match-full-lines
// An entry with a free size, state, a scalar, a group and updates; a packed copy reads as its parameter.

nn.param @p : tensor<2xf32> = <values, dense<[1.0, 2.0]> : tensor<2xf32>>
nn.state @count : tensor<i64> = <constant, [41.0]>
nn.entry @step(%lr: tensor<f32> {nn.scalar = "lr"}) -> (tensor<?x2xf32, #nn.dims<B, 2>> {nn.name = "y"}, tensor<i64> {nn.name = "n"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %p = nn.get @p : tensor<2xf32>
  %y, %q = nn.group (%gp = %p : tensor<2xf32>, %glr = %lr : tensor<f32>) -> (tensor<?x2xf32, #nn.dims<B, 2>>, tensor<2xf32>) {
    %b = nn.broadcast %gp dims [1] : tensor<2xf32> -> tensor<?x2xf32, #nn.dims<B, 2>>
    %s = nn.broadcast %glr dims [] : tensor<f32> -> tensor<2xf32>
    %m = nn.mul %gp, %s : tensor<2xf32>
    nn.yield %b, %m : tensor<?x2xf32, #nn.dims<B, 2>>, tensor<2xf32>
  }
  %n = nn.size "B" : tensor<i64>
  %c = nn.get @count : tensor<i64>
  %c1 = nn.add %c, %n : tensor<i64>
  nn.return %y, %n : tensor<?x2xf32, #nn.dims<B, 2>>, tensor<i64> update [@p, @count] = %q, %c1 : tensor<2xf32>, tensor<i64>
}
// CHECK: y = [{{\[}}1, 2], [1, 2]]
// CHECK-NEXT: n = 2
// CHECK-NEXT: update count = 43
// CHECK-NEXT: update p = [0.5, 1]
