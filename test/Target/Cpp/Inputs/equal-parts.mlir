nn.entry @forward(%x: tensor<?x64xf32, #nn.dims<B, 64>> {nn.name = "x"}) -> (tensor<?x192xi1, #nn.dims<B, 192>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %a = nn.compare gt %x, %x : tensor<?x64xf32, #nn.dims<B, 64>> -> tensor<?x64xi1, #nn.dims<B, 64>>
  %b = nn.not %a : tensor<?x64xi1, #nn.dims<B, 64>>
  %y = nn.concat %a, %b, %b axis 1 : (tensor<?x64xi1, #nn.dims<B, 64>>, tensor<?x64xi1, #nn.dims<B, 64>>, tensor<?x64xi1, #nn.dims<B, 64>>) -> tensor<?x192xi1, #nn.dims<B, 192>>
  nn.return %y : tensor<?x192xi1, #nn.dims<B, 192>>
}
