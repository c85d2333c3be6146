// The scalar formulas of elementwise ops, spelled once: the plain form builds them on scalars, the emitters on vectors.
// Both therefore round the same operations in the same order.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"

namespace nnc::emit {

// True for ops that compute each element of their results from the same element of their operands, updates included.
bool hasFormula(mlir::Operation *op);

// The results of `op` for one element or one vector of elements. Operands have the element type of the op's tensors, or
// are vectors of it; those of rank 0 (learning rates, the flag of an update) may stay scalars beside vectors.
llvm::SmallVector<mlir::Value> buildFormula(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *op,
                                            mlir::ValueRange operands);

} // namespace nnc::emit
