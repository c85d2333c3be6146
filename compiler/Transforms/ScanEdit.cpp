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
