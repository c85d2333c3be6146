// Formulas in rules: an Expr is a value with the place where further ops are built, so a rule reads `g * (1 - y * y)`.
#pragma once

#include "compiler/Dialect/Nn.h"

#include "mlir/IR/Builders.h"

namespace nnc::autodiff {

class Expr {
public:
  Expr() = default;
  Expr(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value) : builder(&builder), loc(loc), value(value) {}

  explicit operator bool() const { return bool(value); }
  mlir::Value get() const { return value; }
  mlir::RankedTensorType type() const { return mlir::cast<mlir::RankedTensorType>(value.getType()); }

  /// The op built on this value and `operands`, of this value's type.
  template <class Op, class... More> Expr make(More... operands) const {
    return {*builder, at(), Op::create(*builder, at(), value.getType(), value, operands.get()...)};
  }
  /// A tensor of this type, all of one value.
  Expr constant(double splat) const { return constantOf(type(), splat); }
  Expr constantOf(mlir::RankedTensorType type, double splat) const;

  Expr compare(nn::ComparePred pred, Expr other) const;
  /// This is the condition.
  Expr select(Expr a, Expr b) const;
  /// `dims[i]` is the result's dimension of dimension i.
  Expr broadcast(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> dims) const;
  Expr reduce(nn::ReduceKind kind, llvm::ArrayRef<int64_t> dims) const;
  Expr cast(mlir::Type element) const;

private:
  mlir::Location at() const { return loc; }

  mlir::OpBuilder *builder = nullptr;
  mlir::LocationAttr loc;
  mlir::Value value;
};

inline Expr operator+(Expr a, Expr b) { return a.make<nn::AddOp>(b); }
inline Expr operator-(Expr a, Expr b) { return a.make<nn::SubOp>(b); }
inline Expr operator*(Expr a, Expr b) { return a.make<nn::MulOp>(b); }
inline Expr operator/(Expr a, Expr b) { return a.make<nn::DivOp>(b); }
inline Expr operator-(Expr a) { return a.make<nn::NegOp>(); }
inline Expr operator+(double a, Expr b) { return b.constant(a) + b; }
inline Expr operator-(double a, Expr b) { return b.constant(a) - b; }
inline Expr operator*(double a, Expr b) { return b.constant(a) * b; }
inline Expr operator/(double a, Expr b) { return b.constant(a) / b; }

/// A rank-0 constant broadcast to `type`, so that equal constants of all shapes are one.
mlir::Value splatConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type, double splat);

/// The dimensions of 0 … rank-1 that are not in `dims`.
llvm::SmallVector<int64_t> otherDims(int64_t rank, llvm::ArrayRef<int64_t> dims);

} // namespace nnc::autodiff
