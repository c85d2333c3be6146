// Gather family: gather and scatter have one type rule, read in two directions.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

RankedTensorType inferGather(RankedTensorType table, RankedTensorType index, int64_t axis, int64_t batch) {
  SmallVector<SizeExpr> outer = sizesOf(table), inner = sizesOf(index), sizes;
  sizes.append(outer.begin(), outer.begin() + axis);
  sizes.append(inner.begin() + batch, inner.end());
  sizes.append(outer.begin() + axis + 1, outer.end());
  return makeType(table.getElementType(), sizes);
}

/// C1 the axes, C2 the axes that both have, C3 the type of what is read or written.
template <typename Op> static LogicalResult verifyPlaces(Op op, Value tableValue, Value valuesValue) {
  auto table = cast<RankedTensorType>(tableValue.getType()), values = cast<RankedTensorType>(valuesValue.getType());
  auto index = cast<RankedTensorType>(op.getIndex().getType());
  int64_t axis = op.getAxis(), batch = op.getBatch();
  if (batch < 0 || batch > index.getRank() || axis < batch || axis >= table.getRank())
    return op.emitOpError("C1: the axis is one of the table's ") << table.getRank() << ", behind the shared ones";
  for (int64_t i = 0; i < batch; ++i)
    if (sizeOf(table, i) != sizeOf(index, i))
      return op.emitOpError("C2: table and index differ in the shared axis ") << i;
  RankedTensorType expected = inferGather(table, index, axis, batch);
  if (expected.getRank() > maxRank)
    return op.emitOpError("C3: more than ") << maxRank << " axes";
  if (!sameLogicalType(expected, values))
    return op.emitOpError("C3: ") << values << " at the indices, expected " << expected;
  return success();
}

LogicalResult GatherOp::verify() { return verifyPlaces(*this, getTable(), getY()); }

LogicalResult ScatterOp::verify() {
  if (failed(verifyPlaces(*this, getY(), getValues())))
    return failure();
  bool logical = getKind() == ReduceKind::any || getKind() == ReduceKind::all;
  if (logical != getType().getElementType().isInteger(1))
    return emitOpError("C4: any and all combine i1, the other kinds combine numbers");
  if (getInit() && getInit().getType() != getType())
    return emitOpError("C5: init is typed as the result");
  return success();
}

} // namespace nnc::nn
