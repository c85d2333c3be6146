// Derivatives of losses.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

/// (softmax - target) · g from the saved lse; a cotangent of lse itself adds softmax · g.
void crossEntropy(Site &s) {
  auto op = mlir::cast<nn::SoftmaxCrossEntropyOp>(s.op);
  if (!s.wants(0))
    return;
  Expr logits = s.x(0), total;
  if (Expr g = s.g(0))
    total = s.expr(nn::SoftmaxCrossEntropyGradOp::create(s.builder, s.loc, op.getLogits().getType(), op.getLogits(),
                                                         op.getLabels(), op.getLse(), g.get(), op.getSmoothingAttr()));
  if (Expr g = s.g(1)) {
    int64_t last = logits.type().getRank() - 1;
    llvm::SmallVector<int64_t> kept = otherDims(logits.type().getRank(), {last});
    Expr softmax = (logits - s.y(1).broadcast(logits.type(), kept)).make<nn::ExpOp>();
    Expr term = softmax * g.broadcast(logits.type(), kept);
    total = total ? total + term : term;
  }
  if (total)
    s.give(0, total);
}

Expr doubledDifference(Site &s) {
  Expr difference = s.x(0) - s.x(1);
  return (difference + difference) * s.g();
}

} // namespace

void registerLossRules(DerivativeTable &table) {
  table.rule<nn::SoftmaxCrossEntropyOp>(crossEntropy, Reads::Both).inactiveOperands = {1};
  table.elementwise<nn::MseOp>({doubledDifference, [](Site &s) { return -doubledDifference(s); }}, Reads::Operands);
}

} // namespace nnc::autodiff
