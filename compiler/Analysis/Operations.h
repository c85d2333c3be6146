// How many operations an entry asks for: multiply-adds count as two, everything else (elementwise, updates) as none,
// because the figure is compared with a machine's multiply-add peak.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// Operations of one call of the entry, as an expression of its free sizes. From phase grad on (groups are looked
/// into).
nn::SizeExpr countOperations(nn::EntryOp entry);

/// Whether `op` is nn.conv or one of its two transposes.
inline bool isConvolution(mlir::Operation *op) {
  return mlir::isa<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp>(op);
}
/// The operations of one.
nn::SizeExpr convOperations(mlir::Operation *op);

/// Bytes of the workspace that hold values saved for the backward pass, at the bounds of the free sizes. Phase planned.
int64_t savedBytes(nn::EntryOp entry);

} // namespace nnc
