// Softmax and its relatives along one axis.
#include "compiler/Reference/Domain.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// One row along an axis: positions of its elements, and which of them the mask admits.
struct Row {
  int64_t number;
  SmallVector<int64_t> positions;
  SmallVector<bool> admitted;
};

template <class S, class Op> void forEachRow(Op op, Frame<S> &frame, function_ref<void(const Row &)> visit) {
  const Shape &shape = frame[op.getX()].shape;
  Domain<S> domain(op.getMaskAttr(), op.getMaskArgs(), frame);
  int64_t axis = op.getAxis();
  Shape outer(shape);
  outer[axis] = 1;
  Row row{0, SmallVector<int64_t>(shape[axis]), SmallVector<bool>(shape[axis])};
  forEachIndex(outer, [&](ArrayRef<int64_t> start) {
    SmallVector<int64_t> index(start);
    for (int64_t i = 0; i < shape[axis]; ++i) {
      index[axis] = i;
      row.positions[i] = positionOf(shape, index);
      row.admitted[i] = domain.admits(index);
    }
    visit(row);
    ++row.number;
  });
}

template <class S> S rowMaximum(const Tensor<S> &x, const Row &row) {
  S m = -scalar::infinity<S>();
  for (auto [position, admitted] : llvm::zip(row.positions, row.admitted))
    m = admitted && x.reals[position] > m ? x.reals[position] : m;
  return m;
}

/// Sum of exp(x - m) over the row: trailing if the axis is the last, else by blocks. What is not admitted counts as 0.
template <class S> S rowSumOfExp(const Tensor<S> &x, bool last, const Row &row, S m) {
  auto term = [&](int64_t i) { return row.admitted[i] ? scalar::exp(x.reals[row.positions[i]] - m) : S(0); };
  int64_t count = row.positions.size();
  return last ? reduceTrailing<S>(nn::ReduceKind::add, count, term) : reduceBlocks<S>(nn::ReduceKind::add, count, term);
}

template <class Op> bool isLast(Op op) {
  return int64_t(op.getAxis()) + 1 == cast<RankedTensorType>(op.getX().getType()).getRank();
}

template <class S> LogicalResult softmax(nn::SoftmaxOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(ElementKind::Real, x.shape);
  forEachRow<S>(op, frame, [&](const Row &row) {
    S m = rowMaximum(x, row), r = S(1) / rowSumOfExp(x, isLast(op), row, m);
    for (auto [position, admitted] : llvm::zip(row.positions, row.admitted))
      y.reals[position] = admitted ? scalar::exp(x.reals[position] - m) * r : S(0);
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult logSoftmax(nn::LogSoftmaxOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(ElementKind::Real, x.shape);
  forEachRow<S>(op, frame, [&](const Row &row) {
    S m = rowMaximum(x, row), log = scalar::log(rowSumOfExp(x, isLast(op), row, m));
    for (auto [position, admitted] : llvm::zip(row.positions, row.admitted))
      y.reals[position] = admitted ? (x.reals[position] - m) - log : -scalar::infinity<S>();
  });
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult logSumExp(nn::LogSumExpOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  forEachRow<S>(op, frame, [&](const Row &row) {
    S m = rowMaximum(x, row), n = scalar::abs(m) == scalar::infinity<S>() ? S(0) : m;
    bool nothing = llvm::none_of(row.admitted, [](bool admitted) { return admitted; });
    y->reals[row.number] = nothing ? -scalar::infinity<S>() : n + scalar::log(rowSumOfExp(x, isLast(op), row, n));
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
