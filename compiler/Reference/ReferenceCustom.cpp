// A function with a derivative of its own: what it computes. Dual numbers differentiate that, not the other region.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {

template <class S> static LogicalResult custom(nn::CustomOp op, Frame<S> &frame) {
  Block &forward = op.getForward().front();
  Frame<S> inner(frame.evaluator, frame.arguments, frame.sizes);
  for (auto [argument, input] : llvm::zip_equal(forward.getArguments(), op.getInputs()))
    inner.set(argument, frame[input]);
  if (failed(frame.evaluator.run(forward, inner)))
    return failure();
  for (OpResult result : op->getResults())
    frame.set(result, inner[forward.getTerminator()->getOperand(result.getResultNumber())]);
  return success();
}

template <class S> void registerCustom(Evaluator<S> &evaluator) { evaluator.template add<nn::CustomOp>(custom<S>); }
NNC_REFERENCE_INSTANTIATE(registerCustom)

} // namespace nnc::reference
