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
  /// Looks at the ops of one block; regions belong to their op's rule.
  Activity(mlir::Block &block, llvm::ArrayRef<mlir::Value> roots, llvm::ArrayRef<mlir::Value> targets,
           const DerivativeTable &table);

  bool isActive(mlir::Value value) const { return varied.contains(value) && useful.contains(value); }
  /// Whether the op takes part; then it needs a rule.
  bool isActive(mlir::Operation *op) const;
  /// In program order.
  llvm::ArrayRef<MissingRule> missingRules() const { return missing; }

private:
  bool carries(mlir::Operation *op, unsigned operand, const Record *record) const;

  llvm::DenseSet<mlir::Value> varied, useful;
  llvm::SmallVector<MissingRule> missing;
};

} // namespace nnc::autodiff
