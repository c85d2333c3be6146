// A layer of an LSTM as the import writes it, and the way back through time.
!x = tensor<?x7x5xf32, #nn.dims<B, 7, 5>>
!xt = tensor<?x5xf32, #nn.dims<B, 5>>
!h = tensor<?x8xf32, #nn.dims<B, 8>>
!hs = tensor<?x7x8xf32, #nn.dims<B, 7, 8>>
!z = tensor<?x32xf32, #nn.dims<B, 32>>
!zs = tensor<?x7x32xf32, #nn.dims<B, 7, 32>>
nn.param @weight_ih : tensor<32x5xf32> = <uniform, [-0.5, 0.5]>
nn.param @weight_hh : tensor<32x8xf32> = <uniform, [-0.5, 0.5]>
nn.param @bias : tensor<32xf32> = <uniform, [-0.5, 0.5]>

nn.entry @forward(%x: !x {nn.name = "x"}) -> (!h {nn.name = "last"}, !hs {nn.name = "all"}) attributes {sizes = [#nn.size<"B" max 16>]} {
  %wi = nn.get @weight_ih : tensor<32x5xf32>
  %wh = nn.get @weight_hh : tensor<32x8xf32>
  %b = nn.get @bias : tensor<32xf32>
  %zero = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %zero dims [] : tensor<f32> -> !h
  %r:3 = nn.scan steps #nn.dims<7> consts(%wi, %wh, %b) init(%h0, %h0) xs(%x) [1] ys [1] : (tensor<32x5xf32>, tensor<32x8xf32>, tensor<32xf32>, !h, !h, !x) -> (!h, !h, !hs) {
  ^bb0(%t: tensor<i64>, %vi: tensor<32x5xf32>, %vh: tensor<32x8xf32>, %vb: tensor<32xf32>, %h: !h, %c: !h, %xt: !xt):
    %bb = nn.broadcast %vb dims [1] : tensor<32xf32> -> !z
    %zi = nn.contract %xt, %vi init %bb : !z "bi,gi->bg" : (!xt, tensor<32x5xf32>) -> !z
    %z = nn.contract %h, %vh init %zi : !z "bh,gh->bg" : (!h, tensor<32x8xf32>) -> !z
    %i, %f, %g, %o = nn.split %z axis 1 : (!z) -> (!h, !h, !h, !h)
    %si = nn.sigmoid %i : !h
    %sf = nn.sigmoid %f : !h
    %tg = nn.tanh %g : !h
    %so = nn.sigmoid %o : !h
    %fc = nn.mul %sf, %c : !h
    %ig = nn.mul %si, %tg : !h
    %cn = nn.add %fc, %ig : !h
    %tc = nn.tanh %cn : !h
    %hn = nn.mul %so, %tc : !h
    nn.yield %hn, %cn, %hn : !h, !h, !h
  }
  nn.return %r#0, %r#2 : !h, !hs
}

// Two stacks and three carries on the way back; the gradient of the gates is put together from its parts.
nn.entry @back(%i: !hs {nn.name = "i"}, %f: !hs {nn.name = "f"}, %g: !hs {nn.name = "g"}, %o: !hs {nn.name = "o"}, %c: !hs {nn.name = "c"}, %dy: !hs {nn.name = "dy"}) -> (tensor<32x8xf32> {nn.name = "dw"}, !zs {nn.name = "dz"}, !h {nn.name = "dh0"}) attributes {sizes = [#nn.size<"B" max 16>]} {
  %wh = nn.get @weight_hh : tensor<32x8xf32>
  %zero = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %zero dims [] : tensor<f32> -> !h
  %r:4 = nn.scan reverse steps #nn.dims<7> consts(%wh) init(%h0, %h0) xs(%i, %f, %g, %o, %c, %dy) [1, 1, 1, 1, 1, 1] ys [1, 1] : (tensor<32x8xf32>, !h, !h, !hs, !hs, !hs, !hs, !hs, !hs) -> (!h, !h, !zs, !hs) {
  ^bb0(%t: tensor<i64>, %vh: tensor<32x8xf32>, %dh: !h, %dc: !h, %it: !h, %ft: !h, %gt: !h, %ot: !h, %ct: !h, %dyt: !h):
    %one = nn.constant dense<1.0> : tensor<f32> : tensor<f32>
    %ones = nn.broadcast %one dims [] : tensor<f32> -> !h
    %d = nn.add %dh, %dyt : !h
    %tc = nn.tanh %ct : !h
    %do = nn.mul %d, %tc : !h
    %tc2 = nn.mul %tc, %tc : !h
    %u = nn.sub %ones, %tc2 : !h
    %do1 = nn.mul %d, %ot : !h
    %dct = nn.mul %do1, %u : !h
    %dcs = nn.add %dc, %dct : !h
    %di = nn.mul %dcs, %gt : !h
    %dg = nn.mul %dcs, %it : !h
    %df = nn.mul %dcs, %ct : !h
    %dcp = nn.mul %dcs, %ft : !h
    %dz = nn.concat %di, %df, %dg, %do axis 1 : (!h, !h, !h, !h) -> !z
    %dhp = nn.contract %dz, %vh "bg,gh->bh" : (!z, tensor<32x8xf32>) -> !h
    nn.yield %dhp, %dcp, %dz, %dh : !h, !h, !z, !h
  }
  %dw = nn.contract %r#2, %r#3 "btg,bth->gh" : (!zs, !hs) -> tensor<32x8xf32>
  nn.return %dw, %r#2, %r#0 : tensor<32x8xf32>, !zs, !h
}
