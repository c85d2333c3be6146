// Remarks of the passes: one decision, one sentence.
#pragma once
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/Twine.h"

namespace nnc {

inline void remarkPassed(mlir::Location loc, llvm::StringRef category, const llvm::Twine &text) {
  mlir::remark::passed(loc, mlir::remark::RemarkOpts::name(category).category("nnc")) << text.str();
}
inline void remarkMissed(mlir::Location loc, llvm::StringRef category, const llvm::Twine &text) {
  mlir::remark::missed(loc, mlir::remark::RemarkOpts::name(category).category("nnc")) << text.str();
}

} // namespace nnc
