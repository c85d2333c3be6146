// nn.scan: the body, once a step.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// Copies slice `t` of `stack` along `axis` to `slice`, or back.
template <class S> void copySlice(Tensor<S> &stack, int64_t axis, int64_t t, Tensor<S> &slice, bool intoStack) {
  int64_t position = 0;
  forEachIndex(slice.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> at(index);
    at.insert(at.begin() + axis, t);
    if (intoStack)
      stack.copyElement(positionOf(stack.shape, at), slice, position++);
    else
      slice.copyElement(position++, stack, positionOf(stack.shape, at));
  });
}

/// Row b of `to` becomes row b of `from` where step t is behind the row's end.
template <class S> void copyEndedRows(Tensor<S> &to, const Tensor<S> &from, const Tensor<S> &lengths, int64_t t) {
  int64_t rows = to.shape[0], width = rows ? to.size() / rows : 0;
  for (int64_t row = 0; row < rows; ++row)
    if (t >= lengths.integers[row])
      for (int64_t i = 0; i < width; ++i)
        to.copyElement(row * width + i, from, row * width + i);
}

template <class S> class Scan {
public:
  Scan(nn::ScanOp op, Frame<S> &frame) : op(op), frame(frame), body(op.getBody().front()) {}

  LogicalResult run() {
    std::optional<int64_t> steps = op.stepCount().evaluate(frame.sizes);
    if (!steps)
      return op.emitOpError() << "has " << op.stepCount().str() << " steps, which has no value here";
    for (Value init : op.getInit())
      carries.push_back(frame[init]);
    for (Value stack : op.stacks()) {
      FailureOr<Tensor<S>> zeros = frame.make(op, stack.getType());
      if (failed(zeros))
        return failure();
      stacks.push_back(std::move(*zeros));
    }
    for (int64_t k = 0; k < *steps; ++k)
      if (failed(step(op.getReverse() ? *steps - 1 - k : k)))
        return failure();
    for (auto [result, carry] : llvm::zip_equal(op.finalCarries(), carries))
      frame.set(result, std::move(carry));
    for (auto [result, stack] : llvm::zip_equal(op.stacks(), stacks))
      frame.set(result, std::move(stack));
    return success();
  }

private:
  LogicalResult step(int64_t t) {
    Frame<S> inner(frame.evaluator, frame.arguments, frame.sizes);
    Tensor<S> number(ElementKind::I64, {});
    number.integers[0] = t;
    inner.set(op.stepArgument(), std::move(number));
    for (auto [argument, value] : llvm::zip_equal(op.constArguments(), op.getConsts()))
      inner.set(argument, frame[value]);
    for (auto [argument, carry] : llvm::zip_equal(op.carryArguments(), carries))
      inner.set(argument, carry);
    for (auto [argument, stack, axis] : llvm::zip_equal(op.sliceArguments(), op.getXs(), op.getXsAxes())) {
      FailureOr<Tensor<S>> slice = inner.make(op, argument.getType());
      if (failed(slice))
        return failure();
      Tensor<S> whole = frame[stack];
      copySlice(whole, axis, t, *slice, /*intoStack=*/false);
      inner.set(argument, std::move(*slice));
    }
    if (failed(frame.evaluator.run(body, inner)))
      return failure();
    keep(inner, t);
    return success();
  }

  /// Takes over what the body yields; a row behind its end keeps its carry, and its yields are 0.
  void keep(const Frame<S> &inner, int64_t t) {
    Operation *yield = body.getTerminator();
    const Tensor<S> *lengths = op.getLengths() ? &frame[op.getLengths()] : nullptr;
    for (auto [i, carry] : llvm::enumerate(carries)) {
      Tensor<S> next = inner[yield->getOperand(i)];
      if (lengths)
        copyEndedRows(next, carry, *lengths, t);
      carry = std::move(next);
    }
    for (auto [i, stack] : llvm::enumerate(stacks)) {
      Tensor<S> slice = inner[yield->getOperand(carries.size() + i)];
      if (lengths)
        copyEndedRows(slice, Tensor<S>(slice.kind, slice.shape), *lengths, t);
      copySlice(stack, op.getYsAxes()[i], t, slice, /*intoStack=*/true);
    }
  }

  nn::ScanOp op;
  Frame<S> &frame;
  Block &body;
  std::vector<Tensor<S>> carries, stacks;
};

} // namespace

template <class S> void registerScan(Evaluator<S> &evaluator) {
  evaluator.template add<nn::ScanOp>([](nn::ScanOp op, Frame<S> &frame) { return Scan<S>(op, frame).run(); });
}
NNC_REFERENCE_INSTANTIATE(registerScan)

} // namespace nnc::reference
