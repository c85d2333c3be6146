// nn-simplify-scan: a loop makes what is read of it, and does in each step what changes from step to step.
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace nnc {
#define GEN_PASS_DEF_SIMPLIFYSCAN
#include "compiler/Transforms/Passes.h.inc"
} // namespace nnc

using namespace mlir;
using namespace nnc::nn;

namespace {

constexpr StringLiteral topic = "nn-simplify-scan";

/// The slice of one step of the stack, or null; then `step` is which.
SliceOp sliceOfOneStep(Operation *user, int64_t axis, int64_t &step) {
  auto slice = dyn_cast<SliceOp>(user);
  if (!slice)
    return nullptr;
  auto whole = cast<RankedTensorType>(slice.getX().getType());
  SmallVector<SizeExpr> sizes = sizesOf(whole), part = sizesOf(slice.getType());
  if (part[axis].asConstant() != 1)
    return nullptr;
  part[axis] = sizes[axis];
  step = slice.getLow()[axis];
  return part == sizes ? slice : nullptr;
}

/// Of a stack of states the last one made is the final carry.
void readFinalCarries(ScanOp scan) {
  std::optional<int64_t> steps = scan.stepCount().asConstant();
  if (!steps || *steps == 0 || scan.getLengths())
    return;
  ValueRange yields = scan.getBody().front().getTerminator()->getOperands();
  for (auto [i, stack] : llvm::enumerate(scan.stacks())) {
    auto carry = llvm::find(yields.take_front(scan.numCarries()), yields[scan.numCarries() + i]);
    if (carry - yields.begin() == scan.numCarries())
      continue;
    for (Operation *user : llvm::make_early_inc_range(stack.getUsers())) {
      int64_t step = 0;
      SliceOp slice = sliceOfOneStep(user, scan.getYsAxes()[i], step);
      if (!slice || step != (scan.getReverse() ? 0 : *steps - 1))
        continue;
      OpBuilder builder(slice);
      Value last = scan.getResult(carry - yields.begin());
      slice.replaceAllUsesWith(ReshapeOp::create(builder, slice.getLoc(), slice.getType(), last).getResult());
      slice.erase();
      nnc::remarkPassed(scan.getLoc(), topic, "the last step of a stack became the final carry");
    }
  }
}

/// Which yields of the body are needed for results that are read.
llvm::BitVector neededYields(ScanOp scan) {
  Block &body = scan.getBody().front();
  Operation *yield = body.getTerminator();
  llvm::DenseSet<Value> needed;
  llvm::BitVector yields(yield->getNumOperands());
  for (unsigned i = 0; i < yields.size(); ++i)
    if (!scan.getResult(i).use_empty())
      yields.set(i);
  for (bool grows = true; grows;) {
    for (unsigned i : yields.set_bits())
      needed.insert(yield->getOperand(i));
    for (Operation &op : llvm::reverse(body.without_terminator()))
      if (llvm::any_of(op.getResults(), [&](Value result) { return needed.contains(result); }))
        needed.insert(op.operand_begin(), op.operand_end());
    grows = false;
    for (auto [i, argument] : llvm::enumerate(scan.carryArguments()))
      if (!yields.test(i) && needed.contains(argument)) {
        yields.set(i);
        grows = true;
      }
  }
  return yields;
}

/// The scan without the results that only it itself needed; erases the old one.
ScanOp withoutResults(ScanOp scan, const llvm::BitVector &needed) {
  Block &body = scan.getBody().front();
  llvm::BitVector unneeded(needed);
  unneeded.flip();
  body.getTerminator()->eraseOperands(unneeded);
  SmallVector<Value> kept, starts;
  SmallVector<int64_t> axes;
  for (unsigned i : needed.set_bits()) {
    kept.push_back(scan.getResult(i));
    if (i < scan.numCarries())
      starts.push_back(scan.getInit()[i]);
    else
      axes.push_back(scan.getYsAxes()[i - scan.numCarries()]);
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (unsigned i = scan.numCarries(); i-- > 0;)
    if (!needed.test(i))
      body.eraseArgument(1 + scan.getConsts().size() + i);
  OpBuilder builder(scan);
  auto made =
      ScanOp::create(builder, scan.getLoc(), ValueRange(kept).getTypes(), scan.getConsts(), starts, scan.getXs(),
                     scan.getLengths(), scan.getStepsAttr(), scan.getXsAxes(), axes, scan.getReverse());
  made.getBody().takeBody(scan.getBody());
  for (auto [old, now] : llvm::zip_equal(kept, made.getResults()))
    old.replaceAllUsesWith(now);
  scan.erase();
  return made;
}

/// What depends on consts alone is computed once, in front of the loop. Broadcasts stay: they cost nothing inside.
void moveInvariants(ScanOp scan) {
  Block &body = scan.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(body.without_terminator())) {
    auto isConst = [&](Value value) { return llvm::is_contained(scan.constArguments(), value); };
    if (isa<BroadcastOp>(op) || op.getNumOperands() == 0 || op.getNumRegions() > 0 ||
        !llvm::all_of(op.getOperands(), isConst))
      continue;
    for (OpOperand &operand : op.getOpOperands()) {
      unsigned index = cast<BlockArgument>(operand.get()).getArgNumber() - 1;
      operand.set(scan.getConsts()[index]);
    }
    op.moveBefore(scan);
    nnc::remarkPassed(op.getLoc(), topic,
                      op.getName().getStringRef() + " does not change from step to step: moved out");
    for (Value result : op.getResults())
      if (!result.use_empty()) {
        BlockArgument inside = nnc::addConst(scan, result);
        result.replaceUsesWithIf(inside, [&](OpOperand &use) { return use.getOwner()->getBlock() == &body; });
      }
  }
}

struct SimplifyScan : nnc::impl::SimplifyScanBase<SimplifyScan> {
  void runOnOperation() override {
    SmallVector<ScanOp> scans; // those inside of others first
    getOperation().walk([&](ScanOp scan) { scans.push_back(scan); });
    for (ScanOp scan : scans) {
      readFinalCarries(scan);
      llvm::BitVector needed = neededYields(scan);
      if (!needed.all() && needed.any()) {
        nnc::remarkPassed(scan.getLoc(), topic,
                          Twine(needed.size() - needed.count()) + " of " + Twine(needed.size()) +
                              " results are not needed");
        scan = withoutResults(scan, needed);
      }
      moveInvariants(scan);
      nnc::dropUnreadOperands(scan);
    }
  }
};

} // namespace
