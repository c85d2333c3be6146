// nn-hoist-scan: what does not wait for the step before leaves the loop.
#include "compiler/Analysis/Limits.h"
#include "compiler/Analysis/OpClass.h"
#include "compiler/Transforms/CarryStacks.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"
#include "compiler/Transforms/ScanLift.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_HOISTSCAN
#include "compiler/Transforms/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// A loop without a step: carries stay what they are, stacks have no element.
void replaceEmpty(nn::ScanOp scan) {
  OpBuilder builder(scan);
  scan.finalCarries().replaceAllUsesWith(scan.getInit());
  for (Value stack : scan.stacks()) {
    RankedTensorType scalar = nn::scalarType(typeOf(stack).getElementType());
    Value zero = nn::ConstantOp::create(
        builder, scan.getLoc(), scalar,
        cast<ElementsAttr>(builder.getZeroAttr(RankedTensorType::get({}, scalar.getElementType()))));
    stack.replaceAllUsesWith(nn::BroadcastOp::create(builder, scan.getLoc(), typeOf(stack), zero, ArrayRef<int64_t>()));
  }
  scan.erase();
}

std::string everyStep(nn::ScanOp scan, Operation *op) {
  return shortName(op) + " of all " + scan.stepCount().str() + " steps at once";
}

// Ops in front of the loop.
class Before {
public:
  explicit Before(nn::ScanOp scan) : scan(scan), builder(scan), lift(scan, builder) {}

  void run() {
    Block &body = scan.getBody().front();
    for (auto op : body.getOps<nn::ContractOp>())
      if (liftWithOperands(op))
        remarkPassed(op.getLoc(), "hoist", "in front of the loop: " + everyStep(scan, op));
    for (Operation &op : body.without_terminator())
      if (finishesProduct(&op))
        liftWithOperands(&op);
    readLifted();
  }

private:
  // An elementwise op that alone reads what was lifted: it costs the product nothing, and the loop reads no more.
  bool finishesProduct(Operation *op) {
    return classify(op) == OpClass::Elementwise && llvm::any_of(op->getOperands(), [&](Value operand) {
             Operation *def = operand.getDefiningOp();
             return def && operand.hasOneUse() && lifted.contains(def) && classify(def) != OpClass::Free;
           });
  }

  // Lifts `op` and all that it needs of the body; false if a carry or the step is among that.
  bool liftWithOperands(Operation *op) {
    if (lift.has(op->getResult(0)))
      return true;
    if (!ScanLift::isLiftable(op) || failed.contains(op))
      return false;
    bool possible = llvm::all_of(op->getOperands(), [&](Value operand) {
      Operation *def = operand.getDefiningOp();
      return def ? liftWithOperands(def) : lift.has(operand);
    });
    if (!possible || !lift.axisOf(op)) {
      failed.insert(op);
      return false;
    }
    lift.lift(op);
    lifted.insert(op);
    return true;
  }

  // The body reads what was computed for it, but repeats what is free.
  void readLifted() {
    for (Operation *op : llvm::reverse(lifted.getArrayRef())) {
      Value result = op->getResult(0);
      if (!result.use_empty() && classify(op) == OpClass::Free)
        continue;
      if (!result.use_empty()) {
        Lifted stand = lift.get(result);
        result.replaceAllUsesWith(stand.axis == Lifted::same ? addConst(scan, stand.value)
                                                             : addSlice(scan, stand.value, stand.axis));
      }
      op->erase();
    }
  }

  nn::ScanOp scan;
  OpBuilder builder;
  ScanLift lift;
  llvm::SetVector<Operation *> lifted;
  llvm::DenseSet<Operation *> failed;
};

// Ops behind the loop: products that only stacks wait for, and what is made of them.
class Behind {
public:
  explicit Behind(nn::ScanOp scan) : scan(scan), yield(scan.getBody().front().getTerminator()) {}

  nn::ScanOp run() {
    choose();
    if (moved.empty() || !plan())
      return scan;
    scan = addStacks(scan, stacked, stackedAxes);
    yield = scan.getBody().front().getTerminator();
    move();
    return scan;
  }

private:
  void choose() {
    llvm::SetVector<Operation *> downstream;
    Block &body = scan.getBody().front();
    for (Operation &op : body.without_terminator())
      if (isa<nn::ContractOp>(op) ||
          llvm::any_of(op.getOperands(), [&](Value operand) { return downstream.contains(operand.getDefiningOp()); }))
        downstream.insert(&op);
    for (Operation &op : llvm::reverse(body.without_terminator()))
      if (downstream.contains(&op) && ScanLift::isLiftable(&op) && onlyStacksWait(&op))
        moved.insert(&op);
    moved = llvm::SetVector<Operation *>(moved.rbegin(), moved.rend());
  }
  bool onlyStacksWait(Operation *op) {
    return llvm::all_of(op->getUses(), [&](OpOperand &use) {
      return use.getOwner() == yield ? use.getOperandNumber() >= scan.numCarries() : moved.contains(use.getOwner());
    });
  }

