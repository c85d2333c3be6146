// Small changes to nn.group that several planning passes make.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

inline mlir::Block &bodyOf(nn::GroupOp group) { return group.getBody().front(); }
inline mlir::Operation *yieldOf(nn::GroupOp group) { return bodyOf(group).getTerminator(); }
inline nn::ReturnOp returnOf(nn::EntryOp entry) {
  return mlir::cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
}
inline llvm::SmallVector<nn::GroupOp> groupsOf(nn::EntryOp entry) {
  return llvm::to_vector(entry.getBody().front().getOps<nn::GroupOp>());
}

/// Also those in the bodies of loops, in program order.
inline llvm::SmallVector<nn::GroupOp> allGroupsOf(nn::EntryOp entry) {
  llvm::SmallVector<nn::GroupOp> groups;
  entry.walk<mlir::WalkOrder::PreOrder>([&](nn::GroupOp group) { groups.push_back(group); });
  return groups;
}

/// The input that block argument `value` stands for, or nothing.
mlir::Value inputFor(nn::GroupOp group, mlir::Value value);

/// Adds an input, or returns the argument of an equal one.
mlir::BlockArgument addInput(nn::GroupOp group, mlir::Value input);
/// Removes the inputs whose arguments nothing reads.
void dropUnusedInputs(nn::GroupOp group);

/// The same group with `inner` (a value of its body) as one more result. The old op is erased.
nn::GroupOp addResult(nn::GroupOp group, mlir::Value inner);

/// A group that copies `value`, at the builder's position.
nn::GroupOp makeCopyGroup(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value);

} // namespace nnc
