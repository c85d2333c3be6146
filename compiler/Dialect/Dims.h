// Sizes of tensors: expressions over named free sizes, carried by the #nn.dims encoding of a type.
// This is the only place that builds or takes apart #nn.dims.
#pragma once
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace nnc::nn {
class DimsAttr;

constexpr int64_t maxRank = 16;
constexpr int64_t maxElements = int64_t(1) << 40;
constexpr int64_t maxBytes = int64_t(1) << 42;

/// Values of free sizes by name.
using SizeBindings = std::map<std::string, int64_t, std::less<>>;

/// Least and greatest value; no maximum = unbounded.
struct SizeRange {
  int64_t min = 1;
  std::optional<int64_t> max;
};
using SizeRanges = std::map<std::string, SizeRange, std::less<>>;

/// One size in canonical form: equal sizes compare equal. Default constructed: none.
class SizeExpr {
public:
  SizeExpr() = default;
  static SizeExpr constant(mlir::MLIRContext *context, int64_t value);
  static SizeExpr symbol(mlir::MLIRContext *context, llvm::StringRef name);
  /// `expr` over symbols; symbol i is named symbols[i].
  static SizeExpr get(mlir::AffineExpr expr, llvm::ArrayRef<mlir::StringAttr> symbols);
  /// The same of an `expr` in canonical form over alphabetical `symbols`, as those of a type are.
  static SizeExpr ofCanonical(mlir::AffineExpr expr, llvm::ArrayRef<mlir::StringAttr> symbols);

  explicit operator bool() const { return bool(expr); }
  bool operator==(const SizeExpr &other) const { return expr == other.expr && symbols == other.symbols; }
  bool operator!=(const SizeExpr &other) const { return !(*this == other); }

  bool isConstant() const;
  /// The value of a constant.
  int64_t value() const;
  std::optional<int64_t> asConstant() const;
  /// The names it depends on, alphabetical; `getExpr` numbers its symbols by this list.
  llvm::ArrayRef<mlir::StringAttr> getSymbols() const { return symbols; }
  mlir::AffineExpr getExpr() const { return expr; }
  std::string str() const;

  SizeExpr operator+(const SizeExpr &other) const;
  SizeExpr operator-(const SizeExpr &other) const;
  SizeExpr operator*(const SizeExpr &other) const;
  SizeExpr floorDiv(const SizeExpr &other) const;
  SizeExpr ceilDiv(const SizeExpr &other) const;
  SizeExpr mod(const SizeExpr &other) const;

  /// The value under bindings; nothing if a name is unbound, a divisor is not positive, or 64 bits overflow.
  std::optional<int64_t> evaluate(const SizeBindings &bindings) const;
  /// Bounds over ranges by interval arithmetic: safe, not always tight. Nothing if unbounded.
  std::optional<int64_t> upperBound(const SizeRanges &ranges) const;
  std::optional<int64_t> lowerBound(const SizeRanges &ranges) const;

private:
  mlir::AffineExpr expr;
  llvm::SmallVector<mlir::StringAttr, 2> symbols;
};

/// How free sizes are written that something divides, by name: H as (H floordiv 4) * 4.
using SizeForms = std::map<std::string, SizeExpr, std::less<>>;
/// The free size that `size` is, if it is nothing else: its name, or its form.
std::optional<mlir::StringAttr> freeSize(const SizeExpr &size, const SizeForms &forms);

/// The sizes of a valid value's type: logical, whatever the layout.
llvm::SmallVector<SizeExpr> sizesOf(mlir::RankedTensorType type);
SizeExpr sizeOf(mlir::RankedTensorType type, unsigned dim);
/// The product of all sizes.
SizeExpr elementCount(mlir::RankedTensorType type);

/// A type from its sizes. Static without layout carries no encoding.
mlir::RankedTensorType makeType(mlir::Type element, llvm::ArrayRef<SizeExpr> sizes, mlir::AffineMap layout = {});
mlir::RankedTensorType scalarType(mlir::Type element);
mlir::RankedTensorType withElement(mlir::RankedTensorType type, mlir::Type element);
mlir::RankedTensorType withLayout(mlir::RankedTensorType type, mlir::AffineMap layout);
mlir::RankedTensorType withoutLayout(mlir::RankedTensorType type);
/// The layout map, or null for row-major.
mlir::AffineMap layoutOf(mlir::RankedTensorType type);
/// Equal sizes, whatever elements and layouts.
bool sameShape(mlir::RankedTensorType a, mlir::RankedTensorType b);
/// Equal sizes and elements, whatever layouts.
bool sameLogicalType(mlir::RankedTensorType a, mlir::RankedTensorType b);

/// The sizes of the buffer: layout applied, a split dimension rounded up to whole blocks. Row-major in this order.
llvm::SmallVector<SizeExpr> physicalShape(mlir::RankedTensorType type);
/// Bytes of one element in a buffer (i1 is a byte).
int64_t elementBytes(mlir::Type element);
/// Bytes of the buffer at given sizes, or at the ranges' maxima; nothing if unknown or over the limits.
std::optional<int64_t> bufferBytes(mlir::RankedTensorType type, const SizeBindings &bindings);
std::optional<int64_t> maxBufferBytes(mlir::RankedTensorType type, const SizeRanges &ranges);
/// The shape at given sizes.
std::optional<llvm::SmallVector<int64_t>> evaluateShape(mlir::RankedTensorType type, const SizeBindings &bindings);

/// Names of the free sizes that a type depends on, alphabetical.
llvm::SmallVector<mlir::StringAttr> symbolsOf(mlir::RankedTensorType type);

/// A layout is a permutation of the dimensions in which one may be split: results are d_i, or d_i floordiv b and
/// d_i mod b together.
bool isLayout(mlir::AffineMap map, unsigned rank);

/// What the type constraint of every value checks: supported element, named dynamic sizes, limits.
bool isValue(mlir::Type type);
bool isFlag(mlir::Type type);
bool isStep(mlir::Type type);

/// Canonical #nn.dims of sizes that share their names.
DimsAttr makeDims(mlir::MLIRContext *context, llvm::ArrayRef<SizeExpr> sizes, mlir::AffineMap layout = {});
llvm::SmallVector<SizeExpr> sizesOf(DimsAttr dims);

} // namespace nnc::nn
