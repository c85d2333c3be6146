// Reduce family: reduce, arg_max, arg_min.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

RankedTensorType inferReduce(RankedTensorType x, ArrayRef<int64_t> dims) {
  SmallVector<SizeExpr> sizes = sizesOf(x), kept;
  for (auto [i, size] : llvm::enumerate(sizes))
    if (!llvm::is_contained(dims, int64_t(i)))
      kept.push_back(size);
  return makeType(x.getElementType(), kept);
}

void ReduceOp::build(OpBuilder &builder, OperationState &state, ReduceKind kind, Value x, ArrayRef<int64_t> dims) {
  build(builder, state, inferReduce(cast<RankedTensorType>(x.getType()), dims), kind, x, dims);
}

LogicalResult ReduceOp::verify() {
  auto x = cast<RankedTensorType>(getX().getType());
  int64_t previous = -1;
  for (int64_t dim : getDims()) {
    if (dim <= previous || dim >= x.getRank())
      return emitOpError("C1: 'dims' ascends within the operand's rank");
    previous = dim;
  }
  bool logical = getKind() == ReduceKind::any || getKind() == ReduceKind::all;
  if (logical != x.getElementType().isInteger(1))
    return emitOpError("C2: any and all reduce i1, the other kinds reduce numbers");
  RankedTensorType expected = inferReduce(x, getDims());
  if (!sameLogicalType(expected, getType()))
    return emitOpError("C3: result has type ") << getType() << ", expected " << expected;
  return success();
}

template <typename Op> static LogicalResult verifyArgReduce(Op op) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= x.getRank())
    return op.emitOpError("C1: axis ") << axis << " is outside rank " << x.getRank();
  if (!sameShape(inferReduce(x, {axis}), op.getType()))
    return op.emitOpError("C2: result has not the operand's shape without the axis");
  if (sizeOf(x, axis).asConstant().value_or(1) == 0)
    return op.emitOpError("C3: an axis of size 0 has no largest or smallest element");
  return success();
}
LogicalResult ArgMaxOp::verify() { return verifyArgReduce(*this); }
LogicalResult ArgMinOp::verify() { return verifyArgReduce(*this); }

} // namespace nnc::nn
