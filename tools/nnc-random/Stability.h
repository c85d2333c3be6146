// Is a program far enough from its jumps, that rounding in f32 cannot take another branch than f64?
#pragma once

#include "compiler/Dialect/Nn.h"
#include "compiler/Reference/Reference.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc::random {

/// Evaluates the operands of every comparison, rounding, sign, arg and cast to integers in f64: none may lie within
/// 1e-5 (relative) of a jump, but on it exactly is fine.
bool isStable(mlir::ModuleOp module, const std::string &entry, const reference::EntryArguments<double> &arguments);

/// Whether the program stands exactly on a kink: two operands of max or min are equal, a relu or abs is of 0, an
/// extreme is reached twice. There the gradient is a convention (the table of kinks tests it), not what dual numbers
/// say.
bool isOnKink(mlir::ModuleOp module, const std::string &entry, const reference::EntryArguments<double> &arguments);

} // namespace nnc::random
