#include "codegen/Target/Cpp/Extrema.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using Floats = mlir::arith::CmpFPredicate;
using Integers = mlir::arith::CmpIPredicate;

namespace nnc::cpp {
namespace {

bool isConstantOtherThanZero(Value value) {
  DenseElementsAttr elements;
  FloatAttr number;
  if (matchPattern(value, m_Constant(&elements)))
    return elements.isSplat() && isa<FloatType>(elements.getElementType()) &&
           !elements.getSplatValue<APFloat>().isZero();
  return matchPattern(value, m_Constant(&number)) && !number.getValue().isZero();
}

std::optional<Extremum> ofIntegers(arith::CmpIOp compare, bool same) {
  Value a = compare.getLhs(), b = compare.getRhs();
  switch (compare.getPredicate()) {
  case Integers::slt:
  case Integers::sle:
    return Extremum{!same, a, b};
  case Integers::sgt:
  case Integers::sge:
    return Extremum{same, a, b};
  default:
    return std::nullopt;
  }
}

std::optional<Extremum> ofFloats(arith::CmpFOp compare, bool same) {
  Value a = compare.getLhs(), b = compare.getRhs();
  // With a constant that is not zero it does not matter whether equals are the one or the other.
  bool equalsAreSame = isConstantOtherThanZero(a) || isConstantOtherThanZero(b);
  switch (compare.getPredicate()) {
  case Floats::OGE:
    if (!equalsAreSame)
      return std::nullopt;
    [[fallthrough]];
  case Floats::OGT:
    return same ? Extremum{true, a, b} : Extremum{false, b, a};
  case Floats::OLE:
    if (!equalsAreSame)
      return std::nullopt;
    [[fallthrough]];
  case Floats::OLT:
    return same ? Extremum{false, a, b} : Extremum{true, b, a};
  case Floats::UGT: // not a <= b
    if (!equalsAreSame)
      return std::nullopt;
    [[fallthrough]];
  case Floats::UGE: // not a < b
    return same ? Extremum{true, b, a} : Extremum{false, a, b};
  case Floats::ULT: // not a >= b
    if (!equalsAreSame)
      return std::nullopt;
    [[fallthrough]];
  case Floats::ULE: // not a > b
    return same ? Extremum{false, b, a} : Extremum{true, a, b};
  default:
    return std::nullopt;
  }
}

} // namespace

std::optional<Extremum> extremumOf(arith::SelectOp op) {
  Operation *compare = op.getCondition().getDefiningOp();
  if (!compare || compare->getNumOperands() != 2)
    return std::nullopt;
  Value a = compare->getOperand(0), b = compare->getOperand(1), x = op.getTrueValue(), y = op.getFalseValue();
  bool same = x == a && y == b, swapped = x == b && y == a;
  if ((!same && !swapped) || getElementTypeOrSelf(op.getType()).isInteger(1))
    return std::nullopt;
  // Of scalars the index alone: with overloads for others `min(n, 4)` would be ambiguous.
  if (auto integers = dyn_cast<arith::CmpIOp>(compare))
    return op.getType().isIndex() || isa<VectorType>(op.getType()) ? ofIntegers(integers, same) : std::nullopt;
  if (auto floats = dyn_cast<arith::CmpFOp>(compare))
    return ofFloats(floats, same);
  return std::nullopt;
}

} // namespace nnc::cpp
