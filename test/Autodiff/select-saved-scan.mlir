// RUN: nnc-opt %s --nn-differentiate --canonicalize --cse --nn-select-saved --remarks-filter=".*" --remark-policy=all --remark-format=emitRemark 2> %t.all | FileCheck %s --check-prefixes=BOTH,ALL
// RUN: FileCheck %s --check-prefix=REMARK-ALL --input-file %t.all
// RUN: nnc-opt %s --nn-differentiate --canonicalize --cse '--nn-select-saved=scan=carry' --remarks-filter=".*" --remark-policy=all --remark-format=emitRemark 2> %t.carry | FileCheck %s --check-prefixes=BOTH,CARRY
// RUN: FileCheck %s --check-prefix=REMARK-CARRY --input-file %t.carry
// RUN: not nnc-opt %s '--nn-select-saved=scan=some' 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: Cannot find option named 'some'!
// The step of an LSTM. Of the forward scan backward reads the states that came in, the four gates, and tanh of the new
// cell; with `carry` the states alone. The sequence of states is saved for the loss.

!x = tensor<?x5x4xf32, #nn.dims<B, 5, 4>>
!y = tensor<?x5x3xf32, #nn.dims<B, 5, 3>>
!h = tensor<?x3xf32, #nn.dims<B, 3>>
!z = tensor<?x12xf32, #nn.dims<B, 12>>
!s = tensor<?x4xf32, #nn.dims<B, 4>>

nn.param @u : tensor<12x3xf32> = <uniform, [-0.5, 0.5]>
nn.param @w : tensor<12x4xf32> = <uniform, [-0.5, 0.5]>
nn.param @b : tensor<12xf32> = <uniform, [-0.5, 0.5]>
// BOTH: nn.entry @grad
// ALL: %[[F:.*]]:10 = nn.scan steps <5> {{.*}} ys [1, 1, 1, 1, 1, 1, 1, 1]
// CARRY: %[[F:.*]]:5 = nn.scan steps <5> {{.*}} ys [1, 1, 1]
// BOTH: nn.contract
// BOTH: nn.contract
// ALL: nn.yield %[[H:.*]], %{{.*}}, %[[H]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
// CARRY: nn.yield %[[H:.*]], %{{.*}}, %[[H]], %{{.*}}, %{{.*}} :
// ALL: %{{.*}} = nn.scan reverse steps <5> consts(%{{.*}}) {{.*}} xs({{.*}}) [1, 1, 1, 1, 1, 1, 1] ys [1, 1]
// CARRY: %{{.*}} = nn.scan reverse steps <5> consts(%{{.*}}, %{{.*}}, %{{.*}}) {{.*}} xs(%[[F]]#3, %[[F]]#4, %arg0, %{{.*}}) [1, 1, 1, 1] ys [1, 1]
// CARRY: nn.contract
// CARRY: nn.contract
// CARRY: nn.sigmoid
// CARRY: nn.tanh
// ALL-NOT: nn.sigmoid
// ALL-NOT: nn.tanh
// ALL-NOT: nn.split
// BOTH: %[[DZ:.*]] = nn.concat
// BOTH-NEXT: nn.contract %[[DZ]]
// BOTH-NEXT: nn.contract %[[DZ]]
// BOTH-NEXT: nn.yield
// BOTH: nn.contract %{{.*}}, %[[F]]#3 "btg,bti->gi"
// BOTH: nn.contract %{{.*}}, %arg0 "btg,bti->gi"
// BOTH: nn.reduce add %{{.*}} dims [0, 1]
// BOTH: nn.return
// Eight times 4 · 3 floats, or three.
// REMARK-ALL: loop | {{.*}}nn.scan{{.*}}bytes_per_step=384{{.*}}policy=all{{.*}}steps=5
// REMARK-CARRY: loop | {{.*}}nn.scan{{.*}}bytes_per_step=144{{.*}}policy=carry{{.*}}steps=5
nn.entry @grad(%x: !x {nn.name = "x"}) -> (tensor<f32> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 4>]} {
  %u = nn.get @u : tensor<12x3xf32>
  %w = nn.get @w : tensor<12x4xf32>
  %b = nn.get @b : tensor<12xf32>
  %zero = nn.constant dense<0.0> : tensor<f32> : tensor<f32>
  %h0 = nn.broadcast %zero dims [] : tensor<f32> -> !h
  %r:3 = nn.scan steps #nn.dims<5> consts(%u, %w, %b) init(%h0, %h0) xs(%x) [1] ys [1] : (tensor<12x3xf32>, tensor<12x4xf32>, tensor<12xf32>, !h, !h, !x) -> (!h, !h, !y) {
  ^bb0(%t: tensor<i64>, %cu: tensor<12x3xf32>, %cw: tensor<12x4xf32>, %cb: tensor<12xf32>, %h: !h, %c: !h, %slice: !s):
    %bias = nn.broadcast %cb dims [1] : tensor<12xf32> -> !z
    %zx = nn.contract %slice, %cw init %bias : !z "bi,gi->bg" : (!s, tensor<12x4xf32>) -> !z
    %z = nn.contract %h, %cu init %zx : !z "bi,gi->bg" : (!h, tensor<12x3xf32>) -> !z
    %zi, %zf, %zg, %zo = nn.split %z axis 1 : (!z) -> (!h, !h, !h, !h)
    %i = nn.sigmoid %zi : !h
    %f = nn.sigmoid %zf : !h
    %g = nn.tanh %zg : !h
    %o = nn.sigmoid %zo : !h
    %keep = nn.mul %f, %c : !h
    %add = nn.mul %i, %g : !h
    %cell = nn.add %keep, %add : !h
    %squashed = nn.tanh %cell : !h
    %new = nn.mul %o, %squashed : !h
    nn.yield %new, %cell, %new : !h, !h, !h
  }
  %q = nn.mul %r#2, %r#2 : !y
  %loss = nn.reduce add %q dims [0, 1, 2] : !y -> tensor<f32>
  nn.return %loss : tensor<f32>
}
