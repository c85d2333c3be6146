#include "compiler/Transforms/ScanEdit.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {

BlockArgument addConst(nn::ScanOp scan, Value value) {
  for (auto [argument, old] : llvm::zip_equal(scan.constArguments(), scan.getConsts()))
    if (old == value)
      return argument;
  unsigned index = 1 + scan.getConsts().size();
  scan.getConstsMutable().append(value);
  return scan.getBody().insertArgument(index, value.getType(), value.getLoc());
}

/// The loop with other stacks: `values` of its body, time at `axes`. Final carries keep their readers.
static nn::ScanOp withStacks(nn::ScanOp scan, ArrayRef<Value> values, ArrayRef<int64_t> axes) {
  OpBuilder builder(scan);
  SmallVector<Type> types(scan.finalCarries().getTypes());
  for (auto [value, axis] : llvm::zip_equal(values, axes))
    types.push_back(nn::stackOfSlice(cast<RankedTensorType>(value.getType()), axis, scan.stepCount()));
  auto fresh = nn::ScanOp::create(builder, scan.getLoc(), types, scan.getConsts(), scan.getInit(), scan.getXs(),
                                  scan.getLengths(), scan.getSteps(), scan.getXsAxes(), axes, scan.getReverse());
  fresh.getBody().takeBody(scan.getBody());
  Operation *yield = fresh.getBody().front().getTerminator();
  SmallVector<Value> yields(yield->getOperands().take_front(fresh.numCarries()));
  llvm::append_range(yields, values);
  yield->setOperands(yields);
  for (auto [old, now] : llvm::zip_equal(scan.finalCarries(), fresh.finalCarries()))
    old.replaceAllUsesWith(now);
  return fresh;
}

static ValueRange stackedIn(nn::ScanOp scan) {
  return scan.getBody().front().getTerminator()->getOperands().drop_front(scan.numCarries());
}

nn::ScanOp addStacks(nn::ScanOp scan, ArrayRef<Value> values, ArrayRef<int64_t> axes) {
  SmallVector<Value> all(stackedIn(scan));
  SmallVector<int64_t> allAxes(scan.getYsAxes());
  unsigned old = all.size();
  all.append(values.begin(), values.end());
  allAxes.append(axes.begin(), axes.end());
  nn::ScanOp fresh = withStacks(scan, all, allAxes);
  for (auto [before, after] : llvm::zip_equal(scan.stacks(), fresh.stacks().take_front(old)))
    before.replaceAllUsesWith(after);
  scan.erase();
  return fresh;
}

nn::ScanOp dropUnreadStacks(nn::ScanOp scan) {
  SmallVector<Value> values, kept;
  SmallVector<int64_t> axes;
  for (auto [value, stack, axis] : llvm::zip_equal(stackedIn(scan), scan.stacks(), scan.getYsAxes()))
    if (!stack.use_empty()) {
      values.push_back(value);
      kept.push_back(stack);
      axes.push_back(axis);
    }
  if (kept.size() == scan.numStacks())
    return scan;
  nn::ScanOp fresh = withStacks(scan, values, axes);
  for (auto [before, after] : llvm::zip_equal(kept, fresh.stacks()))
    before.replaceAllUsesWith(after);
  scan.erase();
  SmallVector<Operation *> ops;
  for (Operation &op : fresh.getBody().front().without_terminator())
    ops.push_back(&op);
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty())
      op->erase();
  return fresh;
}

Value outermost(Value value) {
  while (auto argument = dyn_cast<BlockArgument>(value)) {
    auto scan = dyn_cast<nn::ScanOp>(argument.getOwner()->getParentOp());
    unsigned index = argument.getArgNumber();
    if (!scan || index < 1 || index > scan.getConsts().size())
      break;
    value = scan.getConsts()[index - 1];
  }
  return value;
}

} // namespace nnc
