// The last step of an emitter: axes that are walked as one become one.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::emit {

// Where a buffer is read or written at `[…, i / n, i % n, …]` and the two axes lie in one run of memory, it is so at
// `[…, i, …]` of a view with one axis in their place: `x[row / 10][row % 10]` is `x[row]` of rows side by side. LLVM
// finds that out by itself, g++ does not (a product of depth 1 takes 1.6 times as long), and people read it with less
// effort.
void joinAxes(mlir::func::FuncOp function);

} // namespace nnc::emit
