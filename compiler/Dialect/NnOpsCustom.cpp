// Custom family: a function and its own derivative.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

static SmallVector<Type> floatsOf(TypeRange types) {
  SmallVector<Type> floats;
  for (Type type : types)
    if (isa<FloatType>(cast<RankedTensorType>(type).getElementType()))
      floats.push_back(type);
  return floats;
}

LogicalResult CustomOp::verify() {
  Block &forward = getForward().front(), &backward = getBackward().front();
  if (TypeRange(forward.getArgumentTypes()) != TypeRange(getInputs()))
    return emitOpError("C1: the forward region takes the operands");
  auto made = forward.empty() ? YieldOp() : dyn_cast<YieldOp>(forward.back());
  if (!made || made.getNumOperands() < getNumResults() ||
      TypeRange(made.getOperands().take_front(getNumResults())) != TypeRange(getResultTypes()))
    return emitOpError("C2: the forward region yields the results, then what the backward reads");
  SmallVector<Type> taken(getInputs().getTypes());
  llvm::append_range(taken, made.getOperandTypes());
  llvm::append_range(taken, floatsOf(getResultTypes()));
  if (TypeRange(backward.getArgumentTypes()) != TypeRange(taken))
    return emitOpError("C3: the backward region takes the operands, what the forward yields, and a cotangent of each "
                       "float result");
  SmallVector<Type> wanted = floatsOf(getInputs().getTypes());
  auto given = backward.empty() ? YieldOp() : dyn_cast<YieldOp>(backward.back());
  if (!given || TypeRange(given.getOperands()) != TypeRange(wanted))
    return emitOpError("C4: the backward region yields a cotangent of each float operand");
  return success();
}

} // namespace nnc::nn
