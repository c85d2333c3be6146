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

} // namespace

template <class S> void registerShape(Evaluator<S> &evaluator) {
  evaluator.template add<nn::BroadcastOp>(broadcast<S>);
  evaluator.template add<nn::ReshapeOp>(reshape<S>);
  evaluator.template add<nn::TransposeOp>(transpose<S>);
  // Another layout, the same logical values.
  evaluator.template add<nn::RelayoutOp>([](nn::RelayoutOp op, Frame<S> &frame) -> LogicalResult {
    frame.set(op.getY(), Tensor<S>(frame[op.getX()]));
    return success();
  });
}
NNC_REFERENCE_INSTANTIATE(registerShape)

} // namespace nnc::reference
