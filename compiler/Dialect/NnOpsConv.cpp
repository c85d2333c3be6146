// Convolution family: nn.conv and its transposes in the input and in the filter; windows.
#include "compiler/Dialect/WindowRange.h"

using namespace mlir;

namespace nnc::nn {

SizeExpr Window::places(unsigned axis, const SizeExpr &extent, bool ceil) const {
  auto number = [&](int64_t value) { return SizeExpr::constant(extent.getExpr().getContext(), value); };
  SizeExpr room = extent + number(padLow[axis] + padHigh[axis] - reach(axis) + (ceil ? stride[axis] - 1 : 0));
  SizeExpr places = room.floorDiv(number(stride[axis])) + number(1);
  // With `ceil`, a last window that begins behind the input is none.
  if (auto value = extent.asConstant(); ceil && value && (places.value() - 1) * stride[axis] >= *value + padLow[axis])
    return places - number(1);
  return places;
}

/// C1 to C5, and C6: the result `y` of sliding `filter` over `x`.
template <typename Op> static LogicalResult verifyConv(Op op, Value xValue, Value filterValue, Value yValue) {
  auto x = cast<RankedTensorType>(xValue.getType()), filter = cast<RankedTensorType>(filterValue.getType());
  auto y = cast<RankedTensorType>(yValue.getType());
  int64_t axes = x.getRank() - 2, groups = op.getGroups();
  if (axes < 1 || axes > 3 || filter.getRank() != x.getRank() || y.getRank() != x.getRank())
    return op.emitOpError("C1: input, filter and output have batch, channels and one to three spatial axes");
  Window window{{}, op.getStride(), op.getDilation(), op.getPadLow(), op.getPadHigh()};
  for (ArrayRef<int64_t> list : {window.stride, window.dilation, window.padLow, window.padHigh})
    if (int64_t(list.size()) != axes)
      return op.emitOpError("C2: stride, dilation and pads have one number for each of the ") << axes << " axes";
  for (int64_t i = 0; i < axes; ++i)
    window.taps.push_back(sizeOf(filter, 2 + i).asConstant().value_or(0));
  if (!isInRange(window))
    return op.emitOpError("C3: taps are a number from 1, strides and dilations from 1, pads from 0, none above 2^24");
  SizeExpr count = SizeExpr::constant(op.getContext(), groups);
  if (groups < 1 || sizeOf(filter, 1) * count != sizeOf(x, 1) ||
      sizeOf(filter, 0).asConstant().value_or(groups) % groups != 0)
    return op.emitOpError("C4: a filter has ")
           << sizeOf(x, 1).str() << " / " << groups << " channels, and the " << groups << " groups divide its outputs";
  if (x.getElementType() != filter.getElementType() || x.getElementType() != y.getElementType())
    return op.emitOpError("C5: the operands differ in element type");
  SmallVector<SizeExpr> sizes{sizeOf(x, 0), sizeOf(filter, 0)};
  for (int64_t i = 0; i < axes; ++i) {
    sizes.push_back(window.places(i, sizeOf(x, 2 + i)));
    if (sizes.back().asConstant().value_or(1) < 1)
      return op.emitOpError("C6: the filter does not fit into axis ") << 2 + i;
  }
  RankedTensorType expected = makeType(x.getElementType(), sizes);
  if (!sameLogicalType(expected, y))
    return op.emitOpError("C6: the output has type ") << y << ", expected " << expected;
  if (op.getInit() && op.getInit().getType() != op.getType())
    return op.emitOpError("C7: init is typed as the result");
  return success();
}

LogicalResult ConvOp::verify() { return verifyConv(*this, getX(), getFilter(), getY()); }
LogicalResult ConvInputGradOp::verify() { return verifyConv(*this, getY(), getFilter(), getG()); }
LogicalResult ConvFilterGradOp::verify() { return verifyConv(*this, getX(), getY(), getG()); }

} // namespace nnc::nn
