// What the passes of phase grad ask about an entry: its loss, and what it is differentiated by.
#pragma once

#include "compiler/Autodiff/Activity.h"

#include "mlir/IR/BuiltinOps.h"

namespace nnc::autodiff {

/// What makes values of phase grad large.
constexpr llvm::StringLiteral kKeepsSteps =
    "a loop that is trained keeps what each step computes: fewer steps take less";

/// Something with a gradient: a parameter with its reads, or an input.
struct Root {
  std::string name;
  mlir::RankedTensorType type;
  nn::ParamOp param;                     // null for an input
  llvm::SmallVector<mlir::Value> values; // in program order; none if the entry does not read the parameter
};

class GradEntry {
public:
  GradEntry(mlir::ModuleOp module, nn::EntryOp entry);

  /// Entries to differentiate, in the module's order.
  static llvm::SmallVector<nn::EntryOp> in(mlir::ModuleOp module);

  nn::ReturnOp terminator() const;
  /// The value of the output `loss`, or null.
  mlir::Value loss() const;
  bool isStep() const;
  llvm::SmallVector<mlir::Value> rootValues() const;

  mutable nn::EntryOp entry;     // ops are handles; their methods are not const
  llvm::SmallVector<Root> roots; // trained parameters in order of declaration, then inputs

private:
  void addInputs(mlir::ModuleOp module);
};

} // namespace nnc::autodiff
