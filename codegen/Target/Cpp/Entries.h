// The functions of an entry that the descriptor points to, as EntryFunctions.cpp writes them for LLVM, and the plain
// functions that stand for them in a file that is used without the runtime.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Target/Cpp/Descriptor.h"
#include "codegen/Target/Cpp/Functions.h"

namespace nnc::cpp {

class EntryPrinter {
public:
  EntryPrinter(const EntryInfo &entry, KernelPrinter &printer, mlir::func::FuncOp body, mlir::func::FuncOp scalars);

  /// The entry itself, and the function that computes its scalars.
  llvm::Error print(Layout &out);
  const EntryNames &functions() const { return names; }

  /// `run`, `prepare` and `scalars` of the descriptor.
  std::string functionsOfRuntime();
  /// `extern "C" void MODEL_ENTRY(…)`.
  std::string plainFunction(llvm::StringRef model);

private:
  llvm::Error checkSignature();
  std::string run() const;
  std::string prepare();
  std::string setScalars() const;
  std::string checkInput(size_t index, const std::string &input, const std::string &error) const;
  std::string size(const nn::SizeExpr &size) const;
  std::string describe() const;

  const EntryInfo &entry;
  KernelPrinter &printer;
  mlir::func::FuncOp body, scalars;
  EntryNames names;
  std::vector<std::string> sizes; // of the free sizes in `prepare`
};

/// What `functionsOfRuntime` calls, and the barrier of the entries, if the texts say so.
std::string runtimeHelpers(llvm::StringRef entries, llvm::StringRef functions);
/// What plain functions call. `flushes`: subnormal numbers are zero, as under the runtime.
std::string plainHelpers(llvm::StringRef entries, bool flushes);

} // namespace nnc::cpp
