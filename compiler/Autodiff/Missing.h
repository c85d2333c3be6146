// What stands in the way of training a program, for those who want to know before phase grad is asked for.
#pragma once
#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace nnc::autodiff {

/// What has no derivative between a parameter or an input and the loss, as messages call it, each once; none if the
/// program can be trained. For a module of phase nn.
std::vector<std::string> missingDerivatives(mlir::ModuleOp module);

} // namespace nnc::autodiff
