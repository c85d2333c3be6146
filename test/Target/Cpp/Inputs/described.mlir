// Everything that a descriptor can say: starts of every kind and type, facts, labels, bounds, names that are no words of
// C++ and words that are.
module @"say \22hi\22 */ ??/" {
  nn.param @int : tensor<2x3xf32> = <values, dense<[[1.0, -0.0, 0x7F800000], [0x7FC00001, 1.0e-45, 3.4e38]]> : tensor<2x3xf32>>
  nn.param @"a \22b\22\\" : tensor<3xf32> = <values, dense<0.1> : tensor<3xf32>> frozen
  nn.param @a.b : tensor<3xf32> = <normal, [0.0, 1.0e-3]> no_decay
  nn.param @a_b : tensor<3x3xf32> = <orthogonal, [1.5]>
  nn.state @state : tensor<f32> = <constant, [7.0]>
  nn.entry @forward(%x: tensor<?x3xf32, #nn.dims<B, 3>> {nn.name = "x"},
                    %kind: tensor<?xi32, #nn.dims<B>> {nn.name = "kind\0A*/", nn.index_bound = 10 : i64, nn.labels = ["a", "b\22", "c\\", "??/", "%s", "\C3\BC", "\FF", "//", "*/", ""]},
                    %when: tensor<?x2xi64, #nn.dims<T, 2>> {nn.name = "when", nn.index_bound = 6 : i64})
      -> (tensor<?x3xf32, #nn.dims<B, 3>> {nn.name = "y", nn.labels = ["p", "q", "r"]}, tensor<?x2xi64, #nn.dims<T, 2>> {nn.name = "x"})
      attributes {kind = "forward", sizes = [#nn.size<"B" max 12>, #nn.size<"T" min 2 max 7>],
                  facts = [#nn.fact<B - T le 4, "B - T <= 4 \22quoted\22", "w.nn:3:7">, #nn.fact<T mod 3 ne 0, "T", "w.nn:4:7">,
                           #nn.fact<(B - T) floordiv 2 le 1, "half", "w.nn:5:7">, #nn.fact<B ceildiv 5 ne 2, "fifth", "w.nn:6:7">]} {
    %a = nn.get @a.b : tensor<3xf32>
    %b = nn.get @"a \22b\22\\" : tensor<3xf32>
    %c = nn.add %a, %b : tensor<3xf32>
    %d = nn.broadcast %c dims [1] : tensor<3xf32> -> tensor<?x3xf32, #nn.dims<B, 3>>
    %y = nn.add %x, %d : tensor<?x3xf32, #nn.dims<B, 3>>
    %z = nn.add %when, %when : tensor<?x2xi64, #nn.dims<T, 2>>
    nn.return %y, %z : tensor<?x3xf32, #nn.dims<B, 3>>, tensor<?x2xi64, #nn.dims<T, 2>>
  }
}
