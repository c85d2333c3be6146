// nn-outline: one kernel for each distinct group, and launches in place of groups.
#include "codegen/Conversion/Outline/Describe.h"
#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "codegen/Passes.h"
#include "compiler/Analysis/OpClass.h"
#include "compiler/Analysis/Places.h"
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

/// Inputs, then results: null for a whole buffer, else the strides of the part.
using Strides = SmallVector<DenseI64ArrayAttr>;

Strides stridesOf(nn::GroupOp group, Places &places) {
  Strides strides;
  auto add = [&](Value value) {
    std::optional<Place> place = places.of(value);
    bool isPart = place && !place->isPlain();
    strides.push_back(isPart ? DenseI64ArrayAttr::get(group.getContext(), place->strides) : DenseI64ArrayAttr());
  };
  llvm::for_each(group.getInputs(), add);
  llvm::for_each(group.getResults(), add);
  return strides;
}

struct Outline : impl::OutlineBase<Outline> {
  void runOnOperation() override {
    kernels.clear();
    auto entries = llvm::to_vector(getOperation().getOps<nn::EntryOp>());
    for (nn::EntryOp entry : entries) {
      llvm::DenseMap<Value, StringAttr> commits = commitsOf(entry);
      Places places(entry);
      SmallVector<nn::GroupOp> groups; // those in the bodies of loops too
      entry.walk([&](nn::GroupOp group) { groups.push_back(group); });
      SmallVector<GroupText> texts; // while the values that a group reads are results of groups
      for (nn::GroupOp group : groups)
        texts.push_back(describe(group));
      for (auto [group, text] : llvm::zip_equal(groups, texts)) {
        if (!group.getInto() || !group.getTasks()) {
          group.emitError("outlining needs a planned group: 'into' and 'tasks'");
          return signalPassFailure();
        }
        launch(group, kernelFor(group, tiedInputs(group, commits), stridesOf(group, places), entries.front(), text));
      }
    }
    for (const Known &known : kernels)
      write(known.text, known.kernel);
  }

  /// For readers: attributes that nothing else asks for.
  static void write(const GroupText &text, nn::KernelOp kernel) {
    Builder builder(kernel.getContext());
    kernel->setAttr(kNameAttr, builder.getStringAttr(text.name()));
    std::vector<std::string> lines = text.lines();
    kernel->setAttr(kDocAttr, builder.getStrArrayAttr(SmallVector<StringRef>(lines.begin(), lines.end())));
    for (auto [i, name] : llvm::enumerate(text.buffers)) {
      unsigned inputs = kernel.getNumArguments();
      if (!name.empty() && i < inputs)
        kernel.setArgAttr(i, kNameAttr, builder.getStringAttr(name));
      else if (!name.empty())
        kernel.setResultAttr(i - inputs, kNameAttr, builder.getStringAttr(name));
    }
  }

  static llvm::DenseMap<Value, StringAttr> commitsOf(nn::EntryOp entry) {
    auto ret = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
    llvm::DenseMap<Value, StringAttr> commits;
    for (auto [index, value] : llvm::enumerate(ret.getUpdates()))
      commits[value] = cast<FlatSymbolRefAttr>((*ret.getTargets())[index]).getAttr();
    return commits;
  }

  nn::KernelOp kernelFor(nn::GroupOp group, ArrayRef<int64_t> tied, const Strides &strides, Operation *before,
                         GroupText &text) {
    OpBuilder builder(before);
    auto type = builder.getFunctionType(group.getInputs().getTypes(), group.getResultTypes());
    bool anyTied = llvm::any_of(tied, [](int64_t input) { return input >= 0; });
    auto tiedAttr = anyTied ? builder.getDenseI64ArrayAttr(tied) : DenseI64ArrayAttr();
    std::string symbol = nameOf(group, kernels.size());
    text.ops = StringRef(symbol).split('_').second.str();
    for (Known &known : kernels) {
      nn::KernelOp kernel = known.kernel;
      if (kernel.getFunctionType() == type && kernel.getTasksAttr() == group.getTasksAttr() &&
          kernel.getTiedAttr() == tiedAttr && known.strides == strides &&
          OperationEquivalence::isRegionEquivalentTo(&kernel.getBody(), &group.getBody(),
                                                     OperationEquivalence::IgnoreLocations)) {
        merge(known.text, text);
        return kernel;
      }
    }
    auto kernel = nn::KernelOp::create(builder, group.getLoc(), builder.getStringAttr(symbol), TypeAttr::get(type),
                                       group.getTasksAttr(), tiedAttr, ArrayAttr(), ArrayAttr());
    kernel.getBody().takeBody(group.getBody());
    unsigned inputs = group.getInputs().size();
    for (auto [i, part] : llvm::enumerate(strides)) {
      if (part && i < inputs)
        kernel.setArgAttr(i, kStridesAttr, part);
      else if (part)
        kernel.setResultAttr(i - inputs, kStridesAttr, part);
    }
    kernels.push_back({kernel, strides, std::move(text)});
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

  struct Known {
    nn::KernelOp kernel;
    Strides strides;
    GroupText text;
  };
  std::vector<Known> kernels;
};

} // namespace
} // namespace nnc
