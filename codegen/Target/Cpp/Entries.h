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

  /// The entry itself, `run`, `prepare` and `scalars`.
  llvm::Error print(Layout &out);
  const EntryNames &functions() const { return names; }

  /// `extern "C" int MODEL_ENTRY(…)`.
  void printPlain(Layout &out, llvm::StringRef model);

private:
  llvm::Error checkSignature();
  void printRun(Layout &out);
  void printPrepare(Layout &out);
  void printScalars(Layout &out);
  void checkInput(Layout &out, size_t index, const std::string &inputs, const std::string &error);
  std::string size(const nn::SizeExpr &size) const;
  std::string describe() const;

  const EntryInfo &entry;
  KernelPrinter &printer;
  mlir::func::FuncOp body, scalars;
  EntryNames names;
  std::vector<std::string> sizes; // of the free sizes in `prepare`
};

/// Helpers that the functions call: `fail`, `below`, `floor_div`; those that `text` uses.
std::string entryHelpers(llvm::StringRef text);

} // namespace nnc::cpp
