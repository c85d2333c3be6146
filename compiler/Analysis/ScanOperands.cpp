#include "compiler/Analysis/ScanOperands.h"

using namespace mlir;

namespace nnc {

BlockArgument addSlice(nn::ScanOp scan, Value stack, int64_t axis) {
  scan.getXsMutable().append(stack);
  SmallVector<int64_t> axes(scan.getXsAxes());
  axes.push_back(axis);
  scan.setXsAxes(axes);
  return scan.getBody().addArgument(nn::sliceOfStack(cast<RankedTensorType>(stack.getType()), axis), stack.getLoc());
}

void dropUnreadOperands(nn::ScanOp scan) {
  unsigned firstSlice = 1 + scan.getConsts().size() + scan.numCarries();
  SmallVector<int64_t> axes(scan.getXsAxes());
  for (unsigned index = scan.getXs().size(); index-- > 0;)
    if (scan.getBody().getArgument(firstSlice + index).use_empty()) {
      scan.getBody().eraseArgument(firstSlice + index);
      scan.getXsMutable().erase(index);
      axes.erase(axes.begin() + index);
    }
  scan.setXsAxes(axes);
  for (unsigned index = scan.getConsts().size(); index-- > 0;)
    if (scan.getBody().getArgument(1 + index).use_empty()) {
      scan.getBody().eraseArgument(1 + index);
      scan.getConstsMutable().erase(index);
    }
}

} // namespace nnc
