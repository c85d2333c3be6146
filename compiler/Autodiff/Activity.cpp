#include "compiler/Autodiff/Activity.h"

using namespace mlir;

namespace nnc::autodiff {

bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<FloatType>(type.getElementType());
}

bool Activity::carries(Operation *op, unsigned operand, const Record *record) const {
  return isFloat(op->getOperand(operand)) && !(record && llvm::is_contained(record->inactiveOperands, operand));
}

Activity::Activity(Block &block, ArrayRef<Value> roots, ArrayRef<Value> targets, const DerivativeTable &table) {
  varied.insert(roots.begin(), roots.end());
  for (Operation &op : block.without_terminator()) {
    const Record *record = table.lookup(&op);
    if (record && record->kind == Record::Inactive)
      continue;
    bool depends = false;
    for (unsigned i = 0; i < op.getNumOperands(); ++i)
      depends |= carries(&op, i, record) && varied.contains(op.getOperand(i));
    if (depends)
      for (Value result : op.getResults())
        if (isFloat(result))
          varied.insert(result);
  }
  useful.insert(targets.begin(), targets.end());
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    const Record *record = table.lookup(&op);
    if ((record && record->kind == Record::Inactive) ||
        llvm::none_of(op.getResults(), [&](Value result) { return useful.contains(result); }))
      continue;
    for (unsigned i = 0; i < op.getNumOperands(); ++i)
      if (carries(&op, i, record))
        useful.insert(op.getOperand(i));
  }
  for (Operation &op : block.without_terminator()) {
    if (!isActive(&op))
      continue;
    const Record *record = table.lookup(&op);
    if (!record)
      missing.push_back({&op, ""});
    else if (std::string reason = record->refuses ? record->refuses(&op) : ""; !reason.empty())
      missing.push_back({&op, reason});
  }
}

bool Activity::isActive(Operation *op) const {
  auto active = [&](Value value) { return isActive(value); };
  return llvm::any_of(op->getOperands(), active) && llvm::any_of(op->getResults(), active);
}

} // namespace nnc::autodiff
