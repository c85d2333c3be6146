// Which operations are printed inside the expression of their user, and which get a line and a name of their own.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace nnc::cpp {

/// Ops that are an expression: one result, no effect but that they may read memory.
bool isExpression(mlir::Operation *op);
/// Constants stand wherever they are used.
bool isLiteral(mlir::Operation *op);

/// A folded op is a short index (`row + m`), written wherever it is used, or has one use, in its own block, and its
/// value there is the one that it has at its place: what it reads is not written in between. Its anchor is the
/// statement in which it ends up.
class Folding {
public:
  explicit Folding(mlir::func::FuncOp function);

  bool isFolded(mlir::Operation *op) const { return anchors.contains(op) || repeated.contains(op); }
  /// May it get a line of its own where it ends up?
  bool mayUnfold(mlir::Operation *op) const { return anchors.contains(op); }
  /// Gives a folded op a line of its own after all: right before its anchor, where its value is the same.
  void unfold(mlir::Operation *op) { anchors.erase(op); }

private:
  void plan(mlir::Block &block);
  bool isShortIndex(mlir::Operation *op);
  bool mayFold(mlir::Operation *op, mlir::Operation *user);

  llvm::DenseMap<mlir::Operation *, mlir::Operation *> anchors;
  llvm::DenseSet<mlir::Operation *> repeated;
  llvm::DenseMap<mlir::Operation *, unsigned> weights; // operations in the expression below
};

} // namespace nnc::cpp
