// Derivatives of softmax and its relatives.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

/// The sum along `axis`, at every element of it.
Expr sumAlong(Expr x, int64_t axis) {
  return x.reduce(nn::ReduceKind::add, {axis}).broadcast(x.type(), otherDims(x.type().getRank(), {axis}));
}

Expr softmax(Site &s) {
  int64_t axis = mlir::cast<nn::SoftmaxOp>(s.op).getAxis();
  return s.y() * (s.g() - sumAlong(s.g() * s.y(), axis));
}

Expr logSoftmax(Site &s) {
  int64_t axis = mlir::cast<nn::LogSoftmaxOp>(s.op).getAxis();
  return s.g() - s.y().make<nn::ExpOp>() * sumAlong(s.g(), axis);
}

Expr logSumExp(Site &s) {
  int64_t axis = mlir::cast<nn::LogSumExpOp>(s.op).getAxis();
  llvm::SmallVector<int64_t> kept = otherDims(s.x().type().getRank(), {axis});
  Expr shifted = s.x() - s.y().broadcast(s.x().type(), kept);
  return s.g().broadcast(s.x().type(), kept) * shifted.make<nn::ExpOp>();
}

std::string refusesMask(mlir::Operation *op) { return op->hasAttr("mask") ? "it has a mask" : ""; }

} // namespace

void registerNormRules(DerivativeTable &table) {
  for (Record *record : {&table.elementwise<nn::SoftmaxOp>({softmax}, Reads::Results, "a row of -inf: NaN"),
                         &table.elementwise<nn::LogSoftmaxOp>({logSoftmax}, Reads::Results, "a row of -inf: NaN"),
                         &table.elementwise<nn::LogSumExpOp>({logSumExp}, Reads::Both, "a row of -inf: NaN")}) {
    record->kind = Record::Built;
    record->refuses = refusesMask;
  }
}

} // namespace nnc::autodiff
