#include "compiler/Autodiff/SavedSteps.h"
#include "compiler/Analysis/ScanOperands.h"
#include "compiler/Autodiff/Recompute.h"
#include "compiler/Autodiff/Reverse.h"
#include "compiler/Autodiff/ScanStacks.h"

#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

/// What a backward scan computes again of a forward scan, found by comparing their bodies: equal ops on equal values.
class SavedSteps {
public:
  SavedSteps(nn::ScanOp forward, nn::ScanOp backward) : forward(forward), backward(backward) {
    if (forward.getSteps() != backward.getSteps() || forward.getReverse() == backward.getReverse())
      return;
    matchArguments();
    Block &step = forward.getBody().front();
    for (Operation &op : backward.getBody().front().without_terminator())
      for (Operation &candidate : step.without_terminator())
        if (op.getName() == candidate.getName() && match(op, candidate))
          break;
  }

  unsigned matches() const { return matched; }

  /// Saves what backward reads. The scans are replaced.
  void apply() {
    select();
    SmallVector<StackedYield> more;
    for (Saved &one : saved)
      if (!one.stack) {
        one.stack = forward.getNumResults() + more.size();
        more.push_back({same.lookup(one.again), one.axis});
      }
    nn::ScanOp old = forward;
    if (!more.empty()) {
      forward = withStacks(forward, more);
      old.erase();
    }
    for (Saved &one : saved)
      one.again.replaceAllUsesWith(addSlice(backward, forward.getResult(*one.stack), one.axis));
    forwardStacks();
    removeDeadOps(backward.getBody().front());
    dropUnreadOperands(backward);
  }

private:
  struct Saved {
    Value again;
    int64_t axis;
    std::optional<unsigned> stack; // of the forward scan
  };

  void matchArguments() {
    same[backward.stepArgument()] = forward.stepArgument();
    for (auto [argument, value] : llvm::zip_equal(backward.constArguments(), backward.getConsts()))
      for (auto [other, otherValue] : llvm::zip_equal(forward.constArguments(), forward.getConsts()))
        if (value == otherValue)
          same[argument] = other;
    Operation *yield = forward.getBody().front().getTerminator();
    for (auto [argument, value, axis] :
         llvm::zip_equal(backward.sliceArguments(), backward.getXs(), backward.getXsAxes())) {
      for (auto [other, otherValue, otherAxis] :
           llvm::zip_equal(forward.sliceArguments(), forward.getXs(), forward.getXsAxes()))
        if (value == otherValue && axis == otherAxis)
          same[argument] = other;
      for (auto [i, stack] : llvm::enumerate(forward.stacks()))
        if (value == stack && axis == forward.getYsAxes()[i])
          same[argument] = yield->getOperand(forward.numCarries() + i);
    }
  }

  bool match(Operation &op, Operation &candidate) {
    auto equal = [&](Value a, Value b) { return success(same.lookup(a) == b); };
    auto mark = [&](Value a, Value b) { same[a] = b; };
    if (!OperationEquivalence::isEquivalentTo(&op, &candidate, equal, mark, OperationEquivalence::IgnoreLocations))
      return false;
    ++matched;
    return true;
  }

  /// Whether backward has the value without computing much; decisions fall in program order.
  bool isAvailable(Value value) const {
    Operation *op = value.getDefiningOp();
    if (!op)
      return same.contains(value);
    if (llvm::any_of(saved, [&](const Saved &one) { return one.again == value; }))
      return true;
    return isAtHand(op) || (isFree(op) && llvm::all_of(op->getOperands(), [&](Value x) { return isAvailable(x); }));
  }

