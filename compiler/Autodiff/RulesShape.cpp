// Derivatives of ops that move elements: the move back.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {

void registerShapeRules(DerivativeTable &table) {
  table.linear<nn::BroadcastOp>({[](Site &s) {
    auto op = mlir::cast<nn::BroadcastOp>(s.op);
    return s.g().reduce(nn::ReduceKind::add, otherDims(s.y().type().getRank(), op.getDims()));
  }});
  table.linear<nn::ReshapeOp>(
      {[](Site &s) { return s.expr(nn::ReshapeOp::create(s.builder, s.loc, s.x().type(), s.g().get())); }});
  table.linear<nn::TransposeOp>({[](Site &s) {
    auto op = mlir::cast<nn::TransposeOp>(s.op);
    llvm::SmallVector<int64_t> inverse(op.getPerm().size());
    for (auto [to, from] : llvm::enumerate(op.getPerm()))
      inverse[from] = to;
    return s.expr(nn::TransposeOp::create(s.builder, s.loc, s.g().get(), llvm::ArrayRef<int64_t>(inverse)));
  }});
}

} // namespace nnc::autodiff
