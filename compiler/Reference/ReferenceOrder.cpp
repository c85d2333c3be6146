// Running sums, sorting, reversal.
#include "compiler/Reference/Evaluator.h"

#include <algorithm>
#include <numeric>

using namespace mlir;

namespace nnc::reference {
namespace {

/// The positions of each row along `axis`.
void forEachRow(ArrayRef<int64_t> shape, int64_t axis, function_ref<void(ArrayRef<int64_t>)> visit) {
  Shape outer(shape);
  outer[axis] = 1;
  SmallVector<int64_t> row(shape[axis]);
  forEachIndex(outer, [&](ArrayRef<int64_t> start) {
    SmallVector<int64_t> index(start);
    for (int64_t i = 0; i < shape[axis]; ++i) {
      index[axis] = i;
      row[i] = positionOf(shape, index);
    }
    visit(row);
  });
}

template <class S> LogicalResult cumSum(nn::CumSumOp op, Frame<S> &frame) {
  Tensor<S> y = frame[op.getX()];
  forEachRow(y.shape, op.getAxis(), [&](ArrayRef<int64_t> row) {
    SmallVector<int64_t> order(row);
    if (op.getReverse())
      std::reverse(order.begin(), order.end());
    S sum = S(0);
    uint64_t whole = 0;
    for (int64_t position : order)
      if (y.isReal())
        y.reals[position] = sum = sum + y.reals[position];
      else
        y.integers[position] = wrap(y.kind, int64_t(whole += uint64_t(y.integers[position])));
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

/// Whether element i stands before element j: the order of numbers, a NaN is the largest.
template <class S> bool isBefore(const Tensor<S> &x, bool descending, int64_t i, int64_t j) {
  if (descending)
    std::swap(i, j);
  if (!x.isReal())
    return x.integers[i] < x.integers[j];
  S a = x.reals[i], b = x.reals[j];
  return scalar::isNan(b) ? !scalar::isNan(a) : a < b;
}

template <class S> LogicalResult sort(nn::SortOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> values = frame.make(op, op.getValues().getType());
  FailureOr<Tensor<S>> indices = frame.make(op, op.getIndices().getType());
  if (failed(values) || failed(indices))
    return failure();
  int64_t axis = op.getAxis(), kept = values->shape[axis];
  if (kept > x.shape[axis])
    return op.emitOpError("has more results than elements at these sizes");
  SmallVector<SmallVector<int64_t>> targets;
  forEachRow(values->shape, axis, [&](ArrayRef<int64_t> row) { targets.emplace_back(row); });
  size_t number = 0;
  forEachRow(x.shape, axis, [&](ArrayRef<int64_t> row) {
    SmallVector<int64_t> order(row.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t i, int64_t j) { return isBefore(x, op.getDescending(), row[i], row[j]); });
    if (kept > 0)
      for (auto [i, target] : llvm::enumerate(targets[number++])) {
        values->copyElement(target, x, row[order[i]]);
        indices->integers[target] = order[i];
      }
  });
  frame.set(op.getValues(), std::move(*values));
  frame.set(op.getIndices(), std::move(*indices));
  return success();
}

template <class S> LogicalResult flip(nn::FlipOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(x.kind, x.shape);
  int64_t position = 0;
  forEachIndex(x.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> from(index);
    for (int64_t dim : op.getDims())
      from[dim] = x.shape[dim] - 1 - index[dim];
    y.copyElement(position++, x, positionOf(x.shape, from));
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

} // namespace

template <class S> void registerOrder(Evaluator<S> &evaluator) {
  evaluator.template add<nn::CumSumOp>(cumSum<S>);
  evaluator.template add<nn::SortOp>(sort<S>);
  evaluator.template add<nn::FlipOp>(flip<S>);
}
NNC_REFERENCE_INSTANTIATE(registerOrder)

} // namespace nnc::reference
