// RUN: nnc-opt %s --nn-check-derivatives --nn-differentiate --nn-evaluate="entry=grad precision=f64" | FileCheck %s --match-full-lines
// RUN: nnc-opt %s --nn-differentiate | FileCheck %s --check-prefix=IR
// The side of a select that is not taken gets 0, also through functions whose derivative is infinite there: the zeros
// are set, not multiplied. `both` guards twice; `slope` multiplies by a finite constant and needs no second select.

nn.param @log : tensor<2xf64> = <values, dense<[0.0, 2.0]> : tensor<2xf64>>
nn.param @chain : tensor<2xf64> = <values, dense<[0.0, 4.0]> : tensor<2xf64>>
nn.param @entropy : tensor<2xf64> = <values, dense<[0.0, 1.0]> : tensor<2xf64>>
nn.param @both : tensor<3xf64> = <values, dense<[0.0, 0.5, 9.0]> : tensor<3xf64>>
nn.param @slope : tensor<2xf64> = <values, dense<[-1.0, 1.0]> : tensor<2xf64>>

nn.entry @grad() -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = []} {
  %zero = nn.constant dense<0.0> : tensor<2xf64> : tensor<2xf64>
  %three = nn.constant dense<3.0> : tensor<2xf64> : tensor<2xf64>
  %log = nn.get @log : tensor<2xf64>
  %c1 = nn.compare gt %log, %zero : tensor<2xf64> -> tensor<2xi1>
  %l = nn.log %log : tensor<2xf64>
  %y1 = nn.select %c1, %l, %zero : tensor<2xi1>, tensor<2xf64>
  %s1 = nn.reduce add %y1 dims [0] : tensor<2xf64> -> tensor<f64>
  %chain = nn.get @chain : tensor<2xf64>
  %c2 = nn.compare le %chain, %zero : tensor<2xf64> -> tensor<2xi1>
  %r = nn.sqrt %chain : tensor<2xf64>
  %m = nn.mul %r, %three : tensor<2xf64>
  %n = nn.neg %m : tensor<2xf64>
  %y2 = nn.select %c2, %zero, %n : tensor<2xi1>, tensor<2xf64>
  %s2 = nn.reduce add %y2 dims [0] : tensor<2xf64> -> tensor<f64>
  %entropy = nn.get @entropy : tensor<2xf64>
  %c3 = nn.compare gt %entropy, %zero : tensor<2xf64> -> tensor<2xi1>
  %le = nn.log %entropy : tensor<2xf64>
  %me = nn.mul %entropy, %le : tensor<2xf64>
  %y3 = nn.select %c3, %me, %zero : tensor<2xi1>, tensor<2xf64>
  %s3 = nn.reduce add %y3 dims [0] : tensor<2xf64> -> tensor<f64>
  %both = nn.get @both : tensor<3xf64>
  %z3 = nn.constant dense<0.0> : tensor<3xf64> : tensor<3xf64>
  %o3 = nn.constant dense<1.0> : tensor<3xf64> : tensor<3xf64>
  %c4 = nn.compare gt %both, %z3 : tensor<3xf64> -> tensor<3xi1>
  %c5 = nn.compare lt %both, %o3 : tensor<3xf64> -> tensor<3xi1>
  %lb = nn.log %both : tensor<3xf64>
  %inner = nn.select %c5, %lb, %z3 : tensor<3xi1>, tensor<3xf64>
  %y4 = nn.select %c4, %inner, %z3 : tensor<3xi1>, tensor<3xf64>
  %s4 = nn.reduce add %y4 dims [0] : tensor<3xf64> -> tensor<f64>
  %slope = nn.get @slope : tensor<2xf64>
  %c6 = nn.compare gt %slope, %zero : tensor<2xf64> -> tensor<2xi1>
  %ms = nn.mul %three, %slope : tensor<2xf64>
  %y5 = nn.select %c6, %slope, %ms : tensor<2xi1>, tensor<2xf64>
  %s5 = nn.reduce add %y5 dims [0] : tensor<2xf64> -> tensor<f64>
  %1 = nn.add %s1, %s2 : tensor<f64>
  %2 = nn.add %1, %s3 : tensor<f64>
  %3 = nn.add %2, %s4 : tensor<f64>
  %4 = nn.add %3, %s5 : tensor<f64>
  nn.return %4 : tensor<f64>
}
// CHECK: grad.log = [0, 0.5]
// CHECK-NEXT: grad.chain = [0, -0.75]
// CHECK-NEXT: grad.entropy = [0, 1]
// CHECK-NEXT: grad.both = [0, 2, 0]
// CHECK-NEXT: grad.slope = [3, 1]
// The gradient of `slope`, the first one built:
// IR: %[[P:.*]] = nn.get @slope
// IR-NEXT: %[[C6:.*]] = nn.compare gt %[[P]]
// IR-NEXT: %[[MS:.*]] = nn.mul
// IR-NEXT: nn.select %[[C6]], %[[P]], %[[MS]]
// IR: %[[A:.*]] = nn.select %[[C6]], %[[G:.*]], %{{.*}} :
// IR: %[[B:.*]] = nn.select %[[C6]], %{{.*}}, %[[G]] :
// IR-NEXT: %[[D:.*]] = nn.mul %{{.*}}, %[[B]]
// IR-NEXT: nn.add %[[A]], %[[D]]
