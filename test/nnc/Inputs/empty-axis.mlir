nn.entry @forward(%x: tensor<64xf32> {nn.name = "x"}) -> (tensor<64xf32> {nn.name = "y"}) attributes {sizes = []} {
  %b = nn.broadcast %x dims [2] : tensor<64xf32> -> tensor<64x0x64xf32>
  %r = nn.relu %b : tensor<64x0x64xf32>
  %y = nn.reduce add %r dims [0, 1] : tensor<64x0x64xf32> -> tensor<64xf32>
  nn.return %y : tensor<64xf32>
}
