// Entries as functions for whoever links with the file, without threads where one thread does all the work.
#pragma once

#include "codegen/ModelInfo.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nnc::cpp {

/// Attributes of an entry that became a plain function, and of one that flushes subnormal numbers itself.
constexpr llvm::StringLiteral plainAttr = "nnc.plain", flushAttr = "nnc.flush";

/// If the first thread does all the work of an entry, it becomes a function under `name` with the parameters (state,
/// work, sizes…, inputs…, scalars…, outputs…, threads), the last for callers who need not know that.
bool makePlain(mlir::func::FuncOp function, const EntryInfo &entry, llvm::StringRef name);

} // namespace nnc::cpp
