#include "compiler/Analysis/Operations.h"

using namespace mlir;

namespace nnc {

static nn::SizeExpr contractionOperations(nn::ContractOp op) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  nn::SizeExpr count = nn::elementCount(cast<RankedTensorType>(op.getY().getType()));
  nn::ContractSpec letters = op.getLetters();
  for (auto [axis, letter] : llvm::enumerate(letters.lhs))
    if (letters.summed.find(letter) != std::string::npos)
      count = count * nn::sizeOf(lhs, axis);
  return nn::SizeExpr::constant(op.getContext(), 2) * count;
}

nn::SizeExpr countOperations(nn::EntryOp entry) {
  auto sum = nn::SizeExpr::constant(entry.getContext(), 0);
  entry.walk([&](nn::ContractOp op) { sum = sum + contractionOperations(op); });
  return sum;
}

int64_t savedBytes(nn::EntryOp entry) {
  int64_t end = 0;
  nn::SizeRanges ranges = nn::rangesOf(entry);
  entry.walk([&](nn::GroupOp group) {
    if (!group.getInto())
      return;
    for (auto [value, attribute] : llvm::zip_equal(group.getResults(), *group.getInto())) {
      auto at = cast<nn::BufAttr>(attribute);
      if (at.getRegion() == nn::Region::saved && at.getOffset())
        end = std::max(end, *at.getOffset() +
                                nn::maxBufferBytes(cast<RankedTensorType>(value.getType()), ranges).value_or(0));
    }
  });
  return end;
}

} // namespace nnc
