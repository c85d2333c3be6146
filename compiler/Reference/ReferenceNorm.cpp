// Softmax and its relatives along one axis.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// The rows along `axis`: calls `visit` with the number of the row and the positions of its elements.
void forEachRow(ArrayRef<int64_t> shape, int64_t axis, function_ref<void(int64_t, ArrayRef<int64_t>)> visit) {
  Shape outer(shape);
  outer[axis] = 1;
  SmallVector<int64_t> row(shape[axis]);
  int64_t number = 0;
  forEachIndex(outer, [&](ArrayRef<int64_t> start) {
    SmallVector<int64_t> index(start);
    for (int64_t i = 0; i < shape[axis]; ++i) {
      index[axis] = i;
      row[i] = positionOf(shape, index);
    }
    visit(number++, row);
  });
}

template <class S> S rowMaximum(const Tensor<S> &x, ArrayRef<int64_t> row) {
  S m = -scalar::infinity<S>();
  for (int64_t position : row)
    m = x.reals[position] > m ? x.reals[position] : m;
  return m;
}

/// Sum of exp(x - m) over the row: trailing if the axis is the last, else by blocks.
template <class S> S rowSumOfExp(const Tensor<S> &x, bool last, ArrayRef<int64_t> row, S m) {
  auto term = [&](int64_t i) { return scalar::exp(x.reals[row[i]] - m); };
  return last ? reduceTrailing<S>(nn::ReduceKind::add, row.size(), term)
              : reduceBlocks<S>(nn::ReduceKind::add, row.size(), term);
}

template <class Op> bool isLast(Op op) { return int64_t(op.getAxis()) + 1 == op.getX().getType().getRank(); }

template <class S> LogicalResult softmax(nn::SoftmaxOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(ElementKind::Real, x.shape);
  forEachRow(x.shape, op.getAxis(), [&](int64_t, ArrayRef<int64_t> row) {
    S m = rowMaximum(x, row), r = S(1) / rowSumOfExp(x, isLast(op), row, m);
    for (int64_t position : row)
      y.reals[position] = scalar::exp(x.reals[position] - m) * r;
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult logSoftmax(nn::LogSoftmaxOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(ElementKind::Real, x.shape);
  forEachRow(x.shape, op.getAxis(), [&](int64_t, ArrayRef<int64_t> row) {
    S m = rowMaximum(x, row), log = scalar::log(rowSumOfExp(x, isLast(op), row, m));
    for (int64_t position : row)
      y.reals[position] = (x.reals[position] - m) - log;
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult logSumExp(nn::LogSumExpOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  forEachRow(x.shape, op.getAxis(), [&](int64_t number, ArrayRef<int64_t> row) {
    S m = rowMaximum(x, row), n = scalar::abs(m) == scalar::infinity<S>() ? S(0) : m;
    y->reals[number] = n + scalar::log(rowSumOfExp(x, isLast(op), row, n));
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerNorm(Evaluator<S> &evaluator) {
  evaluator.template add<nn::SoftmaxOp>(softmax<S>);
  evaluator.template add<nn::LogSoftmaxOp>(logSoftmax<S>);
  evaluator.template add<nn::LogSumExpOp>(logSumExp<S>);
}
NNC_REFERENCE_INSTANTIATE(registerNorm)

} // namespace nnc::reference
