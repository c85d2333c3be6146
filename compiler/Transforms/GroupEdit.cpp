#include "compiler/Transforms/GroupEdit.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {

Value inputFor(nn::GroupOp group, Value value) {
  auto arg = dyn_cast<BlockArgument>(value);
  return arg && arg.getOwner() == &bodyOf(group) ? group.getInputs()[arg.getArgNumber()] : Value();
}

BlockArgument addInput(nn::GroupOp group, Value input) {
  for (auto [index, old] : llvm::enumerate(group.getInputs()))
    if (old == input)
      return bodyOf(group).getArgument(index);
  group.getInputsMutable().append(input);
  return bodyOf(group).addArgument(input.getType(), input.getLoc());
}

void dropUnusedInputs(nn::GroupOp group) {
  for (unsigned index = group.getInputs().size(); index-- > 0;)
    if (bodyOf(group).getArgument(index).use_empty()) {
      bodyOf(group).eraseArgument(index);
      group.getInputsMutable().erase(index);
    }
}

nn::GroupOp addResult(nn::GroupOp group, Value inner) {
  OpBuilder builder(group);
  SmallVector<Type> types(group.getResultTypes());
  types.push_back(inner.getType());
  auto wider = nn::GroupOp::create(builder, group.getLoc(), types, group.getInputs(), group.getIntoAttr(),
                                   group.getTasksAttr(), group.getBarrier());
  wider.getBody().takeBody(group.getBody());
  Operation *yield = yieldOf(wider);
  yield->insertOperands(yield->getNumOperands(), inner);
  group->replaceAllUsesWith(wider.getResults().drop_back());
  group.erase();
  return wider;
}

nn::GroupOp makeCopyGroup(OpBuilder &builder, Location loc, Value value) {
  auto group = nn::GroupOp::create(builder, loc, TypeRange{value.getType()}, ValueRange{value}, ArrayAttr(),
                                   nn::TasksAttr(), false);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&group.getBody());
  Value arg = block->addArgument(value.getType(), loc);
  nn::YieldOp::create(builder, loc, arg);
  return group;
}

} // namespace nnc
