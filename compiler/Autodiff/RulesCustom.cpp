// The derivative of a function that has one of its own: what it says.
#include "compiler/Analysis/CloneBody.h"
#include "compiler/Autodiff/DerivativeTable.h"
#include "compiler/Autodiff/GradEntry.h"
#include "compiler/Autodiff/Reverse.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

/// The forward takes the op's place, for its backward reads values of it; the backward follows where cotangents are
/// built.
void custom(Site &s) {
  auto op = cast<nn::CustomOp>(s.op);
  OpBuilder before(op);
  SmallVector<Value> made =
      cloneBody(op.getForward().front(), op.getInputs(), before, [](Location loc) { return loc; });
  SmallVector<Value> arguments(op.getInputs());
  llvm::append_range(arguments, made);
  for (OpResult result : op->getResults())
    if (isFloat(result)) {
      auto type = cast<RankedTensorType>(result.getType());
      Expr g = s.g(result.getResultNumber());
      arguments.push_back(g ? g.get() : splatConstant(s.builder, s.loc, type, 0));
    }
  SmallVector<Value> given = cloneBody(op.getBackward().front(), arguments, s.builder, gradLocation);
  size_t next = 0;
  for (OpOperand &input : op->getOpOperands())
    if (isFloat(input.get())) {
      if (s.wants(input.getOperandNumber()))
        s.give(input.getOperandNumber(), s.expr(given[next]));
      ++next;
    }
  op->replaceAllUsesWith(ArrayRef(made).take_front(op->getNumResults()));
  s.replaceOp();
}

} // namespace

void registerCustomRules(DerivativeTable &table) { table.rule<nn::CustomOp>(custom, Reads::Both); }

} // namespace nnc::autodiff
