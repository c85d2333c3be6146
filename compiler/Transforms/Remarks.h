// Remarks of the passes: one decision, one sentence. `--remarks-filter=TOPIC` shows those of one topic.
#pragma once
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/Twine.h"

namespace nnc {

inline void remarkPassed(mlir::Location loc, llvm::StringRef topic, const llvm::Twine &text) {
  mlir::remark::passed(loc, mlir::remark::RemarkOpts::name(topic).category(topic)) << text.str();
}
inline void remarkMissed(mlir::Location loc, llvm::StringRef topic, const llvm::Twine &text) {
  mlir::remark::missed(loc, mlir::remark::RemarkOpts::name(topic).category(topic)) << text.str();
}

} // namespace nnc
