// Order family: cumsum, sort, flip.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

template <typename Op> static LogicalResult verifyAxis(Op op, RankedTensorType x) {
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= x.getRank())
    return op.emitOpError("C1: axis ") << axis << " is outside rank " << x.getRank();
  return success();
}

LogicalResult CumSumOp::verify() { return verifyAxis(*this, cast<RankedTensorType>(getX().getType())); }

LogicalResult SortOp::verify() {
  auto x = cast<RankedTensorType>(getX().getType()), values = cast<RankedTensorType>(getValues().getType());
  if (failed(verifyAxis(*this, x)))
    return failure();
  if (values.getRank() != x.getRank() || values.getElementType() != x.getElementType())
    return emitOpError("C2: the values have type ") << values << ", and the operand " << x;
  SmallVector<SizeExpr> sizes = sizesOf(x);
  SizeExpr all = sizes[getAxis()], kept = sizeOf(values, getAxis());
  sizes[getAxis()] = kept;
  if (!sameLogicalType(makeType(x.getElementType(), sizes), values) ||
      (all.isConstant() && kept.isConstant() && kept.value() > all.value()))
    return emitOpError("C2: the values are the operand's, or the first of them along the axis");
  if (!sameShape(values, cast<RankedTensorType>(getIndices().getType())))
    return emitOpError("C3: the places have not the shape of the values");
  return success();
}

LogicalResult FlipOp::verify() {
  int64_t previous = -1, rank = cast<RankedTensorType>(getX().getType()).getRank();
  for (int64_t dim : getDims()) {
    if (dim <= previous || dim >= rank)
      return emitOpError("C1: 'dims' ascends within the operand's rank");
    previous = dim;
  }
  return success();
}

} // namespace nnc::nn
