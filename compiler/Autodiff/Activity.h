// Which values take part in a derivative: those that depend on a root (varied) and on which the loss depends (useful).
#pragma once

#include "compiler/Autodiff/DerivativeTable.h"

#include "llvm/ADT/DenseSet.h"

namespace nnc::autodiff {

bool isFloat(mlir::Value value);

/// An op without a derivative between a root and the loss, and why if its rule says so.
struct MissingRule {
  mlir::Operation *op;
  std::string reason;
};

class Activity {
public:
  /// Looks at the ops of one block; regions belong to their op's record.
  Activity(mlir::Block &block, llvm::ArrayRef<mlir::Value> roots, llvm::ArrayRef<mlir::Value> targets,
           const DerivativeTable &table);

  bool isActive(mlir::Value value) const { return varied.contains(value) && useful.contains(value); }
  /// Whether the op takes part; then it needs a rule.
  bool isActive(mlir::Operation *op) const;
  /// In program order, those inside of bodies too.
  llvm::ArrayRef<MissingRule> missingRules() const { return missing; }

private:
  void findMissingRules(mlir::Block &block, const DerivativeTable &table);

  llvm::DenseSet<mlir::Value> varied, useful;
  std::vector<MissingRule> missing;
};

/// For each result of `op`, the operands through which a derivative can flow to it.
Flow flowOf(mlir::Operation *op, const DerivativeTable &table);

} // namespace nnc::autodiff
