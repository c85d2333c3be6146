// Pooling of the plain form: SPEC.md, Pool family. The taps of a window one after the other.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

Value PlainEmitter::windowFold(Value x, ArrayRef<int64_t> taps, const Sliding &window, const Indices &at, Value start,
                               WindowCombine combine) {
  SmallVector<nn::SizeExpr> sizes;
  for (int64_t tap : taps)
    sizes.push_back(nn::SizeExpr::constant(builder.getContext(), tap));
  return loop(depthOf(at), index(0), size(product(sizes)), 1, {start}, [&](Value step, ValueRange carried) {
    Place from = placeRead(window, ArrayRef(at).drop_front(2), split(step, sizes));
    Indices place{at[0], at[1]};
    place.append(from.at);
    if (!from.exists)
      return SmallVector<Value>{combine(carried[0], element(x, place))};
    // An outside element is not read: the loop around it runs once or not at all.
    Value count = select(from.exists, index(1), index(0));
    return loop(currentDepth(), index(0), count, 1, carried, [&](Value once, ValueRange inner) {
      place.back() = add(place.back(), once); // + 0: the read belongs into this loop
      return SmallVector<Value>{combine(inner[0], element(x, place))};
    });
  })[0];
}

/// With `ceil` a window may stick out over the end.
template <typename Op> static SmallVector<bool> leaves(Op op) {
  SmallVector<bool> result;
  for (int64_t pad : op.getPadHigh())
    result.push_back(pad > 0 || op.getCeil());
  return result;
}

static SmallVector<nn::SizeExpr> axesOf(Value x) {
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(::mlir::cast<RankedTensorType>(x.getType()));
  return {sizes.begin() + 2, sizes.end()};
}

Value PlainEmitter::maxPool(nn::MaxPoolOp op, const Indices &at) {
  Sliding window{op.getStride(), op.getDilation(), op.getPadLow(), leaves(op), axesOf(op.getX())};
  Value start = startOf(nn::ReduceKind::max, ::mlir::cast<RankedTensorType>(op.getType()).getElementType());
  return windowFold(op.getX(), op.getKernel(), window, at, start,
                    [&](Value m, Value x) { return combine(nn::ReduceKind::max, m, x); });
}

Value PlainEmitter::avgPool(nn::AvgPoolOp op, const Indices &at) {
  SmallVector<int64_t> dense(op.getKernel().size(), 1);
  Sliding window{op.getStride(), dense, op.getPadLow(), leaves(op), axesOf(op.getX())};
  Type type = ::mlir::cast<RankedTensorType>(op.getType()).getElementType();
  Value sum =
      windowFold(op.getX(), op.getKernel(), window, at, number(type, 0), [&](Value s, Value x) { return add(s, x); });
  // The places of the window in x and its padding.
  int64_t whole = 1;
  Value part;
  for (auto [i, taps] : llvm::enumerate(op.getKernel())) {
    if (!op.getCeil()) {
      whole *= taps;
      continue;
    }
    Value begin = mul(at[2 + i], index(window.stride[i]));
    Value end = add(size(window.axes[i]), index(op.getPadHigh()[i] + window.low[i]));
    Value count = min(index(taps), sub(end, begin));
    part = part ? mul(part, count) : count;
  }
  return div(sum, part ? cast(this->op<arith::IndexCastOp>(builder.getI64Type(), {part}), type) : number(type, whole));
}

} // namespace nnc
