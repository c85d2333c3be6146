// What a loop reads: changes that derivatives and planning make.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// Removes consts and xs that the body does not read.
void dropUnreadOperands(nn::ScanOp scan);
/// Adds a stack that the body reads a slice of; returns the slice.
mlir::BlockArgument addSlice(nn::ScanOp scan, mlir::Value stack, int64_t axis);

} // namespace nnc
