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

/// As it is called in the language.
std::string nameOf(Operation *op) {
  return isa<nn::GenericOp>(op) ? "index notation" : "`" + op->getName().stripDialect().str() + "`";
}

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
    llvm::StringSet<> warned;
    // grad and step hold the same computation, and one op stands at many places: the first of each.
    std::vector<MissingRule> missing;
    for (nn::EntryOp op : GradEntry::in(getOperation())) {
      GradEntry entry(getOperation(), op);
      Value loss = checkedLoss(entry);
      if (!loss) {
        failed = true;
        continue;
      }
      Activity activity(op.getBody().front(), entry.rootValues(), {loss}, DerivativeTable::get());
      for (const MissingRule &one : activity.missingRules())
        if (llvm::none_of(missing, [&](const MissingRule &known) { return isSame(known, one); }))
          missing.push_back(one);
      for (Root &root : entry.roots)
        if (root.param && llvm::none_of(root.values, [&](Value value) { return activity.isActive(value); }) &&
            warned.insert(root.name).second)
          root.param.emitWarning() << "parameter '" << root.name << "' does not reach the loss: it is not trained";
    }
    report(missing);
    if (failed || !missing.empty())
      signalPassFailure();
    markAllAnalysesPreserved();
  }

  static bool isSame(const MissingRule &a, const MissingRule &b) {
    return a.op->getName() == b.op->getName() && a.reason == b.reason;
  }

  /// One error for all, at the first.
  static void report(ArrayRef<MissingRule> missing) {
    if (missing.empty())
      return;
    std::vector<std::string> names;
    for (const MissingRule &one : missing)
      if (std::string name = nameOf(one.op); !llvm::is_contained(names, name))
        names.push_back(name);
    bool isOne = missing.size() == 1;
    InFlightDiagnostic error = emitError(missing.front().op->getLoc())
                               << "E0504: " << llvm::join(names, ", ") << (names.size() == 1 ? " has" : " have")
                               << " no derivative, but the loss depends on a parameter or input through "
                               << (names.size() == 1 ? "it" : "them");
    if (isOne && !missing.front().reason.empty())
      error << ": " << missing.front().reason;
    for (const MissingRule &one : missing)
      if (!isOne && (!one.reason.empty() || &one != missing.begin()))
        error.attachNote(one.op->getLoc())
            << nameOf(one.op) << " stands here" << (one.reason.empty() ? "" : ": ") << one.reason;
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
