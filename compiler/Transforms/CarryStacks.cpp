#include "compiler/Transforms/CarryStacks.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Operation *yieldOf(nn::ScanOp scan) { return scan.getBody().front().getTerminator(); }

// A returned stack is written into the caller's memory, and cannot be part of something else.
bool isReturned(Value stack) {
  return llvm::any_of(stack.getUsers(), [](Operation *user) { return isa<nn::ReturnOp, nn::YieldOp>(user); });
}

// The carry that stack `index` holds as it came in.
std::optional<unsigned> carryIn(nn::ScanOp scan, unsigned index) {
  Value yielded = yieldOf(scan)->getOperand(scan.numCarries() + index);
  for (auto [carry, argument] : llvm::enumerate(scan.carryArguments()))
    if (yielded == argument && !isReturned(scan.stacks()[index]))
      return carry;
  return std::nullopt;
}

// The stack of the new values of `carry` with time at `axis`.
std::optional<unsigned> stackOfNew(nn::ScanOp scan, unsigned carry, int64_t axis) {
  Operation *yield = yieldOf(scan);
  for (unsigned index = 0; index < scan.numStacks(); ++index)
    if (yield->getOperand(scan.numCarries() + index) == yield->getOperand(carry) && scan.getYsAxes()[index] == axis)
      return index;
  return std::nullopt;
}

// One step of the start of a carry.
Value oneStep(OpBuilder &builder, Location loc, Value start, int64_t axis) {
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < typeOf(start).getRank(); ++dim)
    dims.push_back(dim + (dim >= axis));
  auto one = nn::SizeExpr::constant(builder.getContext(), 1);
  return nn::BroadcastOp::create(builder, loc, nn::stackOfSlice(typeOf(start), axis, one), start, dims);
}

void shift(nn::ScanOp scan, unsigned old, unsigned carry, unsigned fresh) {
  OpBuilder builder(scan->getContext());
  builder.setInsertionPointAfter(scan);
  Location loc = scan.getLoc();
  int64_t axis = scan.getYsAxes()[old];
  Value stack = scan.stacks()[fresh], start = oneStep(builder, loc, scan.getInit()[carry], axis);
  SmallVector<Value> parts = {start, stack};
  if (scan.getReverse())
    std::swap(parts[0], parts[1]);
  auto more = nn::SizeExpr::constant(builder.getContext(), scan.stepCount().value() + 1);
  auto type = nn::stackOfSlice(typeOf(start.getDefiningOp()->getOperand(0)), axis, more);
  Value all = nn::ConcatOp::create(builder, loc, type, parts, uint64_t(axis));
  SmallVector<int64_t> low(type.getRank(), 0);
  low[axis] = scan.getReverse();
  scan.stacks()[old].replaceAllUsesWith(nn::SliceOp::create(builder, loc, scan.stacks()[old].getType(), all, low));
  remarkPassed(loc, "hoist", "a carry is stacked once, as it comes in and as it goes out");
}

} // namespace

nn::ScanOp shareCarryStacks(nn::ScanOp scan) {
  if (!isa<nn::EntryOp>(scan->getParentOp()))
    return scan;
  for (unsigned index = 0; index < scan.numStacks(); ++index) {
    std::optional<unsigned> carry = carryIn(scan, index);
    if (!carry || yieldOf(scan)->getOperand(*carry) == scan.carryArguments()[*carry])
      continue;
    int64_t axis = scan.getYsAxes()[index];
    std::optional<unsigned> fresh = stackOfNew(scan, *carry, axis);
    if (fresh && isReturned(scan.stacks()[*fresh]))
      continue; // both are needed
    if (!fresh) {
      fresh = scan.numStacks();
      scan = addStacks(scan, yieldOf(scan)->getOperand(*carry), axis);
    }
    shift(scan, index, *carry, *fresh);
  }
  return dropUnreadStacks(scan);
}

} // namespace nnc
