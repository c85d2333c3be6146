// The value of an operation as an expression of C++.
#pragma once

#include "codegen/Target/Cpp/Expression.h"
#include "codegen/Target/Cpp/Folding.h"
#include "codegen/Target/Cpp/Prelude.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <functional>
#include <optional>

namespace nnc::cpp {

/// A buffer: an array or a pointer to rows, or, with strides, a pointer to its first element.
struct Buffer {
  std::string text;
  std::vector<std::string> strides{}; // of all dimensions but a last one of stride 1, if it is not an array
  bool lastIsOne = true;
  bool isConst = false;
};

/// A constant mask of the first lane alone. What is read or written through it is one element: compilers spend a masked
/// instruction on what says otherwise.
bool isFirstLane(mlir::Value mask);

class Expressions {
public:
  /// `calleeName`: what a function is called in C++.
  /// `takes`: does it have this parameter.
  Expressions(const Folding &folding, Prelude &prelude, std::function<std::string(mlir::func::CallOp)> calleeName,
              std::function<bool(mlir::func::CallOp, unsigned)> takes)
      : folding(folding), prelude(prelude), calleeName(std::move(calleeName)), takes(std::move(takes)) {}

  /// From now on a value is the variable `name`.
  void setName(mlir::Value value, const std::string &name) { named[value] = name; }
  void setBuffer(mlir::Value value, Buffer buffer) { buffers[value] = std::move(buffer); }
  const Buffer &buffer(mlir::Value value);
  /// The values whose names stand in some text.
  const llvm::DenseSet<mlir::Value> &askedFor() const { return asked; }
  bool hasName(mlir::Value value) const { return named.contains(value); }

  /// A value where it is used: its name, its literal, or the expression folded into this place.
  Expression value(mlir::Value value);
  std::string text(mlir::Value value, Binds needed = Binds::comma) { return this->value(value).at(needed); }
  /// The expression of an operation, no matter whether it has a name.
  Expression expression(mlir::Operation *op);

  /// `x[i][j]`
  std::string element(mlir::Value buffer, mlir::ValueRange indices);
  /// A mask as the prelude wants it beside vectors of a type.
  std::string mask(mlir::Value mask, mlir::VectorType beside);
  std::string maskAs(mlir::Value mask, unsigned bits, Binds needed);
  /// Bits of a lane of a mask: as wide as what it came from, or as what it is used for.
  unsigned maskBits(mlir::Value mask);
  /// The C++ type of a variable that holds a value.
  std::string typeOf(mlir::Value value);
  std::string call(mlir::func::CallOp op);
  /// A tile that is only written, and handed on only to functions that do not take it: it is not printed.
  bool isUnread(mlir::Value buffer);
  std::vector<std::string> arguments(mlir::func::CallOp op);
  std::string callee(mlir::func::CallOp op) { return calleeName(op); }
  std::string use(llvm::StringRef helper, mlir::Type type) { return prelude.use(helper, typeName(type)); }
  bool isPlanted(llvm::StringRef bug) const { return prelude.isPlanted(bug); }

  /// The first operation that has no expression; null if all had one.
  mlir::Operation *unknown() const { return failed; }
  void fail(mlir::Operation *op) {
    if (!failed)
      failed = op;
  }

private:
  std::string typeName(mlir::Type type);
  std::string helper(llvm::StringRef name, mlir::Type type, std::initializer_list<std::string> arguments);
  std::string helperOn(llvm::StringRef name, mlir::Operation *op);
  std::string beside(mlir::Value value, mlir::Value other, Binds needed);
  Expression binary(mlir::Operation *op, llvm::StringRef sign, Binds binds);
  Expression wrapping(mlir::Operation *op, llvm::StringRef name, llvm::StringRef sign, Binds binds);
  Expression division(mlir::Operation *op, llvm::StringRef sign, bool isUnsigned);
  Expression bitwise(mlir::Operation *op, llvm::StringRef sign, llvm::StringRef onTruth, Binds binds);
  Expression shift(mlir::Operation *op, bool left, bool isSigned);
  Expression compareFloats(mlir::arith::CmpFOp op, bool negated);
  Expression compareIntegers(mlir::arith::CmpIOp op);
  Expression wideMask(const std::string &text, Binds binds, mlir::Type compared);
  Expression select(mlir::arith::SelectOp op);
  Expression firstLanes(mlir::Value mask, const std::string &count);
  Expression convert(mlir::Operation *op, bool fromUnsigned, bool toUnsigned = false);
  Expression bitcast(mlir::Operation *op);
  std::optional<Expression> arithmetic(mlir::Operation *op);
  std::optional<Expression> mathematics(mlir::Operation *op);
  std::optional<Expression> vectors(mlir::Operation *op);
  std::optional<Expression> memory(mlir::Operation *op);

  const Folding &folding;
  Prelude &prelude;
  std::function<std::string(mlir::func::CallOp)> calleeName;
  std::function<bool(mlir::func::CallOp, unsigned)> takes;
  llvm::DenseMap<mlir::Value, std::string> named;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseSet<mlir::Value> asked;
  mlir::Operation *failed = nullptr;
};

/// Is an index surely not negative, so that division with and without sign agree?
bool isNotNegative(mlir::Value value, unsigned depth = 0);

} // namespace nnc::cpp
