#include "compiler/Autodiff/Activity.h"

using namespace mlir;

namespace nnc::autodiff {

bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<FloatType>(type.getElementType());
}

Flow flowOf(Operation *op, const DerivativeTable &table) {
  llvm::SmallBitVector none(op->getNumOperands()), all = none;
  const Record *record = table.lookup(op);
  bool inactive = record && record->kind == Record::Inactive;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (!inactive && isFloat(op->getOperand(i)) && !(record && llvm::is_contained(record->inactiveOperands, i)))
      all.set(i);
  Flow flow = record && record->flow ? record->flow(op) : Flow(op->getNumResults(), all);
  for (auto [result, operands] : llvm::zip_equal(op->getResults(), flow))
    operands &= isFloat(result) ? all : none;
  return flow;
}

Activity::Activity(Block &block, ArrayRef<Value> roots, ArrayRef<Value> targets, const DerivativeTable &table) {
  SmallVector<std::pair<Operation *, Flow>> flows;
  for (Operation &op : block.without_terminator())
    flows.push_back({&op, flowOf(&op, table)});
  varied.insert(roots.begin(), roots.end());
  for (auto &[op, flow] : flows)
    for (auto [result, operands] : llvm::zip_equal(op->getResults(), flow))
      if (llvm::any_of(operands.set_bits(), [&](unsigned i) { return varied.contains(op->getOperand(i)); }))
        varied.insert(result);
  useful.insert(targets.begin(), targets.end());
  for (auto &[op, flow] : llvm::reverse(flows))
    for (auto [result, operands] : llvm::zip_equal(op->getResults(), flow))
      if (useful.contains(result))
        for (unsigned i : operands.set_bits())
          useful.insert(op->getOperand(i));
  findMissingRules(block, table);
}

void Activity::findMissingRules(Block &block, const DerivativeTable &table) {
  for (Operation &op : block.without_terminator()) {
    if (!isActive(&op))
      continue;
    const Record *record = table.lookup(&op);
    if (!record)
      missing.push_back({&op, ""});
    else if (std::string reason = record->refuses ? record->refuses(&op) : ""; !reason.empty())
      missing.push_back({&op, reason});
    else if (record->missingInside)
      record->missingInside(&op, *this, missing);
  }
}

bool Activity::isActive(Operation *op) const {
  auto active = [&](Value value) { return isActive(value); };
  return llvm::any_of(op->getOperands(), active) && llvm::any_of(op->getResults(), active);
}

} // namespace nnc::autodiff
