// The functions of an entry that the descriptor points to, as EntryFunctions.cpp writes them for LLVM, and the plain
// functions that stand for them in a file that is used without the runtime.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Target/Cpp/Descriptor.h"
#include "codegen/Target/Cpp/Functions.h"
#include "codegen/Target/Cpp/Library.h"

namespace nnc::cpp {

class EntryPrinter {
public:
  EntryPrinter(const EntryInfo &entry, KernelPrinter &printer, mlir::func::FuncOp body, mlir::func::FuncOp scalars);

  /// The entry itself, and the function that computes its scalars; with the bytes of its workspace for readers.
  llvm::Error print(Layout &out, bool tellsWork);
  const EntryNames &functions() const { return names; }

  /// What the descriptor points to: `run`, `scalars`, and the facts that `prepare` checks.
  void printForRuntime(Layout &out);
  /// Did Library.cpp make a function of the entry?
  bool isPlain() { return body->hasAttr(plainAttr); }
  /// `extern "C" void MODEL_ENTRY(…)`, if the entry itself is not that.
  void printPlain(Layout &out, llvm::StringRef model);

private:
  llvm::Error checkSignature();
  void printTeam(Layout &out, llvm::StringRef model);
  void printRun(Layout &out) const;
  void printFacts(Layout &out);
  void printScalars(Layout &out, const std::string &head) const;
  std::string size(const nn::SizeExpr &size) const;
  std::string describe(bool tellsWork) const;

  const EntryInfo &entry;
  KernelPrinter &printer;
  mlir::func::FuncOp body, scalars;
  EntryNames names;
  std::vector<std::string> sizes; // of the free sizes among the facts
};

/// `prepare` of all entries, as a template; `symbol` is what the descriptor is called.
std::string prepareFunction(const ModelInfo &model, llvm::StringRef symbol);
/// What `functions` call, and the barrier of the entries, if the texts say so.
std::string runtimeHelpers(llvm::StringRef entries, llvm::StringRef functions);
/// What plain functions call. `flushes`: subnormal numbers are zero, as under the runtime.
std::string plainHelpers(llvm::StringRef entries, bool flushes, bool threads);

} // namespace nnc::cpp
