#include "compiler/Analysis/Support.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace nnc {

ArrayRef<StringRef> opsWithoutKernel() {
  static constexpr StringRef ops[] = {"gather",  "scatter", "attention", "cumsum", "sort",    "flip",   "sample",
                                      "dropout", "random",  "floor_div", "mod",    "rmsprop", "adagrad"};
  return ops;
}

/// Of a window the axes that it slides along, and its channels, are numbers.
static bool hasFreeAxis(Operation *op) {
  auto isFree = [](Type type) {
    auto sizes = nn::sizesOf(cast<RankedTensorType>(type));
    return llvm::any_of(llvm::drop_begin(sizes), [](const nn::SizeExpr &size) { return !size.isConstant(); });
  };
  return isa<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp, nn::MaxPoolOp, nn::AvgPoolOp>(op) &&
         (llvm::any_of(op->getOperandTypes(), isFree) || llvm::any_of(op->getResultTypes(), isFree));
}

/// The function of the language that an op computes, where it is called otherwise.
static StringRef userName(StringRef op) {
  return llvm::StringSwitch<StringRef>(op)
      .Case("conv", "convolve")
      .Case("conv_input_grad", "deconvolve")
      .Cases("gather", "scatter", "x[labels]")
      .Case("random", "rand")
      .Case("mod", "%")
      .Case("floor_div", "floor(a / b)")
      .Case("rmsprop", "RMSprop")
      .Case("adagrad", "Adagrad")
      .Default(op);
}

std::string withoutKernel(Operation *op) {
  if (!isa_and_nonnull<nn::NNDialect>(op->getDialect()))
    return "";
  StringRef name = op->getName().stripDialect();
  if (isa<nn::SampleOp>(op) &&
      llvm::any_of(op->getUsers(), [](Operation *user) { return !withoutKernel(user).empty(); }))
    return ""; // the numbers of the examples, for what is drawn: that is named
  if (llvm::is_contained(opsWithoutKernel(), name))
    return userName(name).str();
  if (hasFreeAxis(op))
    return (userName(name) + " along a free size").str();
  // The update of a step that is still to be made.
  if (auto entry = dyn_cast<nn::EntryOp>(op); entry && entry.getOptimizerAttr())
    return llvm::is_contained(opsWithoutKernel(), entry.getOptimizerAttr().getKind())
               ? userName(entry.getOptimizerAttr().getKind()).str()
               : "";
  return op->hasAttr("mask") ? (name + " with a mask").str() : "";
}

bool reportWithoutKernel(ModuleOp module, DiagnosticSeverity severity, llvm::function_ref<std::string()> note) {
  // The first place of each; the entries hold the same ops again.
  llvm::SmallVector<std::pair<std::string, Location>> first;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    std::string what = withoutKernel(op);
    if (!what.empty() && llvm::none_of(first, [&](auto &known) { return known.first == what; }))
      first.push_back({what, op->getLoc()});
  });
  if (first.empty())
    return false;
  auto quoted = [](auto &one) { return "`" + one.first + "`"; };
  InFlightDiagnostic report =
      severity == DiagnosticSeverity::Error ? emitError(first.front().second) : emitRemark(first.front().second);
  report << "E0505: this version cannot compile " << llvm::join(llvm::map_range(first, quoted), ", ")
         << ": the program runs with `nnc run --backend=reference`";
  for (auto &[what, place] : llvm::drop_begin(first))
    report.attachNote(place) << "`" << what << "` stands here";
  if (note)
    report.attachNote(UnknownLoc::get(module.getContext())) << note();
  return true;
}

} // namespace nnc
