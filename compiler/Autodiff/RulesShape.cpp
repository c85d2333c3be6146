// Derivatives of ops that move elements: the move back.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

/// The parts' cotangents are those of the whole; a part that has none is zero.
void split(Site &s) {
  auto op = mlir::cast<nn::SplitOp>(s.op);
  if (!s.wants(0))
    return;
  llvm::SmallVector<mlir::Value> parts;
  for (auto [i, part] : llvm::enumerate(op.getParts()))
    parts.push_back(s.g(i) ? s.g(i).get()
                           : splatConstant(s.builder, s.loc, mlir::cast<mlir::RankedTensorType>(part.getType()), 0));
  s.give(0, s.expr(nn::ConcatOp::create(s.builder, s.loc, s.x().type(), parts, op.getAxis())));
}

void concat(Site &s) {
  auto op = mlir::cast<nn::ConcatOp>(s.op);
  auto parts = nn::SplitOp::create(s.builder, s.loc, op.getParts().getTypes(), s.g().get(), op.getAxis());
  for (auto [i, part] : llvm::enumerate(parts.getParts()))
    if (s.wants(i))
      s.give(i, s.expr(part));
}

} // namespace

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
  table.linear<nn::SliceOp>({[](Site &s) {
    auto low = mlir::cast<nn::SliceOp>(s.op).getLow();
    return s.expr(nn::PadOp::create(s.builder, s.loc, s.x().type(), s.g().get(), low));
  }});
  table.linear<nn::PadOp>({[](Site &s) {
    auto low = mlir::cast<nn::PadOp>(s.op).getLow();
    return s.expr(nn::SliceOp::create(s.builder, s.loc, s.x().type(), s.g().get(), low));
  }});
  table.rule<nn::SplitOp>(split, Reads::Nothing);
  table.rule<nn::ConcatOp>(concat, Reads::Nothing);
}

} // namespace nnc::autodiff
