// RUN: nnc-opt %s --nn-evaluate | FileCheck %s --match-full-lines --check-prefix=VALUES
// Exact ops by value; elementary functions where the value is exact. Specials: signs of zeros, infinities, NaN.

nn.entry @forward() -> (tensor<4xf32> {nn.name = "add"}, tensor<4xf32> {nn.name = "sub"}, tensor<4xf32> {nn.name = "mul"},
    tensor<4xf32> {nn.name = "div"}, tensor<4xf32> {nn.name = "max"}, tensor<4xf32> {nn.name = "min"},
    tensor<4xf32> {nn.name = "neg"}, tensor<4xf32> {nn.name = "abs"}, tensor<4xf32> {nn.name = "sign"},
    tensor<4xf32> {nn.name = "relu"}, tensor<4xf32> {nn.name = "relu_grad"}, tensor<4xf32> {nn.name = "step"},
    tensor<4xf32> {nn.name = "floor"}, tensor<4xf32> {nn.name = "ceil"}, tensor<4xf32> {nn.name = "round"},
    tensor<4xi1> {nn.name = "lt"}, tensor<4xi1> {nn.name = "ne"}, tensor<4xf32> {nn.name = "select"}) attributes {sizes = []} {
  %a = nn.constant dense<[1.5, -2.5, 0.0, 0x7FC00000]> : tensor<4xf32> : tensor<4xf32>
  %b = nn.constant dense<[0.5, -2.5, -0.0, 1.0]> : tensor<4xf32> : tensor<4xf32>
  %add = nn.add %a, %b : tensor<4xf32>
  %sub = nn.sub %a, %b : tensor<4xf32>
  %mul = nn.mul %a, %b : tensor<4xf32>
  %div = nn.div %a, %b : tensor<4xf32>
  %max = nn.max %a, %b : tensor<4xf32>
  %min = nn.min %b, %a : tensor<4xf32>
  %neg = nn.neg %a : tensor<4xf32>
  %abs = nn.abs %a : tensor<4xf32>
  %sign = nn.sign %a : tensor<4xf32>
  %relu = nn.relu %a : tensor<4xf32>
  %rg = nn.relu_grad %a, %b : tensor<4xf32>
  %step = nn.step %a : tensor<4xf32>
  %floor = nn.floor %a : tensor<4xf32>
  %ceil = nn.ceil %a : tensor<4xf32>
  %round = nn.round %a : tensor<4xf32>
  %lt = nn.compare lt %a, %b : tensor<4xf32> -> tensor<4xi1>
  %ne = nn.compare ne %a, %b : tensor<4xf32> -> tensor<4xi1>
  %select = nn.select %ne, %a, %b : tensor<4xi1>, tensor<4xf32>
  nn.return %add, %sub, %mul, %div, %max, %min, %neg, %abs, %sign, %relu, %rg, %step, %floor, %ceil, %round, %lt, %ne, %select
    : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi1>, tensor<4xi1>, tensor<4xf32>
}
// VALUES: add = [2, -5, 0, nan]
// VALUES-NEXT: sub = [1, 0, 0, nan]
// VALUES-NEXT: mul = [0.75, 6.25, -0, nan]
// VALUES-NEXT: div = [3, 1, nan, nan]
// VALUES-NEXT: max = [1.5, -2.5, -0, nan]
// VALUES-NEXT: min = [0.5, -2.5, 0, nan]
// VALUES-NEXT: neg = [-1.5, 2.5, -0, nan]
// VALUES-NEXT: abs = [1.5, 2.5, 0, nan]
// VALUES-NEXT: sign = [1, -1, 0, nan]
// VALUES-NEXT: relu = [1.5, 0, 0, nan]
// VALUES-NEXT: relu_grad = [0.5, 0, 0, 1]
// VALUES-NEXT: step = [1, 0, 1, 0]
// VALUES-NEXT: floor = [1, -3, 0, nan]
// VALUES-NEXT: ceil = [2, -2, 0, nan]
// VALUES-NEXT: round = [2, -2, 0, nan]
// VALUES-NEXT: lt = [false, false, false, false]
// VALUES-NEXT: ne = [true, false, false, true]
// VALUES-NEXT: select = [1.5, -2.5, -0, nan]
