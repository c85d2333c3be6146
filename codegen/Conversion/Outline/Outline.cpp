// nn-outline: one kernel for each distinct group, and launches in place of groups.
#include "codegen/Passes.h"
#include "compiler/Analysis/OpClass.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_OUTLINE
#include "codegen/Passes.h.inc"

namespace {

constexpr size_t longestName = 48;

// "k3_linear_relu": its number and its ops, without the arithmetic on single numbers beside them.
std::string nameOf(nn::GroupOp group, size_t number) {
  std::string name = "k" + std::to_string(number);
  auto ops = group.getBody().front().without_terminator();
  bool onlyScalars = llvm::all_of(ops, [](Operation &op) { return llvm::all_of(op.getResults(), isScalar); });
  bool any = false;
  for (Operation &op : ops) {
    bool scalar = classify(&op) == OpClass::Elementwise && isScalar(op.getResult(0));
    if (classify(&op) == OpClass::Free || (scalar && !onlyScalars))
      continue;
    std::string part = "_" + shortName(&op);
    any = true;
    if (name.size() + part.size() <= longestName && !StringRef(name).ends_with(part))
      name += part;
  }
  return any ? name : name + "_copy";
}

// For each result the input that is the old value of the state it is written over.
SmallVector<int64_t> tiedInputs(nn::GroupOp group, const llvm::DenseMap<Value, StringAttr> &commits) {
  SmallVector<int64_t> tied(group.getNumResults(), -1);
  for (auto [result, value] : llvm::enumerate(group.getResults()))
    for (auto [index, input] : llvm::enumerate(group.getInputs())) {
      auto get = input.getDefiningOp<nn::GetOp>();
      if (get && commits.lookup(value) == get.getSourceAttr().getAttr())
        tied[result] = index;
    }
  return tied;
}

struct Outline : impl::OutlineBase<Outline> {
  void runOnOperation() override {
    kernels.clear();
    auto entries = llvm::to_vector(getOperation().getOps<nn::EntryOp>());
    for (nn::EntryOp entry : entries) {
      llvm::DenseMap<Value, StringAttr> commits = commitsOf(entry);
      for (auto group : llvm::make_early_inc_range(entry.getBody().front().getOps<nn::GroupOp>())) {
        if (!group.getInto() || !group.getTasks()) {
          group.emitError("outlining needs a planned group: 'into' and 'tasks'");
          return signalPassFailure();
        }
        launch(group, kernelFor(group, tiedInputs(group, commits), entries.front()));
      }
    }
  }

  static llvm::DenseMap<Value, StringAttr> commitsOf(nn::EntryOp entry) {
    auto ret = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
    llvm::DenseMap<Value, StringAttr> commits;
    for (auto [index, value] : llvm::enumerate(ret.getUpdates()))
      commits[value] = cast<FlatSymbolRefAttr>((*ret.getTargets())[index]).getAttr();
    return commits;
  }

  nn::KernelOp kernelFor(nn::GroupOp group, ArrayRef<int64_t> tied, Operation *before) {
    OpBuilder builder(before);
    auto type = builder.getFunctionType(group.getInputs().getTypes(), group.getResultTypes());
    bool anyTied = llvm::any_of(tied, [](int64_t input) { return input >= 0; });
    auto tiedAttr = anyTied ? builder.getDenseI64ArrayAttr(tied) : DenseI64ArrayAttr();
    for (nn::KernelOp kernel : kernels)
      if (kernel.getFunctionType() == type && kernel.getTasksAttr() == group.getTasksAttr() &&
          kernel.getTiedAttr() == tiedAttr &&
          OperationEquivalence::isRegionEquivalentTo(&kernel.getBody(), &group.getBody(),
                                                     OperationEquivalence::IgnoreLocations))
        return kernel;
    auto kernel = nn::KernelOp::create(builder, group.getLoc(), builder.getStringAttr(nameOf(group, kernels.size())),
                                       TypeAttr::get(type), group.getTasksAttr(), tiedAttr, ArrayAttr(), ArrayAttr());
    kernel.getBody().takeBody(group.getBody());
    kernels.push_back(kernel);
    return kernel;
  }

  static void launch(nn::GroupOp group, nn::KernelOp kernel) {
    OpBuilder builder(group);
    auto launch = nn::LaunchOp::create(builder, group.getLoc(), group.getResultTypes(),
                                       FlatSymbolRefAttr::get(kernel.getSymNameAttr()), group.getInputs(),
                                       group.getIntoAttr(), group.getTasksAttr(), group.getBarrierAttr());
    group->replaceAllUsesWith(launch.getResults());
    group.erase();
  }

  std::vector<nn::KernelOp> kernels;
};

} // namespace
} // namespace nnc
