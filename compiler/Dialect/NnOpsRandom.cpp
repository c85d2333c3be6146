// Random family.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

LogicalResult SampleOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (type.getRank() != 1 || !type.getElementType().isInteger(64))
    return emitOpError("C1: one i64 for each example of the batch");
  return success();
}

/// A sample for each entry of the first axis; a site.
template <typename Op> static LogicalResult verifyDraw(Op op, StringRef sampleRule, StringRef siteRule) {
  RankedTensorType y = op.getType();
  auto sample = op.getSample() ? cast<RankedTensorType>(op.getSample().getType()) : RankedTensorType();
  if (sample && (sample.getRank() != 1 || y.getRank() < 1 || sizeOf(sample, 0) != sizeOf(y, 0)))
    return op.emitOpError(sampleRule) << ": one sample for each entry of the first axis";
  if (op.getSite().empty())
    return op.emitOpError(siteRule) << ": a draw has a site";
  return success();
}

LogicalResult DropoutOp::verify() {
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate <= 1))
    return emitOpError("C1: the rate is in [0, 1]");
  return verifyDraw(*this, "C2", "C3");
}

LogicalResult RandomOp::verify() { return verifyDraw(*this, "C1", "C2"); }

} // namespace nnc::nn
