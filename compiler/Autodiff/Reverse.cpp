#include "compiler/Autodiff/Reverse.h"

#include "mlir/IR/Matchers.h"

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

/// Whether the derivative by `operand` is a product of finite constants.
static bool hasFiniteFactor(const Site &site, const Record &record, unsigned operand) {
  if (!record.readsOthersOnly)
    return false;
  for (OpOperand &other : site.op->getOpOperands()) {
    if (other.getOperandNumber() == operand)
      continue;
    Value value = other.get();
    if (auto broadcast = value.getDefiningOp<nn::BroadcastOp>())
      value = broadcast.getX();
    DenseFPElementsAttr constant;
    if (!matchPattern(value, m_Constant(&constant)) ||
        llvm::any_of(constant, [](const APFloat &element) { return !element.isFinite(); }))
      return false;
  }
  return true;
}

/// Zeros of the result's cotangent are zeros of the operand's, if the op is elementwise; where its derivative may be
/// infinite, they have to be set.
static void keepZeros(Site &site, const Record &record, unsigned operand, SmallVector<Mask, 1> known,
                      Cotangents &cotangents) {
  if (!site.cotangentOf(operand))
    return;
  if (Mask own = site.maskOf(operand); own.condition) {
    known.push_back(own);
  } else if (record.kind != Record::Elementwise) {
    return;
  } else if (record.singular && !hasFiniteFactor(site, record, operand)) {
    for (Mask mask : known)
      site.giveWhere(operand, site.expr(mask.condition), mask.holds, site.expr(site.cotangentOf(operand)));
  }
  if (!known.empty())
    cotangents.setMasks(site.cotangentOf(operand), known);
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
    auto masks = incoming.front() ? cotangents.masksOf(incoming.front()) : SmallVector<Mask, 1>();
    for (unsigned operand = 0; operand < wanted.size(); ++operand) {
      if (!wanted[operand])
        continue;
      keepZeros(site, *record, operand, masks, cotangents);
      cotangents.add(builder, loc, op->getOperand(operand), site.cotangentOf(operand));
    }
    if (site.isReplaced())
      op->erase();
  }
}

} // namespace nnc::autodiff
