// Derivatives as records in one table, keyed by op name. A family registers its records in Rules<Family>.cpp; the pass
// looks them up and knows no op itself. First order, reverse mode: a rule turns the cotangents of an op's results into
// cotangents of its operands, by building nn ops.
#pragma once

#include "compiler/Autodiff/Expr.h"

#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringMap.h"

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace nnc::autodiff {

class Activity;
struct MissingRule;

/// What backward reads of an op's forward values: nn-select-saved has to provide it.
enum class Reads : uint8_t { Nothing, Operands, Results, Both };

/// Says that a cotangent is 0 wherever `condition` is not `holds`.
struct Mask {
  mlir::Value condition;
  bool holds = true;
};

/// One op whose cotangents are known, as a rule sees it.
class Site {
public:
  Site(mlir::Operation *op, mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<mlir::Value> cotangents,
       llvm::ArrayRef<bool> wanted)
      : op(op), builder(builder), loc(loc), cotangents(cotangents), wanted(wanted), given(op->getNumOperands()),
        masks(op->getNumOperands()) {}

  Expr x(unsigned operand = 0) const { return {builder, loc, op->getOperand(operand)}; }
  Expr y(unsigned result = 0) const { return {builder, loc, op->getResult(result)}; }
  /// The cotangent of a result; empty if it is zero.
  Expr g(unsigned result = 0) const { return cotangents[result] ? Expr(builder, loc, cotangents[result]) : Expr(); }
  /// Whether a cotangent of the operand is of use.
  bool wants(unsigned operand) const { return wanted[operand]; }
  /// States it. What is not given is zero.
  void give(unsigned operand, Expr cotangent) { given[operand] = cotangent.get(); }
  /// The cotangent `g` where the condition is `holds`, else 0.
  void giveWhere(unsigned operand, Expr condition, bool holds, Expr g);
  mlir::Value cotangentOf(unsigned operand) const { return given[operand]; }
  /// The mask of an operand's cotangent; without condition if there is none.
  Mask maskOf(unsigned operand) const { return masks[operand]; }
  /// The rule has put another op in the place of this one; the caller erases it.
  void replaceOp() { replaced = true; }
  bool isReplaced() const { return replaced; }
  Expr expr(mlir::Value value) const { return {builder, loc, value}; }

  mlir::Operation *const op;
  mlir::OpBuilder &builder;
  const mlir::Location loc;

private:
  llvm::ArrayRef<mlir::Value> cotangents;
  llvm::ArrayRef<bool> wanted;
  llvm::SmallVector<mlir::Value> given;
  llvm::SmallVector<Mask> masks;
  bool replaced = false;
};

/// For each result of an op, the operands on which it depends.
using Flow = llvm::SmallVector<llvm::SmallBitVector>;

struct Record {
  enum Kind { Elementwise, Linear, Built, Inactive };
  Kind kind;
  Reads reads = Reads::Nothing;
  /// What happens where the derivative does not exist, for the documentation.
  std::string kink;
  std::function<void(Site &)> build;
  /// Why this instance of the op has no derivative, or "".
  std::function<std::string(mlir::Operation *)> refuses;
  /// Operands that carry no derivative (labels, conditions).
  llvm::SmallVector<unsigned> inactiveOperands;
  /// The derivative of an elementwise op may be infinite or NaN where its result is not used: on the side of a select
  /// that is not taken its cotangent is set to 0, not multiplied by 0.
  bool singular = false;
  /// The derivative by an operand is a product of the others: harmless if those are finite constants.
  bool readsOthersOnly = false;
  /// For an op whose results do not all depend on all operands.
  std::function<Flow(mlir::Operation *)> flow = nullptr;
  /// For an op with a body: appends the ops in it that take part and have no derivative, given what is active around
  /// it.
  std::function<void(mlir::Operation *, const Activity &, std::vector<MissingRule> &)> missingInside = nullptr;

  /// States that the derivative is finite everywhere.
  Record &bounded() {
    singular = false;
    return *this;
  }
};

class DerivativeTable {
public:
  /// The records of all families.
  static const DerivativeTable &get();

  /// The record of an op, or null.
  const Record *lookup(mlir::Operation *op) const;
  const Record *lookup(llvm::StringRef name) const;
  /// Names in alphabetical order, for documentation and tests.
  std::vector<std::string> names() const;

  /// One cotangent per operand; a null function for operands that carry none. All results but the first are inactive.
  using Formula = Expr (*)(Site &);
  template <class Op> Record &elementwise(std::initializer_list<Formula> formulas, Reads reads, std::string kink = "") {
    return addFormulas(Op::getOperationName(), Record::Elementwise, formulas, reads, std::move(kink));
  }
  /// The transpose of each operand: reads no value, only shapes.
  template <class Op> Record &linear(std::initializer_list<Formula> transposes) {
    return addFormulas(Op::getOperationName(), Record::Linear, transposes, Reads::Nothing, "");
  }
  template <class Op> Record &rule(std::function<void(Site &)> build, Reads reads, std::string kink = "") {
    return records[Op::getOperationName()] = {Record::Built, reads, std::move(kink), std::move(build), {}, {}};
  }
  /// Nothing flows back through the op: its results are integers, or constant almost everywhere.
  template <class... Ops> void inactive() {
    ((records[Ops::getOperationName()] = {Record::Inactive, Reads::Nothing, "", {}, {}, {}}), ...);
  }

private:
  Record &addFormulas(llvm::StringRef name, Record::Kind kind, std::initializer_list<Formula> formulas, Reads reads,
                      std::string kink);
  llvm::StringMap<Record> records;
};

void registerElementwiseRules(DerivativeTable &table);
void registerShapeRules(DerivativeTable &table);
void registerPoolRules(DerivativeTable &table);
void registerReduceRules(DerivativeTable &table);
void registerContractRules(DerivativeTable &table);
void registerConvRules(DerivativeTable &table);
void registerGenericRules(DerivativeTable &table);
void registerCustomRules(DerivativeTable &table);
void registerScanRules(DerivativeTable &table);
void registerNormRules(DerivativeTable &table);
void registerLossRules(DerivativeTable &table);
void registerStateRules(DerivativeTable &table);

} // namespace nnc::autodiff
