// The body of one function: operations become statements.
#pragma once

#include "codegen/Target/Cpp/Expressions.h"
#include "codegen/Target/Cpp/Layout.h"
#include "codegen/Target/Cpp/Names.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace nnc::cpp {

/// What a view into the state or the workspace is in C++.
using ViewPrinter =
    std::function<std::string(llvm::StringRef argument, bool isState, int64_t offset, mlir::MemRefType type)>;

class Statements {
public:
  /// `live`: the values that a draft asked for by their names; others get no line. Null in the first draft.
  Statements(Folding &folding, Expressions &expressions, Names &names, Layout &out, const ViewPrinter &views,
             std::function<std::string(mlir::func::CallOp, unsigned)> resultName,
             const llvm::DenseSet<mlir::Value> *live)
      : folding(folding), expressions(expressions), names(names), out(out), views(views),
        resultName(std::move(resultName)), live(live) {}

  /// All of a block but its terminator.
  void block(mlir::Block &block);
  void returnValues(mlir::func::ReturnOp op);

private:
  void statement(mlir::Operation *op);
  mlir::Operation *longestPart(mlir::Operation *op, size_t whole);
  /// Gives folded operands of `op` lines of their own until `text()` fits in a line.
  std::string shorten(mlir::Operation *op, llvm::function_ref<std::string()> text);
  /// `const T name = expression;`
  void declare(mlir::Operation *op);
  /// A statement `before` and an expression of `op`, wrapped at its arguments if it cannot be shortened.
  void print(mlir::Operation *op, llvm::StringRef before, llvm::StringRef after,
             llvm::function_ref<Expression()> expression);
  std::string hint(mlir::Operation *op);
  std::string nameFor(mlir::Operation *op);

  void loop(mlir::scf::ForOp op);
  void branch(mlir::scf::IfOp op);
  void choose(mlir::scf::IndexSwitchOp op);
  void arm(mlir::Block &block, llvm::ArrayRef<std::string> variables);
  /// Assigns all at once: through `next_…` variables where one is read after it was written.
  void assign(mlir::Operation *yield, llvm::ArrayRef<std::string> variables);
  std::vector<std::string> resultVariables(mlir::Operation *op, mlir::Block *initial);
  void collectReads(mlir::Value value, std::vector<std::string> &reads);
  bool takesOver(mlir::Value value, mlir::Operation *op);

  void alloca(mlir::memref::AllocaOp op);
  void view(mlir::memref::ViewOp op);
  void cast(mlir::memref::ReinterpretCastOp op);
  void declarePointer(const std::string &before, const std::string &start);
  void global(mlir::memref::GetGlobalOp op);
  void call(mlir::func::CallOp op);
  void store(mlir::Operation *op);

  Folding &folding;
  Expressions &expressions;
  Names &names;
  Layout &out;
  const ViewPrinter &views;
  std::function<std::string(mlir::func::CallOp, unsigned)> resultName;
  const llvm::DenseSet<mlir::Value> *live;
  llvm::DenseMap<mlir::Value, std::string> variables; // values that a variable holds which may change
  unsigned depth = 0;                                 // of loops
};

/// The string attribute, or "".
llvm::StringRef stringAttr(mlir::Operation *op, llvm::StringRef name);

} // namespace nnc::cpp
