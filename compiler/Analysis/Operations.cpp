#include "compiler/Analysis/Operations.h"
#include "compiler/Analysis/Places.h"
#include <map>

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

nn::SizeExpr convOperations(Operation *op) {
  // The three ops of the family do the same products: of each place of y with the taps of all channels of its group.
  Value y = isa<nn::ConvOp>(op) ? op->getResult(0) : op->getOperand(isa<nn::ConvInputGradOp>(op) ? 0 : 1);
  Value filter = isa<nn::ConvFilterGradOp>(op) ? op->getResult(0) : op->getOperand(1);
  nn::SizeExpr count = nn::elementCount(cast<RankedTensorType>(y.getType()));
  for (const nn::SizeExpr &size : llvm::drop_begin(nn::sizesOf(cast<RankedTensorType>(filter.getType()))))
    count = count * size;
  return nn::SizeExpr::constant(op->getContext(), 2) * count;
}

nn::SizeExpr countOperations(nn::EntryOp entry) {
  auto sum = nn::SizeExpr::constant(entry.getContext(), 0);
  entry.walk([&](Operation *op) {
    auto contract = dyn_cast<nn::ContractOp>(op);
    if (!contract && !isConvolution(op))
      return;
    nn::SizeExpr count = contract ? contractionOperations(contract) : convOperations(op);
    for (auto scan = op->getParentOfType<nn::ScanOp>(); scan; scan = scan->getParentOfType<nn::ScanOp>())
      count = count * scan.stepCount();
    sum = sum + count;
  });
  return sum;
}

namespace {

/// The bytes of each piece of memory that the plan calls saved; parts of one piece share its slot.
class SavedPieces {
public:
  explicit SavedPieces(nn::EntryOp entry) : ranges(nn::rangesOf(entry)) {}

  void add(Attribute attribute, Type type) {
    auto at = dyn_cast_if_present<nn::BufAttr>(attribute);
    if (!at || at.getRegion() != nn::Region::saved || !at.getOffset() || !at.getStrides().empty())
      return;
    int64_t &bytes = pieces[at.getSlot()];
    bytes = std::max(bytes, nn::maxBufferBytes(cast<RankedTensorType>(type), ranges).value_or(0));
  }
  int64_t bytes() const {
    int64_t sum = 0;
    for (const auto &[slot, bytes] : pieces)
      sum += bytes;
    return sum;
  }

private:
  nn::SizeRanges ranges;
  std::map<int64_t, int64_t> pieces;
};

void addLoop(nn::ScanOp scan, SavedPieces &pieces) {
  if (auto stacks = scan->getAttrOfType<ArrayAttr>(kStacksAttr))
    for (auto [stack, at] : llvm::zip(scan.stacks(), stacks))
      pieces.add(at, stack.getType());
  if (auto carries = scan->getAttrOfType<ArrayAttr>(kCarriesAttr))
    for (auto [carry, pair] : llvm::zip(scan.finalCarries(), carries.getAsRange<ArrayAttr>()))
      for (Attribute at : pair)
        pieces.add(at, carry.getType());
}

} // namespace

int64_t savedBytes(nn::EntryOp entry) {
  SavedPieces pieces(entry);
  entry.walk([&](Operation *op) {
    if (auto group = dyn_cast<nn::GroupOp>(op); group && group.getInto())
      for (auto [value, at] : llvm::zip_equal(group.getResults(), *group.getInto()))
        pieces.add(at, value.getType());
    else if (auto concat = dyn_cast<nn::ConcatOp>(op))
      pieces.add(concat->getAttr(kIntoAttr), concat.getY().getType());
    else if (auto scan = dyn_cast<nn::ScanOp>(op))
      addLoop(scan, pieces);
  });
  return pieces.bytes();
}

} // namespace nnc
