// Pool family: the result's sizes follow from the window.
#include "compiler/Dialect/WindowRange.h"

using namespace mlir;

namespace nnc::nn {

template <typename Op> static LogicalResult verifyPool(Op op, ArrayRef<int64_t> dilation) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  int64_t axes = x.getRank() - 2;
  if (axes < 1 || axes > 3)
    return op.emitOpError("C1: the operand has batch, channels and one to three spatial axes");
  Window window{llvm::to_vector<3>(op.getKernel()), op.getStride(), dilation, op.getPadLow(), op.getPadHigh()};
  for (ArrayRef<int64_t> list : {op.getKernel(), window.stride, window.dilation, window.padLow, window.padHigh})
    if (int64_t(list.size()) != axes)
      return op.emitOpError("C2: kernel, stride, dilation and pads have one number for each of the ")
             << axes << " axes";
  SmallVector<SizeExpr> sizes{sizeOf(x, 0), sizeOf(x, 1)};
  if (!isInRange(window))
    return op.emitOpError("C3: kernel, stride and dilation are numbers from 1, pads from 0, none above 2^24");
  for (int64_t i = 0; i < axes; ++i) {
    for (int64_t pad : {window.padLow[i], window.padHigh[i]})
      if (2 * pad > window.reach(i))
        return op.emitOpError("C4: a pad is at most half of the window, ") << window.reach(i) / 2;
    SizeExpr extent = sizeOf(x, 2 + i);
    if (op.getCeil() && !extent.isConstant() && window.stride[i] + window.padHigh[i] > window.reach(i))
      return op.emitOpError("C5: `ceil` along a free size needs windows without gaps between them");
    sizes.push_back(window.places(i, extent, op.getCeil()));
    if (sizes.back().asConstant().value_or(1) < 1)
      return op.emitOpError("C6: the window does not fit into axis ") << 2 + i;
  }
  RankedTensorType expected = makeType(x.getElementType(), sizes);
  if (!sameLogicalType(expected, op.getType()))
    return op.emitOpError("C6: result has type ") << op.getType() << ", expected " << expected;
  return success();
}

LogicalResult MaxPoolOp::verify() { return verifyPool(*this, getDilation()); }

LogicalResult AvgPoolOp::verify() { return verifyPool(*this, SmallVector<int64_t>(getKernel().size(), 1)); }

} // namespace nnc::nn
