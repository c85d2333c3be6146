// The same kernels through the C++ back end and a compiler of C++, loaded into this process.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Error.h"

#include <string>

namespace nnc::twins {

using Entry = void (*)(void **, int64_t *);

class CppTwin {
public:
  /// Prints a module in phase `kernel` and compiles it. `options` go to the compiler as they are; with `keep` the text
  /// stays in that file.
  static llvm::Expected<CppTwin> build(mlir::ModuleOp kernels, const TargetInfo &target, const std::string &compiler,
                                       llvm::ArrayRef<std::string> options, const std::string &keep);
  /// `call` of a kernel, which takes pointers and words as the other twin's does; null if it is not there.
  Entry find(const std::string &kernel);

private:
  explicit CppTwin(llvm::sys::DynamicLibrary library) : library(library) {}
  llvm::sys::DynamicLibrary library;
};

} // namespace nnc::twins
