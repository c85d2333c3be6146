// Small changes to nn.scan that several planning passes make.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// Adds a const, or returns the argument of an equal one.
mlir::BlockArgument addConst(nn::ScanOp scan, mlir::Value value);
/// Removes consts and xs that the body does not read.
void dropUnreadOperands(nn::ScanOp scan);

/// What const arguments of loops stand for, seen from outside of all of them; any other value is itself.
mlir::Value outermost(mlir::Value value);

} // namespace nnc
