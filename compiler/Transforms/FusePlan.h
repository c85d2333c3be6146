// Which ops of an entry become one group: the decision of nn-fuse, before the IR changes.
#pragma once
#include "compiler/Analysis/OpClass.h"
#include "llvm/ADT/MapVector.h"

namespace nnc {

/// A future group, or one op that stays outside of groups. `ops` are in program order and exclude free ops, which every
/// group copies.
struct FusedOps {
  llvm::SmallVector<mlir::Operation *> ops;
  mlir::Operation *anchor = nullptr;
  mlir::RankedTensorType domain; // of the elementwise ops that may still join
  bool isGroup() const { return !anchor || !staysOutside(classify(anchor)); }
};

struct FusePlan {
  std::vector<FusedOps> groups;
  llvm::DenseMap<mlir::Operation *, int> groupOf; // ops that are in a group

  /// True for an op that groups copy instead of reading its result: constants, sizes, broadcasts, and arithmetic on
  /// scalars that depends on nothing else.
  bool isCopied(mlir::Operation *op) const { return copied.contains(op); }
  /// Groups in an order in which each comes after what it reads, earliest first op first.
  std::vector<int> order() const;

  llvm::DenseSet<mlir::Operation *> copied;
};

/// Of the body of an entry or of a loop.
FusePlan planFusion(mlir::Block &body);

} // namespace nnc
