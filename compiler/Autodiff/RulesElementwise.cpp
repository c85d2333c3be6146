// Derivatives of elementwise ops. s.g() is the cotangent of the result, s.x(i) an operand, s.y() the result.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

using nn::ComparePred;

/// g where the operand wins, half of it on a tie.
Expr winner(Site &s, ComparePred better, unsigned mine) {
  Expr a = s.x(mine), b = s.x(1 - mine), g = s.g(), zero = g.constant(0);
  return a.compare(better, b).select(g, a.compare(ComparePred::eq, b).select(0.5 * g, zero));
}

/// g · b · a^(b-1), and 0 where b is 0, whatever a is.
Expr powBase(Site &s) {
  Expr a = s.x(0), b = s.x(1), g = s.g(), zero = g.constant(0);
  return b.compare(ComparePred::eq, zero).select(zero, g * (b * a.make<nn::PowOp>(b - b.constant(1))));
}

/// g · y · log a, and 0 where a is 0 and b is not negative.
Expr powExponent(Site &s) {
  Expr a = s.x(0), b = s.x(1), g = s.g(), zero = g.constant(0);
  Expr vanishes = a.compare(ComparePred::eq, zero).make<nn::AndOp>(b.compare(ComparePred::ge, zero));
  return vanishes.select(zero, g * (s.y() * a.make<nn::LogOp>()));
}

/// Φ(x) + x · φ(x), from x and never from y.
Expr gelu(Site &s) {
  Expr x = s.x();
  Expr cumulative = 0.5 * (1.0 + (0.70710678118654752440 * x).make<nn::ErfOp>());
  Expr density = 0.39894228040143267794 * (-0.5 * (x * x)).make<nn::ExpOp>();
  return s.g() * (cumulative + x * density);
}

Expr softplus(Site &s) {
  Expr x = s.x(), g = s.g();
  return x.compare(ComparePred::gt, x.constant(20)).select(g, x.make<nn::SigmoidOp>() * g);
}

Expr erf(Site &s) {
  Expr x = s.x();
  return s.g() * (1.12837916709551257390 * (-(x * x)).make<nn::ExpOp>());
}

void select(Site &s) {
  if (!s.g())
    return;
  if (s.wants(1))
    s.giveWhere(1, s.x(0), true, s.g());
  if (s.wants(2))
    s.giveWhere(2, s.x(0), false, s.g());
}

void registerArithmetic(DerivativeTable &table) {
  table.elementwise<nn::AddOp>({[](Site &s) { return s.g(); }, [](Site &s) { return s.g(); }}, Reads::Nothing);
  table.elementwise<nn::SubOp>({[](Site &s) { return s.g(); }, [](Site &s) { return -s.g(); }}, Reads::Nothing);
  table.elementwise<nn::NegOp>({[](Site &s) { return -s.g(); }}, Reads::Nothing);
  table
      .elementwise<nn::MulOp>({[](Site &s) { return s.g() * s.x(1); }, [](Site &s) { return s.x(0) * s.g(); }},
                              Reads::Operands)
      .readsOthersOnly = true;
  table.elementwise<nn::DivOp>(
      {[](Site &s) { return s.g() / s.x(1); }, [](Site &s) { return -((s.g() * s.y()) / s.x(1)); }}, Reads::Both);
  table
      .elementwise<nn::MaxOp>({[](Site &s) { return winner(s, ComparePred::gt, 0); },
                               [](Site &s) { return winner(s, ComparePred::gt, 1); }},
                              Reads::Operands, "a tie gives half to each")
      .bounded();
  table
      .elementwise<nn::MinOp>({[](Site &s) { return winner(s, ComparePred::lt, 0); },
                               [](Site &s) { return winner(s, ComparePred::lt, 1); }},
                              Reads::Operands, "a tie gives half to each")
      .bounded();
  table.elementwise<nn::PowOp>({powBase, powExponent}, Reads::Both,
                               "exponent 0: 0 to the base; base 0, exponent not negative: 0 to the exponent");
  table.rule<nn::SelectOp>(select, Reads::Operands, "the side not taken gets 0, whatever its own derivative is")
      .inactiveOperands = {0};
  table.elementwise<nn::CastOp>({[](Site &s) { return s.g().cast(s.x().type().getElementType()); }}, Reads::Nothing);
}

void registerFunctions(DerivativeTable &table) {
  table.elementwise<nn::ExpOp>({[](Site &s) { return s.g() * s.y(); }}, Reads::Results);
  table.elementwise<nn::Expm1Op>({[](Site &s) { return s.g() * (1.0 + s.y()); }}, Reads::Results);
  table.elementwise<nn::LogOp>({[](Site &s) { return s.g() / s.x(); }}, Reads::Operands);
  table.elementwise<nn::Log1pOp>({[](Site &s) { return s.g() / (1.0 + s.x()); }}, Reads::Operands);
  table.elementwise<nn::SqrtOp>({[](Site &s) { return s.g() / (2.0 * s.y()); }}, Reads::Results, "at 0: +inf");
  table.elementwise<nn::RsqrtOp>({[](Site &s) { return s.g() * (-0.5 * (s.y() * (s.y() * s.y()))); }}, Reads::Results,
                                 "at 0: -inf");
  table.elementwise<nn::TanhOp>({[](Site &s) { return s.g() * (1.0 - s.y() * s.y()); }}, Reads::Results).bounded();
  table.elementwise<nn::SigmoidOp>({[](Site &s) { return s.g() * (s.y() * (1.0 - s.y())); }}, Reads::Results).bounded();
  table.elementwise<nn::SoftplusOp>({softplus}, Reads::Operands, "beyond 20 it is the identity: 1").bounded();
  table.elementwise<nn::GeluOp>({gelu}, Reads::Operands);
  table.elementwise<nn::ErfOp>({erf}, Reads::Operands).bounded();
  table.elementwise<nn::SinOp>({[](Site &s) { return s.g() * s.x().make<nn::CosOp>(); }}, Reads::Operands);
  table.elementwise<nn::CosOp>({[](Site &s) { return -(s.g() * s.x().make<nn::SinOp>()); }}, Reads::Operands);
  table.elementwise<nn::ReluOp>({[](Site &s) { return s.y().make<nn::ReluGradOp>(s.g()); }}, Reads::Results, "at 0: 0")
      .bounded();
  table
      .elementwise<nn::ReluGradOp>({nullptr, [](Site &s) { return s.x(0).make<nn::ReluGradOp>(s.g()); }},
                                   Reads::Operands)
      .bounded();
  table.elementwise<nn::AbsOp>({[](Site &s) { return s.g() * s.x().make<nn::SignOp>(); }}, Reads::Operands, "at 0: 0")
      .bounded();
}

} // namespace

void registerElementwiseRules(DerivativeTable &table) {
  registerArithmetic(table);
  registerFunctions(table);
  table.inactive<nn::SignOp, nn::StepOp, nn::FloorOp, nn::CeilOp, nn::RoundOp, nn::StopGradientOp>();
  table.inactive<nn::CompareOp, nn::AndOp, nn::OrOp, nn::NotOp, nn::FloorDivOp, nn::ModOp>();
}

} // namespace nnc::autodiff
