// Reverse mode over one block: from cotangents of its values to cotangents of what they depend on.
#pragma once

#include "compiler/Autodiff/Activity.h"

#include "llvm/ADT/DenseMap.h"

namespace nnc::autodiff {

/// Cotangents known so far; a value that is absent has the cotangent zero, which never becomes an op.
class Cotangents {
public:
  mlir::Value lookup(mlir::Value value) const { return known.lookup(value); }
  /// Adds a contribution; the order of calls is the order of additions.
  void add(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value contribution);

  /// What is known of the zeros of a cotangent.
  llvm::SmallVector<Mask, 1> masksOf(mlir::Value cotangent) const { return masks.lookup(cotangent); }
  void setMasks(mlir::Value cotangent, llvm::ArrayRef<Mask> all) { masks[cotangent].assign(all.begin(), all.end()); }

private:
  llvm::DenseMap<mlir::Value, mlir::Value> known;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Mask, 1>> masks;
};

/// The location of what differentiation adds for an op.
mlir::Location gradLocation(mlir::Location forward);
bool isGradLocation(mlir::Location loc);

/// Visits `ops` in reverse program order and builds the cotangents of their operands at the builder's place. Every
/// active op must have a rule.
void reverse(llvm::ArrayRef<mlir::Operation *> ops, const Activity &activity, const DerivativeTable &table,
             mlir::OpBuilder &builder, Cotangents &cotangents);

} // namespace nnc::autodiff
