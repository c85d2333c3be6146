// Reductions. The order of sums and products is that of SPEC.md: a function of the shape alone.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// Calls `visit` for each element of the result with the positions of the operand's elements that it combines, in
/// row-major order of the reduced axes.
void forEachFibre(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims,
                  function_ref<void(int64_t, ArrayRef<int64_t>)> visit) {
  Shape kept, reduced;
  for (auto [axis, extent] : llvm::enumerate(shape))
    (llvm::is_contained(dims, int64_t(axis)) ? reduced : kept).push_back(extent);
  int64_t result = 0;
  SmallVector<int64_t> index(shape.size()), fibre;
  forEachIndex(kept, [&](ArrayRef<int64_t> outer) {
    fibre.clear();
    forEachIndex(reduced, [&](ArrayRef<int64_t> inner) {
      size_t nextOuter = 0, nextInner = 0;
      for (size_t axis = 0; axis < shape.size(); ++axis)
        index[axis] = llvm::is_contained(dims, int64_t(axis)) ? inner[nextInner++] : outer[nextOuter++];
      fibre.push_back(positionOf(shape, index));
    });
    visit(result++, fibre);
  });
}

bool areTrailing(size_t rank, ArrayRef<int64_t> dims) {
  for (auto [i, dim] : llvm::enumerate(dims))
    if (dim != int64_t(rank - dims.size() + i))
      return false;
  return true;
}

template <class S> S reduceReals(nn::ReduceKind kind, bool trailing, const Tensor<S> &x, ArrayRef<int64_t> fibre) {
  auto term = [&](int64_t i) { return x.reals[fibre[i]]; };
  return trailing ? reduceTrailing<S>(kind, fibre.size(), term) : reduceBlocks<S>(kind, fibre.size(), term);
}

template <class S> LogicalResult reduce(nn::ReduceOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  if (op.getDims().empty()) { // the operand as it is
    frame.set(op.getY(), Tensor<S>(x));
    return success();
  }
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  bool trailing = areTrailing(x.shape.size(), op.getDims());
  forEachFibre(x.shape, op.getDims(), [&](int64_t result, ArrayRef<int64_t> fibre) {
    if (x.isReal())
      y->reals[result] = reduceReals(op.getKind(), trailing, x, fibre);
    else
      y->integers[result] =
          reduceIntegers(op.getKind(), x.kind, fibre.size(), [&](int64_t i) { return x.integers[fibre[i]]; });
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

/// The first of the best; a NaN is better than any number.
template <class S, class Op> LogicalResult argReduce(Op op, Frame<S> &frame, bool largest) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  if (x.shape[op.getAxis()] == 0)
    return op.emitOpError("has no element to choose");
  forEachFibre(x.shape, {int64_t(op.getAxis())}, [&](int64_t result, ArrayRef<int64_t> fibre) {
    int64_t best = 0;
    for (int64_t i = 1; i < int64_t(fibre.size()); ++i) {
      if (x.isReal()) {
        S a = x.reals[fibre[i]], b = x.reals[fibre[best]];
        if (!scalar::isNan(b) && (scalar::isNan(a) || (largest ? a > b : a < b)))
          best = i;
      } else {
        int64_t a = x.integers[fibre[i]], b = x.integers[fibre[best]];
        if (largest ? a > b : a < b)
          best = i;
      }
    }
    y->integers[result] = best;
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

int64_t reduceIntegers(nn::ReduceKind kind, ElementKind element, int64_t count, function_ref<int64_t(int64_t)> term) {
  int64_t low = element == ElementKind::I32 ? INT32_MIN : INT64_MIN,
          high = element == ElementKind::I32 ? INT32_MAX : INT64_MAX;
  uint64_t total = kind == nn::ReduceKind::mul || kind == nn::ReduceKind::all ? 1 : 0;
  if (kind == nn::ReduceKind::max || kind == nn::ReduceKind::min)
    total = kind == nn::ReduceKind::max ? low : high;
  for (int64_t i = 0; i < count; ++i) {
    int64_t x = term(i);
    switch (kind) {
    case nn::ReduceKind::add:
      total += uint64_t(x);
      break;
    case nn::ReduceKind::mul:
      total *= uint64_t(x);
      break;
    case nn::ReduceKind::max:
      total = std::max(int64_t(total), x);
      break;
    case nn::ReduceKind::min:
      total = std::min(int64_t(total), x);
      break;
    case nn::ReduceKind::any:
      total |= uint64_t(x);
      break;
    case nn::ReduceKind::all:
      total &= uint64_t(x);
      break;
    }
  }
  return wrap(element, int64_t(total));
}

template <class S> void registerReduce(Evaluator<S> &evaluator) {
  evaluator.template add<nn::ReduceOp>(reduce<S>);
  evaluator.template add<nn::ArgMaxOp>([](nn::ArgMaxOp op, Frame<S> &frame) { return argReduce(op, frame, true); });
  evaluator.template add<nn::ArgMinOp>([](nn::ArgMinOp op, Frame<S> &frame) { return argReduce(op, frame, false); });
}
NNC_REFERENCE_INSTANTIATE(registerReduce)

} // namespace nnc::reference
