// A classifier 784-256-128-10: forward, and a training step with Adam and clipping by the global norm.
!b = tensor<?xf32, #nn.dims<B>>
!y = tensor<?xi32, #nn.dims<B>>
!a784 = tensor<?x784xf32, #nn.dims<B, 784>>
!a256 = tensor<?x256xf32, #nn.dims<B, 256>>
!a128 = tensor<?x128xf32, #nn.dims<B, 128>>
!a10 = tensor<?x10xf32, #nn.dims<B, 10>>
!wfc1 = tensor<256x784xf32>
!bfc1 = tensor<256xf32>
nn.param @fc1.weight : !wfc1 = <uniform, [-0.05, 0.05]>
nn.param @fc1.bias : !bfc1 = <constant, [0.0]> no_decay
!wfc2 = tensor<128x256xf32>
!bfc2 = tensor<128xf32>
nn.param @fc2.weight : !wfc2 = <uniform, [-0.05, 0.05]>
nn.param @fc2.bias : !bfc2 = <constant, [0.0]> no_decay
!wfc3 = tensor<10x128xf32>
!bfc3 = tensor<10xf32>
nn.param @fc3.weight : !wfc3 = <uniform, [-0.05, 0.05]>
nn.param @fc3.bias : !bfc3 = <constant, [0.0]> no_decay
nn.state @optimizer.fc1.weight.m of @fc1.weight : !wfc1 = <constant, [0.0]>
nn.state @optimizer.fc1.weight.v of @fc1.weight : !wfc1 = <constant, [0.0]>
nn.state @optimizer.fc1.bias.m of @fc1.bias : !bfc1 = <constant, [0.0]>
nn.state @optimizer.fc1.bias.v of @fc1.bias : !bfc1 = <constant, [0.0]>
nn.state @optimizer.fc2.weight.m of @fc2.weight : !wfc2 = <constant, [0.0]>
nn.state @optimizer.fc2.weight.v of @fc2.weight : !wfc2 = <constant, [0.0]>
nn.state @optimizer.fc2.bias.m of @fc2.bias : !bfc2 = <constant, [0.0]>
nn.state @optimizer.fc2.bias.v of @fc2.bias : !bfc2 = <constant, [0.0]>
nn.state @optimizer.fc3.weight.m of @fc3.weight : !wfc3 = <constant, [0.0]>
nn.state @optimizer.fc3.weight.v of @fc3.weight : !wfc3 = <constant, [0.0]>
nn.state @optimizer.fc3.bias.m of @fc3.bias : !bfc3 = <constant, [0.0]>
nn.state @optimizer.fc3.bias.v of @fc3.bias : !bfc3 = <constant, [0.0]>
nn.entry @forward(%x: !a784 {nn.name = "x"}) -> (!a10 {nn.name = "logits"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %wfc1 = nn.get @fc1.weight : !wfc1
  %bfc1 = nn.get @fc1.bias : !bfc1
  %cfc1 = nn.broadcast %bfc1 dims [1] : !bfc1 -> !a256
  %zfc1 = nn.contract %x, %wfc1 init %cfc1 : !a256 "bi,oi->bo" : (!a784, !wfc1) -> !a256
  %hfc1 = nn.relu %zfc1 : !a256
  %wfc2 = nn.get @fc2.weight : !wfc2
  %bfc2 = nn.get @fc2.bias : !bfc2
  %cfc2 = nn.broadcast %bfc2 dims [1] : !bfc2 -> !a128
  %zfc2 = nn.contract %hfc1, %wfc2 init %cfc2 : !a128 "bi,oi->bo" : (!a256, !wfc2) -> !a128
  %hfc2 = nn.relu %zfc2 : !a128
  %wfc3 = nn.get @fc3.weight : !wfc3
  %bfc3 = nn.get @fc3.bias : !bfc3
  %cfc3 = nn.broadcast %bfc3 dims [1] : !bfc3 -> !a10
  %zfc3 = nn.contract %hfc2, %wfc3 init %cfc3 : !a10 "bi,oi->bo" : (!a128, !wfc3) -> !a10
  nn.return %zfc3 : !a10
}
nn.entry @step(%x: !a784 {nn.name = "x"}, %y: !y {nn.name = "y"}, %lr: tensor<f32> {nn.scalar = "lr"}, %k1: tensor<f32> {nn.scalar = "c1"}, %k2: tensor<f32> {nn.scalar = "c2"}) -> (tensor<f32> {nn.name = "loss"}, tensor<f32> {nn.name = "grad_norm"}, tensor<i1> {nn.name = "finite"}) attributes {sizes = [#nn.size<"B" max 64>]} {
  %wfc1 = nn.get @fc1.weight : !wfc1
  %bfc1 = nn.get @fc1.bias : !bfc1
  %cfc1 = nn.broadcast %bfc1 dims [1] : !bfc1 -> !a256
  %zfc1 = nn.contract %x, %wfc1 init %cfc1 : !a256 "bi,oi->bo" : (!a784, !wfc1) -> !a256
  %hfc1 = nn.relu %zfc1 : !a256
  %wfc2 = nn.get @fc2.weight : !wfc2
  %bfc2 = nn.get @fc2.bias : !bfc2
  %cfc2 = nn.broadcast %bfc2 dims [1] : !bfc2 -> !a128
  %zfc2 = nn.contract %hfc1, %wfc2 init %cfc2 : !a128 "bi,oi->bo" : (!a256, !wfc2) -> !a128
  %hfc2 = nn.relu %zfc2 : !a128
  %wfc3 = nn.get @fc3.weight : !wfc3
  %bfc3 = nn.get @fc3.bias : !bfc3
  %cfc3 = nn.broadcast %bfc3 dims [1] : !bfc3 -> !a10
  %zfc3 = nn.contract %hfc2, %wfc3 init %cfc3 : !a10 "bi,oi->bo" : (!a128, !wfc3) -> !a10
  %l, %lse = nn.softmax_cross_entropy %zfc3, %y : (!a10, !y) -> (!b, !b)
  %s = nn.reduce add %l dims [0] : !b -> tensor<f32>
  %n = nn.size "B" : tensor<f32>
  %loss = nn.div %s, %n : tensor<f32>
  %one = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %g = nn.div %one, %n : tensor<f32>
  %gl = nn.broadcast %g dims [] : tensor<f32> -> !b
  %dfc3 = nn.softmax_cross_entropy_grad %zfc3, %y, %lse, %gl : (!a10, !y, !b, !b) -> !a10
  %gbfc3 = nn.reduce add %dfc3 dims [0] : !a10 -> !bfc3
  %gwfc3 = nn.contract %dfc3, %hfc2 "bo,bi->oi" : (!a10, !a128) -> !wfc3
  %dhfc2 = nn.contract %dfc3, %wfc3 "bo,oi->bi" : (!a10, !wfc3) -> !a128
  %dfc2 = nn.relu_grad %hfc2, %dhfc2 : !a128
  %gbfc2 = nn.reduce add %dfc2 dims [0] : !a128 -> !bfc2
  %gwfc2 = nn.contract %dfc2, %hfc1 "bo,bi->oi" : (!a128, !a256) -> !wfc2
  %dhfc1 = nn.contract %dfc2, %wfc2 "bo,oi->bi" : (!a128, !wfc2) -> !a256
  %dfc1 = nn.relu_grad %hfc1, %dhfc1 : !a256
  %gbfc1 = nn.reduce add %dfc1 dims [0] : !a256 -> !bfc1
  %gwfc1 = nn.contract %dfc1, %x "bo,bi->oi" : (!a256, !a784) -> !wfc1
  %qwfc1 = nn.mul %gwfc1, %gwfc1 : !wfc1
  %swfc1 = nn.reduce add %qwfc1 dims [0, 1] : !wfc1 -> tensor<f32>
  %qbfc1 = nn.mul %gbfc1, %gbfc1 : !bfc1
  %sbfc1 = nn.reduce add %qbfc1 dims [0] : !bfc1 -> tensor<f32>
  %tbfc1 = nn.add %swfc1, %sbfc1 : tensor<f32>
  %qwfc2 = nn.mul %gwfc2, %gwfc2 : !wfc2
  %swfc2 = nn.reduce add %qwfc2 dims [0, 1] : !wfc2 -> tensor<f32>
  %twfc2 = nn.add %tbfc1, %swfc2 : tensor<f32>
  %qbfc2 = nn.mul %gbfc2, %gbfc2 : !bfc2
  %sbfc2 = nn.reduce add %qbfc2 dims [0] : !bfc2 -> tensor<f32>
  %tbfc2 = nn.add %twfc2, %sbfc2 : tensor<f32>
  %qwfc3 = nn.mul %gwfc3, %gwfc3 : !wfc3
  %swfc3 = nn.reduce add %qwfc3 dims [0, 1] : !wfc3 -> tensor<f32>
  %twfc3 = nn.add %tbfc2, %swfc3 : tensor<f32>
  %qbfc3 = nn.mul %gbfc3, %gbfc3 : !bfc3
  %sbfc3 = nn.reduce add %qbfc3 dims [0] : !bfc3 -> tensor<f32>
  %tbfc3 = nn.add %twfc3, %sbfc3 : tensor<f32>
  %norm = nn.sqrt %tbfc3 : tensor<f32>
  %inf = nn.constant dense<0x7F800000> : tensor<f32> : tensor<f32>
  %finite = nn.compare lt %norm, %inf : tensor<f32> -> tensor<i1>
  %limit = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %ratio = nn.div %limit, %norm : tensor<f32>
  %clip = nn.min %limit, %ratio : tensor<f32>
  %mwfc1 = nn.get @optimizer.fc1.weight.m : !wfc1
  %vwfc1 = nn.get @optimizer.fc1.weight.v : !wfc1
  %cbwfc1 = nn.broadcast %clip dims [] : tensor<f32> -> !wfc1
  %cgwfc1 = nn.mul %gwfc1, %cbwfc1 : !wfc1
  %uwfc1, %umwfc1, %uvwfc1 = nn.adam %wfc1, %cgwfc1, %mwfc1, %vwfc1 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !wfc1, tensor<f32>
  %mbfc1 = nn.get @optimizer.fc1.bias.m : !bfc1
  %vbfc1 = nn.get @optimizer.fc1.bias.v : !bfc1
  %cbbfc1 = nn.broadcast %clip dims [] : tensor<f32> -> !bfc1
  %cgbfc1 = nn.mul %gbfc1, %cbbfc1 : !bfc1
  %ubfc1, %umbfc1, %uvbfc1 = nn.adam %bfc1, %cgbfc1, %mbfc1, %vbfc1 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !bfc1, tensor<f32>
  %mwfc2 = nn.get @optimizer.fc2.weight.m : !wfc2
  %vwfc2 = nn.get @optimizer.fc2.weight.v : !wfc2
  %cbwfc2 = nn.broadcast %clip dims [] : tensor<f32> -> !wfc2
  %cgwfc2 = nn.mul %gwfc2, %cbwfc2 : !wfc2
  %uwfc2, %umwfc2, %uvwfc2 = nn.adam %wfc2, %cgwfc2, %mwfc2, %vwfc2 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !wfc2, tensor<f32>
  %mbfc2 = nn.get @optimizer.fc2.bias.m : !bfc2
  %vbfc2 = nn.get @optimizer.fc2.bias.v : !bfc2
  %cbbfc2 = nn.broadcast %clip dims [] : tensor<f32> -> !bfc2
  %cgbfc2 = nn.mul %gbfc2, %cbbfc2 : !bfc2
  %ubfc2, %umbfc2, %uvbfc2 = nn.adam %bfc2, %cgbfc2, %mbfc2, %vbfc2 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !bfc2, tensor<f32>
  %mwfc3 = nn.get @optimizer.fc3.weight.m : !wfc3
  %vwfc3 = nn.get @optimizer.fc3.weight.v : !wfc3
  %cbwfc3 = nn.broadcast %clip dims [] : tensor<f32> -> !wfc3
  %cgwfc3 = nn.mul %gwfc3, %cbwfc3 : !wfc3
  %uwfc3, %umwfc3, %uvwfc3 = nn.adam %wfc3, %cgwfc3, %mwfc3, %vwfc3 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !wfc3, tensor<f32>
  %mbfc3 = nn.get @optimizer.fc3.bias.m : !bfc3
  %vbfc3 = nn.get @optimizer.fc3.bias.v : !bfc3
  %cbbfc3 = nn.broadcast %clip dims [] : tensor<f32> -> !bfc3
  %cgbfc3 = nn.mul %gbfc3, %cbbfc3 : !bfc3
  %ubfc3, %umbfc3, %uvbfc3 = nn.adam %bfc3, %cgbfc3, %mbfc3, %vbfc3 scalars %lr, %k1, %k2 finite %finite {beta1 = 0.9 : f64, beta2 = 0.999 : f64, eps = 1.0e-8 : f64} : !bfc3, tensor<f32>
  nn.return %loss, %norm, %finite : tensor<f32>, tensor<f32>, tensor<i1>
    update [@fc1.weight, @optimizer.fc1.weight.m, @optimizer.fc1.weight.v, @fc1.bias, @optimizer.fc1.bias.m, @optimizer.fc1.bias.v, @fc2.weight, @optimizer.fc2.weight.m, @optimizer.fc2.weight.v, @fc2.bias, @optimizer.fc2.bias.m, @optimizer.fc2.bias.v, @fc3.weight, @optimizer.fc3.weight.m, @optimizer.fc3.weight.v, @fc3.bias, @optimizer.fc3.bias.m, @optimizer.fc3.bias.v]
    = %uwfc1, %umwfc1, %uvwfc1, %ubfc1, %umbfc1, %uvbfc1, %uwfc2, %umwfc2, %uvwfc2, %ubfc2, %umbfc2, %uvbfc2, %uwfc3, %umwfc3, %uvwfc3, %ubfc3, %umbfc3, %uvbfc3
    : !wfc1, !wfc1, !wfc1, !bfc1, !bfc1, !bfc1, !wfc2, !wfc2, !wfc2, !bfc2, !bfc2, !bfc2, !wfc3, !wfc3, !wfc3, !bfc3, !bfc3, !bfc3
}
