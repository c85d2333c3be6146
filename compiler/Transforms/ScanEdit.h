// Small changes to nn.scan that several planning passes make.
#pragma once
#include "compiler/Analysis/ScanOperands.h"

namespace nnc {

/// Adds a const, or returns the argument of an equal one.
mlir::BlockArgument addConst(nn::ScanOp scan, mlir::Value value);
/// The same loop with `values` of its body as further stacks, time at `axes`. The old op is erased.
nn::ScanOp addStacks(nn::ScanOp scan, llvm::ArrayRef<mlir::Value> values, llvm::ArrayRef<int64_t> axes);
/// The same loop without the stacks that nothing reads, and what only they need. The old op is erased.
nn::ScanOp dropUnreadStacks(nn::ScanOp scan);

/// What const arguments of loops stand for, seen from outside of all of them; any other value is itself.
mlir::Value outermost(mlir::Value value);

} // namespace nnc
