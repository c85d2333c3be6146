// Pooling: the taps of a window one after the other.
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/Space.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class Op> Space spaceOf(Op op, ArrayRef<int64_t> dilation, ArrayRef<int64_t> x, ArrayRef<int64_t> y) {
  return {threeAxes(x.drop_front(2), 1), threeAxes(op.getKernel(), 1), threeAxes(y.drop_front(2), 1),
          threeAxes(op.getStride(), 1),  threeAxes(dilation, 1),       threeAxes(op.getPadLow(), 0)};
}

/// The element at every place of every window of one image: image, place, and the positions that its taps read.
void forEachWindow(const Space &space, int64_t images,
                   function_ref<void(int64_t result, const Axes &p, ArrayRef<int64_t> reads)> visit) {
  SmallVector<int64_t> reads;
  for (int64_t image = 0; image < images; ++image)
    forEachPlace(space.places, [&](const Axes &p) {
      reads.clear();
      forEachPlace(space.taps, [&](const Axes &k) {
        Axes from = space.read(p, k);
        if (isInside(from, space.x))
          reads.push_back(image * volume(space.x) + place(from, space.x));
      });
      visit(image * volume(space.places) + place(p, space.places), p, reads);
    });
}

template <class S> LogicalResult maxPool(nn::MaxPoolOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  Space space = spaceOf(op, op.getDilation(), x.shape, y->shape);
  forEachWindow(space, x.shape[0] * x.shape[1], [&](int64_t result, const Axes &, ArrayRef<int64_t> reads) {
    if (!x.isReal()) {
      y->integers[result] =
          reduceIntegers(nn::ReduceKind::max, x.kind, reads.size(), [&](int64_t i) { return x.integers[reads[i]]; });
      return;
    }
    S m = -scalar::infinity<S>();
    for (int64_t read : reads)
      m = x.reals[read] > m || scalar::isNan(x.reals[read]) ? x.reals[read] : m;
    y->reals[result] = m;
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult avgPool(nn::AvgPoolOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  Space space = spaceOf(op, SmallVector<int64_t>(op.getKernel().size(), 1), x.shape, y->shape);
  Axes high = threeAxes(op.getPadHigh(), 0);
  forEachWindow(space, x.shape[0] * x.shape[1], [&](int64_t result, const Axes &p, ArrayRef<int64_t> reads) {
    S sum = S(0);
    for (int64_t read : reads)
      sum = sum + x.reals[read];
    int64_t count = 1; // what of the window lies in the input and its padding
    for (int i = 0; i < 3; ++i) {
      int64_t begin = p[i] * space.stride[i] - space.low[i];
      count *= std::min(begin + space.taps[i], space.x[i] + high[i]) - begin;
    }
    y->reals[result] = sum / S(count);
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerPool(Evaluator<S> &evaluator) {
  evaluator.template add<nn::MaxPoolOp>(maxPool<S>);
  evaluator.template add<nn::AvgPoolOp>(avgPool<S>);
}
NNC_REFERENCE_INSTANTIATE(registerPool)

} // namespace nnc::reference
