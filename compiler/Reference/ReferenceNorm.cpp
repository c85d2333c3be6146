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

} // namespace

template <class S> S rowMaximum(const Tensor<S> &x, ArrayRef<int64_t> row) {
  S maximum = S(0) - scalar::infinity<S>();
  for (int64_t position : row)
    if (x.reals[position] > maximum)
      maximum = x.reals[position];
  return maximum;
}

/// Sum of exp(x - maximum) over the row, in the order of reductions along trailing axes.
template <class S> S rowSumOfExp(const Tensor<S> &x, ArrayRef<int64_t> row, S maximum) {
  return sumTrailing<S>(row.size(), [&](int64_t i) { return scalar::exp(x.reals[row[i]] - maximum); });
}

template <class S> void registerNorm(Evaluator<S> &evaluator) {
  evaluator.template add<nn::SoftmaxOp>([](nn::SoftmaxOp op, Frame<S> &frame) -> LogicalResult {
    const Tensor<S> &x = frame[op.getX()];
    Tensor<S> y(ElementKind::Real, x.shape);
    forEachRow(x.shape, op.getAxis(), [&](int64_t, ArrayRef<int64_t> row) {
      S maximum = rowMaximum(x, row), sum = rowSumOfExp(x, row, maximum);
      for (int64_t position : row)
        y.reals[position] = scalar::exp(x.reals[position] - maximum) / sum;
    });
    frame.set(op.getY(), std::move(y));
    return success();
  });
  evaluator.template add<nn::LogSoftmaxOp>([](nn::LogSoftmaxOp op, Frame<S> &frame) -> LogicalResult {
    const Tensor<S> &x = frame[op.getX()];
    Tensor<S> y(ElementKind::Real, x.shape);
    forEachRow(x.shape, op.getAxis(), [&](int64_t, ArrayRef<int64_t> row) {
      S maximum = rowMaximum(x, row), log = scalar::log(rowSumOfExp(x, row, maximum));
      for (int64_t position : row)
        y.reals[position] = x.reals[position] - (maximum + log);
    });
    frame.set(op.getY(), std::move(y));
    return success();
  });
  evaluator.template add<nn::LogSumExpOp>([](nn::LogSumExpOp op, Frame<S> &frame) -> LogicalResult {
    const Tensor<S> &x = frame[op.getX()];
    FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
    if (failed(y))
      return failure();
    forEachRow(x.shape, op.getAxis(), [&](int64_t number, ArrayRef<int64_t> row) {
      S maximum = rowMaximum(x, row);
      y->reals[number] = maximum + scalar::log(rowSumOfExp(x, row, maximum));
    });
    frame.set(op.getY(), std::move(*y));
    return success();
  });
}
NNC_REFERENCE_INSTANTIATE(registerNorm)

} // namespace nnc::reference
