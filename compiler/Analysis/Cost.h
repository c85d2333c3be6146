// Rough cost of ops at the bounds of the free sizes: enough to decide whether cutting a group into tasks pays.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// The unit: one multiply or add of a kernel near its peak. 2^17 of them take about a microsecond of one core.
int64_t costOf(mlir::Operation *op, const nn::SizeRanges &ranges);
int64_t costOf(nn::GroupOp group, const nn::SizeRanges &ranges);

/// Elements at the bounds.
int64_t maxElementsOf(mlir::Value value, const nn::SizeRanges &ranges);

} // namespace nnc
