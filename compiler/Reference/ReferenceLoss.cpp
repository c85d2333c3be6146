// Losses, one value per row or element.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> LogicalResult checkLabels(Operation *op, const Tensor<S> &labels, int64_t classes) {
  for (auto [row, label] : llvm::enumerate(labels.integers))
    if (label < 0 || label >= classes)
      return op->emitOpError() << "label " << label << " of row " << row << " is not in 0 … " << classes - 1;
  return success();
}

template <class S> LogicalResult crossEntropy(nn::SoftmaxCrossEntropyOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getLogits()], &labels = frame[op.getLabels()];
  int64_t classes = x.shape.back();
  if (failed(checkLabels(op, labels, classes)))
    return failure();
  Tensor<S> loss(ElementKind::Real, labels.shape), lse(ElementKind::Real, labels.shape);
  S smoothing = S(op.getSmoothing().convertToDouble());
  for (int64_t row = 0; row < labels.size(); ++row) {
    auto at = [&](int64_t i) { return x.reals[row * classes + i]; };
    S maximum = S(0) - scalar::infinity<S>();
    for (int64_t i = 0; i < classes; ++i)
      maximum = at(i) > maximum ? at(i) : maximum;
    S sum = sumTrailing<S>(classes, [&](int64_t i) { return scalar::exp(at(i) - maximum); });
    lse.reals[row] = maximum + scalar::log(sum);
    S target = at(labels.integers[row]);
    if (op.getSmoothing().isZero()) {
      loss.reals[row] = lse.reals[row] - target;
      continue;
    }
    S mean = sumTrailing<S>(classes, [&](int64_t i) { return at(i); }) / S(double(classes));
    loss.reals[row] = lse.reals[row] - ((S(1) - smoothing) * target + smoothing * mean);
  }
  frame.set(op.getLoss(), std::move(loss));
  frame.set(op.getLse(), std::move(lse));
  return success();
}

template <class S> LogicalResult crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getLogits()], &labels = frame[op.getLabels()];
  const Tensor<S> &lse = frame[op.getLse()], &g = frame[op.getG()];
  int64_t classes = x.shape.back();
  if (failed(checkLabels(op, labels, classes)))
    return failure();
  Tensor<S> dx(ElementKind::Real, x.shape);
  S smoothing = S(op.getSmoothing().convertToDouble());
  for (int64_t row = 0; row < labels.size(); ++row)
    for (int64_t i = 0; i < classes; ++i) {
      S target = i == labels.integers[row] ? S(1) : S(0);
      if (!op.getSmoothing().isZero())
        target = (S(1) - smoothing) * target + smoothing / S(double(classes));
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
