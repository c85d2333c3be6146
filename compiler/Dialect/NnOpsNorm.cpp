// Norm family: softmax, log_softmax, logsumexp.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

/// C1: the axis is one of x.
template <typename Op> static LogicalResult verifyAxis(Op op) {
  int64_t axis = op.getAxis(), rank = cast<RankedTensorType>(op.getX().getType()).getRank();
  if (axis < 0 || axis >= rank)
    return op.emitOpError("C1: axis ") << axis << " is outside rank " << rank;
  return success();
}

/// C3: a mask is one over the indices of x.
template <typename Op> static LogicalResult verifyDomain(Op op) {
  return verifyMask(op, "C3", op.getMaskAttr(), op.getMaskArgs(), sizesOf(cast<RankedTensorType>(op.getX().getType())));
}

LogicalResult SoftmaxOp::verify() { return failure(failed(verifyAxis(*this)) || failed(verifyDomain(*this))); }
LogicalResult LogSoftmaxOp::verify() { return failure(failed(verifyAxis(*this)) || failed(verifyDomain(*this))); }

LogicalResult LogSumExpOp::verify() {
  if (failed(verifyAxis(*this)))
    return failure();
  RankedTensorType expected = inferReduce(cast<RankedTensorType>(getX().getType()), {int64_t(getAxis())});
  if (!sameLogicalType(expected, getType()))
    return emitOpError("C2: result has type ") << getType() << ", expected " << expected;
  return verifyDomain(*this);
}

} // namespace nnc::nn
