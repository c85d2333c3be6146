// Loss family: softmax cross entropy and its gradient.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

/// C1: logits have classes last. C2: labels and the values per row have the rows' shape. C3: 0 <= smoothing < 1.
template <typename Op> static LogicalResult verifyRows(Op op, Value logits, Value labels, ArrayRef<Value> perRow) {
  auto type = cast<RankedTensorType>(logits.getType());
  if (type.getRank() < 1 || sizeOf(type, type.getRank() - 1).asConstant().value_or(1) < 1)
    return op.emitOpError("C1: logits need a last dimension with at least one class");
  RankedTensorType rows = inferReduce(type, {type.getRank() - 1});
  if (!sameShape(rows, cast<RankedTensorType>(labels.getType())))
    return op.emitOpError("C2: labels have not the shape of the rows, ") << rows;
  for (Value value : perRow)
    if (!sameLogicalType(rows, cast<RankedTensorType>(value.getType())))
      return op.emitOpError("C2: a value per row has type ") << value.getType() << ", expected " << rows;
  double smoothing = op.getSmoothing().convertToDouble();
  if (!(smoothing >= 0 && smoothing < 1))
    return op.emitOpError("C3: smoothing is in [0, 1)");
  return success();
}

LogicalResult SoftmaxCrossEntropyOp::verify() {
  return verifyRows(*this, getLogits(), getLabels(), {getLoss(), getLse()});
}

LogicalResult SoftmaxCrossEntropyGradOp::verify() {
  if (failed(verifyRows(*this, getLogits(), getLabels(), {getLse(), getG()})))
    return failure();
  if (!sameLogicalType(getType(), cast<RankedTensorType>(getLogits().getType())))
    return emitOpError("C4: the result is typed as the logits");
  return success();
}

} // namespace nnc::nn
