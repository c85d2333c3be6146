// What a value may hold (E0305).
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// No value of this type fits, at the bounds of its free sizes; sizes without a bound count as small.
bool isTooLarge(mlir::RankedTensorType type, const nn::SizeRanges &ranges);

/// Reports a value that is too large; `why` says where it comes from, as a note.
mlir::LogicalResult reportTooLarge(mlir::Location loc, mlir::RankedTensorType type, llvm::StringRef why);

/// Reports the first value under `root` that no tensor may hold, whatever its free sizes.
mlir::LogicalResult checkLimits(mlir::Operation *root, llvm::StringRef why);

} // namespace nnc
