nn.param @nothing : tensor<5x0xf32> = <uniform, [-1.0, 1.0]>
nn.param @some : tensor<64xf32> = <uniform, [-1.0, 1.0]>
nn.entry @forward(%x: tensor<64xf32> {nn.name = "x"}) -> (tensor<64xf32> {nn.name = "y"}, tensor<5xf32> {nn.name = "z"}) attributes {sizes = []} {
  %p = nn.get @nothing : tensor<5x0xf32>
  %q = nn.get @some : tensor<64xf32>
  %b = nn.broadcast %x dims [2] : tensor<64xf32> -> tensor<64x0x64xf32>
  %r = nn.relu %b : tensor<64x0x64xf32>
  %s = nn.reduce add %r dims [0, 1] : tensor<64x0x64xf32> -> tensor<64xf32>
  %y = nn.add %s, %q : tensor<64xf32>
  %z = nn.reduce add %p dims [1] : tensor<5x0xf32> -> tensor<5xf32>
  nn.return %y, %z : tensor<64xf32>, tensor<5xf32>
}
