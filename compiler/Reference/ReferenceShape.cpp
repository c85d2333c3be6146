// Ops that move elements.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> LogicalResult broadcast(nn::BroadcastOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  int64_t position = 0;
  forEachIndex(y->shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> from;
    for (int64_t dim : op.getDims())
      from.push_back(index[dim]);
    y->copyElement(position++, x, positionOf(x.shape, from));
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult reshape(nn::ReshapeOp op, Frame<S> &frame) {
  FailureOr<Shape> shape = evaluateShape(op, op.getY().getType(), frame.sizes);
  if (failed(shape))
    return failure();
  Tensor<S> y = frame[op.getX()];
  if (countElements(*shape) != y.size())
    return op.emitOpError("changes the number of elements at these sizes");
  y.shape = *shape;
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult transpose(nn::TransposeOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  int64_t position = 0;
  SmallVector<int64_t> from(x.shape.size());
  forEachIndex(y->shape, [&](ArrayRef<int64_t> index) {
    for (auto [axis, source] : llvm::enumerate(op.getPerm()))
      from[source] = index[axis];
    y->copyElement(position++, x, positionOf(x.shape, from));
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

/// Copies `part` and the box of `whole` that begins at `low`, one way or the other.
template <class S> void copyBox(const Tensor<S> &from, Tensor<S> &to, ArrayRef<int64_t> low, bool intoBox) {
  int64_t position = 0;
  forEachIndex(intoBox ? from.shape : to.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> moved;
    for (auto [i, start] : llvm::zip_equal(index, low))
      moved.push_back(i + start);
    if (intoBox)
      to.copyElement(positionOf(to.shape, moved), from, position++);
    else
      to.copyElement(position++, from, positionOf(from.shape, moved));
  });
}

template <class S> LogicalResult slice(nn::SliceOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  copyBox(frame[op.getX()], *y, op.getLow(), /*intoBox=*/false);
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult pad(nn::PadOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  copyBox(frame[op.getX()], *y, op.getLow(), /*intoBox=*/true);
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult concat(nn::ConcatOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  SmallVector<int64_t> low(y->shape.size(), 0);
  for (Value part : op.getParts()) {
    copyBox(frame[part], *y, low, /*intoBox=*/true);
    low[op.getAxis()] += frame[part].shape[op.getAxis()];
  }
  frame.set(op.getY(), std::move(*y));
  return success();
}

template <class S> LogicalResult split(nn::SplitOp op, Frame<S> &frame) {
  SmallVector<int64_t> low(frame[op.getX()].shape.size(), 0);
  for (Value part : op.getParts()) {
    FailureOr<Tensor<S>> y = frame.make(op, part.getType());
    if (failed(y))
      return failure();
    copyBox(frame[op.getX()], *y, low, /*intoBox=*/false);
    low[op.getAxis()] += y->shape[op.getAxis()];
    frame.set(part, std::move(*y));
  }
  return success();
}

} // namespace

template <class S> void registerShape(Evaluator<S> &evaluator) {
  evaluator.template add<nn::BroadcastOp>(broadcast<S>);
  evaluator.template add<nn::ReshapeOp>(reshape<S>);
  evaluator.template add<nn::TransposeOp>(transpose<S>);
  evaluator.template add<nn::SliceOp>(slice<S>);
  evaluator.template add<nn::PadOp>(pad<S>);
  evaluator.template add<nn::ConcatOp>(concat<S>);
  evaluator.template add<nn::SplitOp>(split<S>);
  // Another layout, the same logical values.
  evaluator.template add<nn::RelayoutOp>([](nn::RelayoutOp op, Frame<S> &frame) -> LogicalResult {
    frame.set(op.getY(), Tensor<S>(frame[op.getX()]));
    return success();
  });
}
NNC_REFERENCE_INSTANTIATE(registerShape)

} // namespace nnc::reference
