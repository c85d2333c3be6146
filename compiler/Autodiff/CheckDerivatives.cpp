// nn-check-derivatives: all missing rules at once.
#include "compiler/Autodiff/GradEntry.h"
#include "compiler/Autodiff/Missing.h"
#include "compiler/Autodiff/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc::autodiff {
#define GEN_PASS_DEF_CHECKDERIVATIVES
#include "compiler/Autodiff/Passes.h.inc"

namespace {

/// The loss of the entry, if it is one number.
Value checkedLoss(const GradEntry &entry) {
  Value loss = entry.loss();
  if (loss && isFloat(loss) && cast<RankedTensorType>(loss.getType()).getRank() == 0)
    return loss;
  entry.entry.emitError("has no output 'loss' that is one number");
  return nullptr;
}

struct CheckDerivatives : impl::CheckDerivativesBase<CheckDerivatives> {
  void runOnOperation() override {
    bool failed = false;
    // grad and step hold the same computation: one report is enough.
    llvm::DenseSet<std::pair<Location, StringRef>> reported;
    llvm::StringSet<> warned;
    std::vector<Operation *> unknown; // the first op of each name that has no rule at all
    for (nn::EntryOp op : GradEntry::in(getOperation())) {
      GradEntry entry(getOperation(), op);
      Value loss = checkedLoss(entry);
      if (!loss) {
        failed = true;
        continue;
      }
      Activity activity(op.getBody().front(), entry.rootValues(), {loss}, DerivativeTable::get());
      for (const MissingRule &missing : activity.missingRules()) {
        failed = true;
        auto isSame = [&](Operation *op) { return op->getName() == missing.op->getName(); };
        if (missing.reason.empty() && llvm::none_of(unknown, isSame))
          unknown.push_back(missing.op);
        else if (!missing.reason.empty() &&
                 reported.insert({missing.op->getLoc(), missing.op->getName().getStringRef()}).second)
          report(missing);
      }
      for (Root &root : entry.roots)
        if (root.param && llvm::none_of(root.values, [&](Value value) { return activity.isActive(value); }) &&
            warned.insert(root.name).second)
          root.param.emitWarning() << "parameter '" << root.name << "' does not reach the loss: it is not trained";
    }
    reportUnknown(unknown);
    if (failed)
      signalPassFailure();
    markAllAnalysesPreserved();
  }

  /// Ops of which no instance has a derivative: one error for all, at the first.
  static void reportUnknown(ArrayRef<Operation *> ops) {
    if (ops.empty())
      return;
    auto quoted = [](Operation *op) { return "'" + op->getName().getStringRef().str() + "'"; };
    bool one = ops.size() == 1;
    InFlightDiagnostic error = emitError(ops.front()->getLoc())
                               << "E0504: " << llvm::join(llvm::map_range(ops, quoted), ", ")
                               << (one ? " has" : " have")
                               << " no derivative, but the loss depends on a parameter or input through "
                               << (one ? "it" : "them");
    for (Operation *op : ops.drop_front())
      error.attachNote(op->getLoc()) << quoted(op) << " stands here";
  }

  /// An op that has one in other forms.
  static void report(const MissingRule &missing) {
    bool written = isa<nn::GenericOp>(missing.op); // as it is called in the language
    std::string who = written ? "index notation" : "'" + missing.op->getName().getStringRef().str() + "'";
    InFlightDiagnostic error = emitError(missing.op->getLoc())
                               << "E0504: " << who
                               << " has no derivative, but the loss depends on a parameter or input through it: "
                               << missing.reason;
  }
};

} // namespace

std::vector<std::string> missingDerivatives(ModuleOp module) {
  std::vector<std::string> names;
  for (nn::EntryOp op : GradEntry::in(module)) {
    GradEntry entry(module, op);
    Value loss = entry.loss();
    if (!loss)
      continue;
    Activity activity(op.getBody().front(), entry.rootValues(), {loss}, DerivativeTable::get());
    for (const MissingRule &missing : activity.missingRules()) {
      std::string name = isa<nn::GenericOp>(missing.op) ? "index notation" : missing.op->getName().stripDialect().str();
      if (!llvm::is_contained(names, name))
        names.push_back(name);
    }
  }
  return names;
}

} // namespace nnc::autodiff