  void select() {
    Block &body = backward.getBody().front();
    for (Operation &op : body.without_terminator())
      for (Value value : op.getResults()) {
        if (!same.contains(value))
          continue;
        bool stacked = llvm::is_contained(body.getTerminator()->getOperands(), value), read = stacked;
        for (Operation *user : value.getUsers())
          read |= user->getNumResults() > 0 && !same.contains(user->getResult(0));
        bool cheap = isAtHand(&op) || isFree(&op) || isCheap(&op);
        bool inputs = llvm::all_of(op.getOperands(), [&](Value x) { return isAvailable(x); });
        if (read && (stacked || !cheap || !inputs) && !isAtHand(&op))
          saved.push_back(place(value));
      }
  }

  /// Where the value is stacked: a stack of the forward scan, or a new one beside the others.
  Saved place(Value value) {
    std::optional<int64_t> axis;
    ValueRange yielded = backward.getBody().front().getTerminator()->getOperands().drop_front(backward.numCarries());
    for (auto [i, stack] : llvm::enumerate(yielded))
      if (stack == value)
        axis = backward.getYsAxes()[i];
    ValueRange made = forward.getBody().front().getTerminator()->getOperands().drop_front(forward.numCarries());
    for (auto [i, stack] : llvm::enumerate(made))
      if (stack == same.lookup(value) && (!axis || axis == forward.getYsAxes()[i]))
        return {value, forward.getYsAxes()[i], unsigned(forward.numCarries() + i)};
    return {value, axis ? *axis : axisFor(forward, cast<RankedTensorType>(value.getType())), std::nullopt};
  }

  /// What backward only stacked again is read where it lies.
  void forwardStacks() {
    Operation *yield = backward.getBody().front().getTerminator();
    for (auto [i, stack] : llvm::enumerate(backward.stacks())) {
      auto slice = dyn_cast<BlockArgument>(yield->getOperand(backward.numCarries() + i));
      for (auto [argument, value, axis] :
           llvm::zip_equal(backward.sliceArguments(), backward.getXs(), backward.getXsAxes()))
        if (argument == slice && axis == backward.getYsAxes()[i])
          stack.replaceAllUsesWith(value);
    }
    backward = withoutUnusedStacks(backward);
  }

  nn::ScanOp forward, backward;
  llvm::DenseMap<Value, Value> same; // from backward's body to forward's
  unsigned matched = 0;
  SmallVector<Saved> saved;
};

} // namespace

void saveSteps(nn::EntryOp entry) {
  Block &body = entry.getBody().front();
  SmallVector<nn::ScanOp> backward;
  for (auto scan : body.getOps<nn::ScanOp>())
    if (isGradLocation(scan.getLoc()))
      backward.push_back(scan);
  for (nn::ScanOp scan : backward) {
    std::optional<SavedSteps> best;
    for (auto forward : body.getOps<nn::ScanOp>())
      if (!isGradLocation(forward.getLoc()))
        if (SavedSteps steps(forward, scan); steps.matches() > (best ? best->matches() : 0))
          best = std::move(steps);
    if (best)
      best->apply();
  }
}

void reportScans(nn::EntryOp entry, StringRef policy) {
  for (auto scan : entry.getBody().front().getOps<nn::ScanOp>()) {
    if (isGradLocation(scan.getLoc()))
      continue;
    std::optional<int64_t> bytes = 0;
    for (auto [i, stack] : llvm::enumerate(scan.stacks())) {
      if (llvm::none_of(stack.getUsers(), [](Operation *user) { return isGradLocation(user->getLoc()); }))
        continue;
      auto slice = nn::sliceOfStack(cast<RankedTensorType>(stack.getType()), scan.getYsAxes()[i]);
      std::optional<int64_t> more = nn::maxBufferBytes(slice, nn::rangesOf(entry));
      bytes = bytes && more ? std::optional(*bytes + *more) : std::nullopt;
    }
    if (bytes == 0)
      continue;
    remark::passed(scan.getLoc(), remark::RemarkOpts::name("loop").category("nn-select-saved"))
        << "steps of nn.scan " << remark::metric("bytes_per_step", bytes ? std::to_string(*bytes) : "unbounded")
        << remark::metric("steps", scan.stepCount().str()) << remark::metric("policy", policy);
  }
}

} // namespace nnc::autodiff
