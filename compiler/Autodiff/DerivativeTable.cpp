#include "compiler/Autodiff/DerivativeTable.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc::autodiff {

void Site::giveWhere(unsigned operand, Expr condition, bool holds, Expr g) {
  Expr zero = g.constant(0);
  give(operand, holds ? condition.select(g, zero) : condition.select(zero, g));
  masks[operand] = {condition.get(), holds};
}

const DerivativeTable &DerivativeTable::get() {
  static const DerivativeTable table = [] {
    DerivativeTable filled;
    registerElementwiseRules(filled);
    registerShapeRules(filled);
    registerPoolRules(filled);
    registerReduceRules(filled);
    registerContractRules(filled);
    registerConvRules(filled);
    registerGenericRules(filled);
    registerCustomRules(filled);
    registerScanRules(filled);
    registerNormRules(filled);
    registerLossRules(filled);
    registerStateRules(filled);
    return filled;
  }();
  return table;
}

const Record *DerivativeTable::lookup(Operation *op) const { return lookup(op->getName().getStringRef()); }

const Record *DerivativeTable::lookup(StringRef name) const {
  auto found = records.find(name);
  return found == records.end() ? nullptr : &found->second;
}

std::vector<std::string> DerivativeTable::names() const {
  std::vector<std::string> sorted;
  for (const auto &entry : records)
    sorted.push_back(entry.getKey().str());
  llvm::sort(sorted);
  return sorted;
}

Record &DerivativeTable::addFormulas(StringRef name, Record::Kind kind, std::initializer_list<Formula> formulas,
                                     Reads reads, std::string kink) {
  Record record{kind, reads, std::move(kink), {}, {}, {}, reads != Reads::Nothing};
  SmallVector<Formula> perOperand(formulas);
  for (auto [operand, formula] : llvm::enumerate(perOperand))
    if (!formula)
      record.inactiveOperands.push_back(operand);
  record.build = [perOperand](Site &site) {
    if (!site.g())
      return;
    for (auto [operand, formula] : llvm::enumerate(perOperand))
      if (formula && site.wants(operand))
        site.give(operand, formula(site));
  };
  return records[name] = std::move(record);
}

} // namespace nnc::autodiff
