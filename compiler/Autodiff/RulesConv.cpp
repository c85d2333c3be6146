// Convolutions are closed under differentiation: nn.conv is bilinear, its two transposes are the others of the family.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

/// The transpose of a convolution in the other tensors: a member of the family over `a` and `b`, typed like `like`.
template <class Member, class Op> Expr member(Site &s, Op op, Expr a, Expr b, Expr like) {
  return s.expr(Member::create(s.builder, s.loc, like.type(), a.get(), b.get(), mlir::Value(), op.getStride(),
                               op.getDilation(), op.getPadLow(), op.getPadHigh(), op.getGroups()));
}

/// The filter's gradient before the input's: it reads what the forward pass saved.
void conv(Site &s) {
  auto op = mlir::cast<nn::ConvOp>(s.op);
  if (s.wants(1))
    s.give(1, member<nn::ConvFilterGradOp>(s, op, s.x(0), s.g(), s.x(1)));
  if (s.wants(0))
    s.give(0, member<nn::ConvInputGradOp>(s, op, s.g(), s.x(1), s.x(0)));
}

/// The op's result stands where x stood, its operand where y did.
void inputGrad(Site &s) {
  auto op = mlir::cast<nn::ConvInputGradOp>(s.op);
  if (s.wants(1))
    s.give(1, member<nn::ConvFilterGradOp>(s, op, s.g(), s.x(0), s.x(1)));
  if (s.wants(0))
    s.give(0, member<nn::ConvOp>(s, op, s.g(), s.x(1), s.x(0)));
}

/// The op's result stands where the filter stood.
void filterGrad(Site &s) {
  auto op = mlir::cast<nn::ConvFilterGradOp>(s.op);
  if (s.wants(1))
    s.give(1, member<nn::ConvOp>(s, op, s.x(0), s.g(), s.x(1)));
  if (s.wants(0))
    s.give(0, member<nn::ConvInputGradOp>(s, op, s.x(1), s.g(), s.x(0)));
}

template <void (*rule)(Site &)> void withInit(Site &s) {
  constexpr unsigned init = 2;
  if (!s.g())
    return;
  if (s.op->getNumOperands() > init && s.wants(init))
    s.give(init, s.g());
  rule(s);
}

} // namespace

void registerConvRules(DerivativeTable &table) {
  table.rule<nn::ConvOp>(withInit<conv>, Reads::Operands);
  table.rule<nn::ConvInputGradOp>(withInit<inputGrad>, Reads::Operands);
  table.rule<nn::ConvFilterGradOp>(withInit<filterGrad>, Reads::Operands);
}

} // namespace nnc::autodiff
