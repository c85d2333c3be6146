// A loop over 5 steps, planned: h' = tanh(x[:, t] + h), all h stacked. The sequence is an input, the stack an output;
// the carry has two buffers in the workspace.
!x = tensor<?x5x8xf32, #nn.dims<B, 5, 8>>
!h = tensor<?x8xf32, #nn.dims<B, 8>>
nn.entry @forward(%x: !x {nn.name = "x"}) -> (!x {nn.name = "y"}, !h {nn.name = "last"}) attributes {sizes = [#nn.size<"B" max 4>], work_bytes = 256 : i64} {
  %h0 = nn.group () -> !h attributes {into = [#nn.buf<scratch, 0, offset = 0>], tasks = #nn.tasks<1>, barrier} {
    %z = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
    %zeros = nn.broadcast %z dims [] : tensor<f32> -> !h
    nn.yield %zeros : !h
  }
  %last, %y = nn.scan steps #nn.dims<5> consts() init(%h0) xs(%x) [1] ys [1] : (!h, !x) -> (!h, !x) attributes {nn.carries = [[#nn.buf<scratch, 0, offset = 0>, #nn.buf<scratch, 1, offset = 128>]], nn.stacks = [#nn.buf<output, 0>], nn.barrier} {
  ^step(%t: tensor<i64>, %h: !h, %xt: !h):
    %n:2 = nn.group (%a = %xt : !h, %b = %h : !h) -> (!h, !h) attributes {into = [#nn.buf<carry, 0>, #nn.buf<stack, 0>], tasks = #nn.tasks<"B" by 2>, barrier} {
      %s = nn.add %a, %b : !h
      %r = nn.tanh %s : !h
      nn.yield %r, %r : !h, !h
    }
    nn.yield %n#0, %n#1 : !h, !h
  }
  %out = nn.group (%a = %last : !h) -> !h attributes {into = [#nn.buf<output, 1>], tasks = #nn.tasks<1>} {
    nn.yield %a : !h
  }
  nn.return %y, %out : !x, !h
}