  // Which values of the body must be stacked for that; false if time would not stand where the stacks have it.
  bool plan() {
    OpBuilder builder(scan);
    ScanLift trial(scan, builder);
    for (Operation *op : moved) {
      for (Value operand : op->getOperands())
        if (!trial.has(operand) && !giveFree(trial, operand))
          trial.give(operand, {Value(), stackFor(operand)});
      std::optional<int64_t> axis = trial.axisOf(op, wish(op));
      if (!axis || *axis == Lifted::same)
        return false;
      trial.give(op->getResult(0), {Value(), *axis});
      for (OpOperand &use : op->getUses())
        if (use.getOwner() == yield && scan.getYsAxes()[use.getOperandNumber() - scan.numCarries()] != *axis)
          return false;
    }
    return true;
  }

  // Constants and what repeats a const are made again behind the loop.
  static bool giveFree(ScanLift &lift, Value value) {
    Operation *def = value.getDefiningOp();
    if (!def || classify(def) != OpClass::Free ||
        !llvm::all_of(def->getOperands(), [&](Value operand) { return lift.has(operand) || giveFree(lift, operand); }))
      return false;
    std::optional<int64_t> axis = lift.axisOf(def);
    if (axis != Lifted::same)
      return false;
    lift.give(value, {Value(), Lifted::same});
    return true;
  }

  // The stack of a value of the body: one that there is, or a new one.
  int64_t stackFor(Value value) {
    for (auto [index, yielded] : llvm::enumerate(yield->getOperands().drop_front(scan.numCarries())))
      if (yielded == value)
        return scan.getYsAxes()[index];
    RankedTensorType type = typeOf(value);
    int64_t axis = type.getRank() > 1 || (type.getRank() == 1 && !nn::sizeOf(type, 0).isConstant());
    if (!llvm::is_contained(stacked, value)) {
      stacked.push_back(value);
      stackedAxes.push_back(axis);
    }
    return axis;
  }

  // Where the stack that waits for it has time.
  std::optional<int64_t> wish(Operation *op) {
    for (OpOperand &use : op->getUses()) {
      if (use.getOwner() == yield)
        return scan.getYsAxes()[use.getOperandNumber() - scan.numCarries()];
      if (std::optional<int64_t> axis = wish(use.getOwner()))
        return axis;
    }
    return std::nullopt;
  }

  void move() {
    OpBuilder builder(scan);
    builder.setInsertionPointAfter(scan);
    ScanLift lift(scan, builder);
    ValueRange yielded = yield->getOperands().drop_front(scan.numCarries());
    for (auto [value, stack, axis] : llvm::zip_equal(yielded, scan.stacks(), scan.getYsAxes()))
      if (!moved.contains(value.getDefiningOp()) && !lift.has(value))
        lift.give(value, {stack, axis});
    for (Operation *op : moved) {
      for (Value operand : op->getOperands())
        liftFree(lift, operand);
      lift.lift(op, wish(op));
      if (isa<nn::ContractOp>(op))
        remarkPassed(op->getLoc(), "hoist", "behind the loop: " + everyStep(scan, op));
    }
    for (auto [value, stack] : llvm::zip_equal(yielded, scan.stacks()))
      if (moved.contains(value.getDefiningOp()))
        stack.replaceAllUsesWith(lift.get(value).value);
    scan = dropUnreadStacks(scan);
  }
  static void liftFree(ScanLift &lift, Value value) {
    if (lift.has(value))
      return;
    Operation *def = value.getDefiningOp();
    for (Value operand : def->getOperands())
      liftFree(lift, operand);
    lift.lift(def);
  }

  nn::ScanOp scan;
  Operation *yield;
  llvm::SetVector<Operation *> moved; // in program order
  SmallVector<Value> stacked;
  SmallVector<int64_t> stackedAxes;
};

struct HoistScan : impl::HoistScanBase<HoistScan> {
  void runOnOperation() override {
    SmallVector<nn::ScanOp> scans;
    getOperation().walk([&](nn::ScanOp scan) { scans.push_back(scan); }); // inner loops first
    for (nn::ScanOp scan : scans)
      if (!scan->getParentOfType<nn::GroupOp>() && scan.getBody().front().getOps<nn::GroupOp>().empty())
        hoist(scan);
  }

  /// All that the body computes would also fit as values of all steps.
  static bool fitsOutside(nn::ScanOp scan) {
    nn::SizeRanges ranges = nn::rangesOf(scan->getParentOfType<nn::EntryOp>());
    auto more = nn::SizeExpr::constant(scan.getContext(), scan.stepCount().asConstant().value_or(0) + 1);
    auto fits = [&](Type type) { return !isTooLarge(nn::stackOfSlice(cast<RankedTensorType>(type), 0, more), ranges); };
    return llvm::all_of(scan.getBody().front().without_terminator(),
                        [&](Operation &op) { return llvm::all_of(op.getResultTypes(), fits); });
  }

  static void hoist(nn::ScanOp scan) {
    std::optional<int64_t> steps = scan.stepCount().asConstant();
    if (steps == 0)
      return replaceEmpty(scan);
    scan = dropUnreadStacks(scan);
    if (!fitsOutside(scan))
      return dropUnreadOperands(scan);
    Before(scan).run();
    scan = Behind(scan).run();
    scan = shareCarryStacks(scan);
    dropUnreadOperands(scan);
  }
};

} // namespace
} // namespace nnc
