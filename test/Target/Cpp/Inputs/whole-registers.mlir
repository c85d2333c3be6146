nn.entry @forward(%x: tensor<?x1x64xf32, #nn.dims<B, 1, 64>> {nn.name = "x"}) -> (tensor<?x1x64xf32, #nn.dims<B, 1, 64>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %y = nn.mul %x, %x : tensor<?x1x64xf32, #nn.dims<B, 1, 64>>
  nn.return %y : tensor<?x1x64xf32, #nn.dims<B, 1, 64>>
}
