// Losses, one value per row or element.
#include "compiler/Reference/Evaluator.h"

#include <algorithm>

using namespace mlir;

namespace nnc::reference {
namespace {

/// Labels out of range are refused before an entry runs; here they are clamped.
int64_t clampLabel(int64_t label, int64_t classes) { return std::clamp<int64_t>(label, 0, classes - 1); }

template <class S> LogicalResult crossEntropy(nn::SoftmaxCrossEntropyOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getLogits()], &labels = frame[op.getLabels()];
  int64_t classes = x.shape.back();
  Tensor<S> loss(ElementKind::Real, labels.shape), lse(ElementKind::Real, labels.shape);
  double smoothing = op.getSmoothing().convertToDouble();
  for (int64_t row = 0; row < labels.size(); ++row) {
    auto at = [&](int64_t i) { return x.reals[row * classes + i]; };
    S m = -scalar::infinity<S>();
    for (int64_t i = 0; i < classes; ++i)
      m = at(i) > m ? at(i) : m;
    S n = scalar::abs(m) == scalar::infinity<S>() ? S(0) : m;
    S log =
        scalar::log(reduceTrailing<S>(nn::ReduceKind::add, classes, [&](int64_t i) { return scalar::exp(at(i) - n); }));
    lse.reals[row] = n + log;
    loss.reals[row] = log - (at(clampLabel(labels.integers[row], classes)) - n);
    if (smoothing > 0) {
      S sum = reduceTrailing<S>(nn::ReduceKind::add, classes, [&](int64_t i) { return at(i) - n; });
      S uniform = log - sum / S(double(classes));
      loss.reals[row] = S(1 - smoothing) * loss.reals[row] + S(smoothing) * uniform;
    }
  }
  frame.set(op.getLoss(), std::move(loss));
  frame.set(op.getLse(), std::move(lse));
  return success();
}

template <class S> LogicalResult crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getLogits()], &labels = frame[op.getLabels()];
  const Tensor<S> &lse = frame[op.getLse()], &g = frame[op.getG()];
  int64_t classes = x.shape.back();
  Tensor<S> dx(ElementKind::Real, x.shape);
  double smoothing = op.getSmoothing().convertToDouble();
  S low = S(smoothing / double(classes)), high = S((1 - smoothing) + smoothing / double(classes));
  for (int64_t row = 0; row < labels.size(); ++row)
    for (int64_t i = 0; i < classes; ++i) {
      S target = i == clampLabel(labels.integers[row], classes) ? high : low;
      int64_t position = row * classes + i;
      dx.reals[position] = (scalar::exp(x.reals[position] - lse.reals[row]) - target) * g.reals[row];
    }
  frame.set(op.getDx(), std::move(dx));
  return success();
}

template <class S> LogicalResult squaredError(nn::MseOp op, Frame<S> &frame) {
  const Tensor<S> &target = frame[op.getTarget()];
  Tensor<S> y = frame[op.getPred()];
  for (int64_t i = 0; i < y.size(); ++i) {
    S difference = y.reals[i] - target.reals[i];
    y.reals[i] = difference * difference;
  }
  frame.set(op.getY(), std::move(y));
  return success();
}

} // namespace

template <class S> void registerLoss(Evaluator<S> &evaluator) {
  evaluator.template add<nn::SoftmaxCrossEntropyOp>(crossEntropy<S>);
  evaluator.template add<nn::SoftmaxCrossEntropyGradOp>(crossEntropyGrad<S>);
  evaluator.template add<nn::MseOp>(squaredError<S>);
}
NNC_REFERENCE_INSTANTIATE(registerLoss)

} // namespace nnc::reference
