// nn-select-saved: what backward reads is saved, except where computing it again is only cheap arithmetic.
#include "compiler/Analysis/Limits.h"
#include "compiler/Analysis/Operations.h"
#include "compiler/Autodiff/GradEntry.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Autodiff/Recompute.h"
#include "compiler/Autodiff/Reverse.h"
#include "compiler/Autodiff/SavedSteps.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;

namespace nnc::autodiff {
#define GEN_PASS_DEF_SELECTSAVED
#include "compiler/Autodiff/Passes.h.inc"

namespace {

bool isBackward(Operation *op) { return isGradLocation(op->getLoc()); }

struct Decision {
  bool recompute;
  const char *reason;
};

class Selector {
public:
  explicit Selector(nn::EntryOp entry) : entry(entry) {}

  void run() {
    for (Operation &op : entry.getBody().front())
      if (!isBackward(&op) && !op.hasTrait<OpTrait::IsTerminator>() && !isAtHandOp(&op))
        for (Value result : op.getResults())
          if (firstReader(result))
            candidates.push_back(result);
    for (Value value : candidates)
      decisions.push_back(decide(value));
    for (auto [value, decision] : llvm::zip(candidates, decisions))
      report(value, decision);
    // Later values first: what they read may be recomputed too, then before them.
    for (size_t i = candidates.size(); i-- > 0;)
      if (decisions[i].recompute)
        recompute(candidates[i]);
  }

private:
  static bool isAtHandOp(Operation *op) { return op->getNumResults() == 0 || isAtHand(op); }

  /// The first op of backward that reads the value, or null.
  static Operation *firstReader(Value value) {
    Operation *first = nullptr;
    for (Operation *user : value.getUsers())
      if (isBackward(user) && (!first || user->isBeforeInBlock(first)))
        first = user;
    return first;
  }

  /// Whether the value is saved or at hand when backward runs. Decisions fall in program order, so operands are
  /// decided.
  bool isAvailable(Value value) const {
    if (!value.getDefiningOp() || isAtHand(value.getDefiningOp()))
      return true;
    for (auto [candidate, decision] : llvm::zip(candidates, decisions))
      if (candidate == value)
        return true;
    return false;
  }

  Decision decide(Value value) const {
    Operation *op = value.getDefiningOp();
    for (Operation *user : value.getUsers())
      if (isBackward(user) && (isa<nn::ContractOp>(user) || isConvolution(user)))
        return {false, isa<nn::ContractOp>(user) ? "a contraction reads it" : "a convolution reads it"};
    if (!isFree(op) && !isCheap(op))
      return {false, "costs more than its storage"};
    for (Value operand : op->getOperands())
      if (!isAvailable(operand))
        return {false, "its operands are not kept"};
    return {true, isFree(op) ? "moves or compares elements" : "cheap arithmetic on kept values"};
  }

  void report(Value value, Decision decision) const {
    auto type = cast<RankedTensorType>(value.getType());
    Operation *op = value.getDefiningOp();
    std::optional<int64_t> bytes = nn::maxBufferBytes(type, nn::rangesOf(entry));
    auto remark = decision.recompute
                      ? remark::missed(op->getLoc(), remark::RemarkOpts::name("recomputed").category("nn-select-saved"))
                      : remark::passed(op->getLoc(), remark::RemarkOpts::name("saved").category("nn-select-saved"));
    remark << op->getName().getStringRef() << " "
           << remark::metric("bytes", bytes ? std::to_string(*bytes) : "unbounded")
           << remark::metric("reason", decision.reason);
  }

  /// Puts a copy of the op before its first reader in backward; all readers in backward use it.
  static void recompute(Value value) {
    Operation *op = value.getDefiningOp();
    Operation *first = firstReader(value);
    OpBuilder builder(first);
    Operation *copy = builder.clone(*op);
    copy->setLoc(gradLocation(op->getLoc()));
    Value again = copy->getResult(cast<OpResult>(value).getResultNumber());
    value.replaceUsesWithIf(again,
                            [&](OpOperand &use) { return use.getOwner() != copy && isBackward(use.getOwner()); });
  }

  nn::EntryOp entry;
  SmallVector<Value> candidates;
  SmallVector<Decision> decisions;
};

struct SelectSaved : impl::SelectSavedBase<SelectSaved> {
  using SelectSavedBase::SelectSavedBase;

  void runOnOperation() override {
    for (nn::EntryOp entry : GradEntry::in(getOperation())) {
      if (scan == ScanPolicy::All)
        saveSteps(entry);
      reportScans(entry, scan == ScanPolicy::All ? "all" : "carry");
      Selector(entry).run();
      if (failed(checkLimits(entry, kKeepsSteps)))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace nnc::autodiff
