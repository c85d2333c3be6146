// Reading and writing at indices. One that is out of range is an error of the data.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// For every element at the indices, its position and that of the table's element, in row-major order of the first.
template <class Op, class S>
LogicalResult forEachPair(Op op, const Tensor<S> &index, ArrayRef<int64_t> table, ArrayRef<int64_t> values,
                          function_ref<void(int64_t value, int64_t entry)> visit) {
  int64_t axis = op.getAxis(), batch = op.getBatch(), inner = int64_t(index.shape.size()) - batch;
  for (int64_t number : index.integers)
    if (number < 0 || number >= table[axis])
      return op.emitError() << "E0770: the index " << number << " is not in 0 … " << table[axis] - 1;
  int64_t position = 0;
  forEachIndex(values, [&](ArrayRef<int64_t> at) {
    SmallVector<int64_t> where(at.take_front(batch)), entry(at.take_front(axis));
    where.append(at.begin() + axis, at.begin() + axis + inner);
    entry.push_back(index.integers[positionOf(index.shape, where)]);
    entry.append(at.begin() + axis + inner, at.end());
    visit(position++, positionOf(table, entry));
  });
  return success();
}

template <class S> LogicalResult gather(nn::GatherOp op, Frame<S> &frame) {
  const Tensor<S> &table = frame[op.getTable()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y) || failed(forEachPair(op, frame[op.getIndex()], table.shape, y->shape,
                                      [&](int64_t value, int64_t entry) { y->copyElement(value, table, entry); })))
    return failure();
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult scatter(nn::ScatterOp op, Frame<S> &frame) {
  const Tensor<S> &values = frame[op.getValues()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getType());
  if (failed(y))
    return failure();
  nn::ReduceKind kind = op.getKind();
  if (op.getInit())
    *y = frame[op.getInit()];
  else
    for (int64_t i = 0; i < y->size(); ++i)
      if (y->isReal())
        y->reals[i] = startOf<S>(kind);
      else
        y->integers[i] = reduceIntegers(kind, y->kind, 0, [](int64_t) { return int64_t(0); });
  auto land = [&](int64_t value, int64_t entry) {
    if (y->isReal()) {
      S &p = y->reals[entry], x = values.reals[value];
      bool extreme = kind == nn::ReduceKind::max || kind == nn::ReduceKind::min;
      p = extreme && (scalar::isNan(p) || scalar::isNan(x)) ? scalar::nan<S>() : combine(kind, p, x);
    } else {
      int64_t both[] = {y->integers[entry], values.integers[value]};
      y->integers[entry] = reduceIntegers(kind, y->kind, 2, [&](int64_t i) { return both[i]; });
    }
  };
  if (failed(forEachPair(op, frame[op.getIndex()], y->shape, values.shape, land)))
    return failure();
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerGather(Evaluator<S> &evaluator) {
  evaluator.template add<nn::GatherOp>(gather<S>);
  evaluator.template add<nn::ScatterOp>(scatter<S>);
}
NNC_REFERENCE_INSTANTIATE(registerGather)

} // namespace nnc::reference
