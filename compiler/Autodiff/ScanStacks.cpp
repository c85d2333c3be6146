#include "compiler/Autodiff/ScanStacks.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace nnc::autodiff {

/// The same loop with other results.
static nn::ScanOp withResults(nn::ScanOp scan, TypeRange types, ArrayRef<int64_t> axes) {
  OpBuilder builder(scan);
  auto made = nn::ScanOp::create(builder, scan.getLoc(), types, scan.getConsts(), scan.getInit(), scan.getXs(),
                                 scan.getLengths(), scan.getStepsAttr(), scan.getXsAxes(), axes, scan.getReverse());
  made.getBody().takeBody(scan.getBody());
  return made;
}

nn::ScanOp withStacks(nn::ScanOp scan, ArrayRef<StackedYield> more) {
  SmallVector<Type> types(scan.getResultTypes());
  SmallVector<int64_t> axes(scan.getYsAxes());
  Operation *yield = scan.getBody().front().getTerminator();
  for (StackedYield stacked : more) {
    auto slice = cast<RankedTensorType>(stacked.value.getType());
    types.push_back(nn::stackOfSlice(slice, stacked.axis, scan.stepCount()));
    axes.push_back(stacked.axis);
    yield->insertOperands(yield->getNumOperands(), stacked.value);
  }
  nn::ScanOp made = withResults(scan, types, axes);
  scan->replaceAllUsesWith(made.getResults().take_front(scan.getNumResults()));
  return made;
}

nn::ScanOp withoutUnusedStacks(nn::ScanOp scan) {
  SmallVector<Value> kept(scan.finalCarries());
  SmallVector<int64_t> axes;
  llvm::BitVector unused(scan.getNumResults());
  for (auto [i, stack] : llvm::enumerate(scan.stacks()))
    if (stack.use_empty()) {
      unused.set(scan.numCarries() + i);
    } else {
      kept.push_back(stack);
      axes.push_back(scan.getYsAxes()[i]);
    }
  if (unused.none())
    return scan;
  scan.getBody().front().getTerminator()->eraseOperands(unused);
  nn::ScanOp made = withResults(scan, ValueRange(kept).getTypes(), axes);
  for (auto [old, now] : llvm::zip_equal(kept, made.getResults()))
    old.replaceAllUsesWith(now);
  scan.erase();
  return made;
}

int64_t axisFor(nn::ScanOp scan, RankedTensorType type) {
  int64_t wanted = !scan.getXsAxes().empty()   ? scan.getXsAxes().front()
                   : !scan.getYsAxes().empty() ? scan.getYsAxes().front()
                                               : 0;
  bool free = type.getRank() > 0 && !nn::sizeOf(type, 0).isConstant();
  return std::min<int64_t>(type.getRank(), free ? std::max<int64_t>(wanted, 1) : wanted);
}

void removeDeadOps(Block &body) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

} // namespace nnc::autodiff
