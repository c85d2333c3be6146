// The ops of a region's block, put somewhere else.
#pragma once
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace nnc {

/// Clones the body at the builder's place with `arguments` for its own; gives what its terminator yields. `place` makes
/// the location of a clone from that of the op.
inline llvm::SmallVector<mlir::Value> cloneBody(mlir::Block &body, mlir::ValueRange arguments, mlir::OpBuilder &builder,
                                                llvm::function_ref<mlir::Location(mlir::Location)> place) {
  mlir::IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (mlir::Operation &op : body.without_terminator())
    builder.clone(op, mapping)->setLoc(place(op.getLoc()));
  llvm::SmallVector<mlir::Value> yielded;
  for (mlir::Value value : body.getTerminator()->getOperands())
    yielded.push_back(mapping.lookup(value));
  return yielded;
}

} // namespace nnc
