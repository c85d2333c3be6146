#include "compiler/Autodiff/Reverse.h"

using namespace mlir;

namespace nnc::autodiff {

void Cotangents::add(OpBuilder &builder, Location loc, Value value, Value contribution) {
  if (!contribution)
    return;
  Value &sum = known[value];
  sum = sum ? nn::AddOp::create(builder, loc, contribution.getType(), sum, contribution).getResult() : contribution;
}

Location gradLocation(Location forward) {
  MLIRContext *context = forward.getContext();
  return FusedLoc::get(context, {forward}, StringAttr::get(context, "grad"));
}

bool isGradLocation(Location loc) {
  auto fused = dyn_cast<FusedLoc>(loc);
  auto what = fused ? dyn_cast_or_null<StringAttr>(fused.getMetadata()) : StringAttr();
  return what && what.getValue() == "grad";
}

void reverse(ArrayRef<Operation *> ops, const Activity &activity, const DerivativeTable &table, OpBuilder &builder,
             Cotangents &cotangents) {
  for (Operation *op : llvm::reverse(ops)) {
    if (!activity.isActive(op))
      continue;
    SmallVector<Value> incoming;
    for (Value result : op->getResults())
      incoming.push_back(cotangents.lookup(result));
    if (llvm::none_of(incoming, [](Value g) { return bool(g); }))
      continue;
    SmallVector<bool> wanted;
    const Record *record = table.lookup(op);
    for (OpOperand &operand : op->getOpOperands())
      wanted.push_back(activity.isActive(operand.get()) &&
                       !llvm::is_contained(record->inactiveOperands, operand.getOperandNumber()));
    Location loc = gradLocation(op->getLoc());
    Site site(op, builder, loc, incoming, wanted);
    record->build(site);
    for (OpOperand &operand : op->getOpOperands())
      if (wanted[operand.getOperandNumber()])
        cotangents.add(builder, loc, operand.get(), site.cotangentOf(operand.getOperandNumber()));
  }
}

} // namespace nnc::autodiff
