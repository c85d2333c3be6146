// Changes to what an nn.scan reads and makes.
#pragma once

#include "compiler/Dialect/Nn.h"

namespace nnc::autodiff {

/// A value of a body that is stacked with time at `axis`.
struct StackedYield {
  mlir::Value value;
  int64_t axis;
};

/// A scan in the place of `scan` that stacks more values of its body: results behind those that it has. The old one is
/// left without body and uses, to be erased.
nn::ScanOp withStacks(nn::ScanOp scan, llvm::ArrayRef<StackedYield> more);
/// A scan in the place of `scan` without those of its stacks that have no uses; `scan` itself if there are none.
nn::ScanOp withoutUnusedStacks(nn::ScanOp scan);

/// Where time stands in new stacks of `type`: as in what the scan reads or makes, but a free size stays the outermost
/// one.
int64_t axisFor(nn::ScanOp scan, mlir::RankedTensorType type);
/// Removes ops of the body whose results nobody reads.
void removeDeadOps(mlir::Block &body);

} // namespace nnc::autodiff
