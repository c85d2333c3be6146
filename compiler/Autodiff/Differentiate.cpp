// nn-differentiate: reverse mode over the loss of each entry. Knows no op by name; rules are in the table.
#include "compiler/Analysis/Limits.h"
#include "compiler/Autodiff/GradEntry.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Autodiff/Reverse.h"

using namespace mlir;

namespace nnc::autodiff {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "compiler/Autodiff/Passes.h.inc"

namespace {

/// Appends an output of the entry.
LogicalResult addOutput(GradEntry &entry, const std::string &name, Value value) {
  nn::EntryOp op = entry.entry;
  Builder builder(op.getContext());
  auto attributes = builder.getDictionaryAttr({builder.getNamedAttr("nn.name", builder.getStringAttr(name))});
  entry.terminator().getOutputsMutable().append(value);
  return op.insertResult(op.getNumResults(), value.getType(), attributes);
}

struct Differentiate : impl::DifferentiateBase<Differentiate> {
  LogicalResult differentiate(nn::EntryOp op) {
    GradEntry entry(getOperation(), op);
    Value loss = entry.loss();
    if (!loss)
      return op.emitError("has no output 'loss'");
    const DerivativeTable &table = DerivativeTable::get();
    Activity activity(op.getBody().front(), entry.rootValues(), {loss}, table);
    if (!activity.missingRules().empty())
      return activity.missingRules().front().op->emitError("has no derivative");

    SmallVector<Operation *> forward;
    for (Operation &inner : op.getBody().front().without_terminator())
      forward.push_back(&inner);
    OpBuilder builder(entry.terminator());
    Location loc = gradLocation(loss.getLoc());
    Cotangents cotangents;
    cotangents.add(builder, loc, loss, splatConstant(builder, loc, cast<RankedTensorType>(loss.getType()), 1));
    reverse(forward, activity, table, builder, cotangents);

    for (Root &root : entry.roots) {
      Value gradient = gradientOf(root, builder, loc, cotangents);
      if (!gradient && entry.isStep())
        continue;
      if (!gradient)
        gradient = splatConstant(builder, loc, root.type, 0);
      if (failed(addOutput(entry, "grad." + root.name, gradient)))
        return failure();
    }
    return checkLimits(op, kKeepsSteps);
  }

  /// The sum over all reads, the last read first, like every sum of cotangents.
  static Value gradientOf(const Root &root, OpBuilder &builder, Location loc, const Cotangents &cotangents) {
    Cotangents total;
    Value key = root.values.empty() ? Value() : root.values.front();
    for (Value value : llvm::reverse(root.values))
      total.add(builder, loc, key, cotangents.lookup(value));
    return key ? total.lookup(key) : Value();
  }

  void runOnOperation() override {
    for (nn::EntryOp entry : GradEntry::in(getOperation()))
      if (failed(differentiate(entry)))
        return signalPassFailure();
    // Understood by differentiation alone, so they end here, in every entry.
    getOperation().walk([](nn::StopGradientOp op) {
      op.getY().replaceAllUsesWith(op.getX());
      op.erase();
    });
  }
};

} // namespace
} // namespace nnc::autodiff
