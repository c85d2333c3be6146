#include "compiler/Autodiff/GradEntry.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace nnc::autodiff {

SmallVector<nn::EntryOp> GradEntry::in(ModuleOp module) {
  SmallVector<nn::EntryOp> entries;
  for (auto entry : module.getOps<nn::EntryOp>())
    if (entry.getKindName() == "grad" || entry.getKindName() == "step")
      entries.push_back(entry);
  return entries;
}

GradEntry::GradEntry(ModuleOp module, nn::EntryOp entry) : entry(entry) {
  for (auto param : module.getOps<nn::ParamOp>()) {
    auto type = cast<RankedTensorType>(param.getType());
    if (param.getFrozen() || !isa<FloatType>(type.getElementType()))
      continue;
    Root root{param.getSymName().str(), type, param, {}};
    for (auto get : entry.getBody().getOps<nn::GetOp>())
      if (get.getSource() == param.getSymName())
        root.values.push_back(get.getValue());
    roots.push_back(std::move(root));
  }
  if (!isStep())
    addInputs(module);
}

/// Inputs of the model are those of `forward`; an entry that trains also takes fields of the data.
void GradEntry::addInputs(ModuleOp module) {
  llvm::StringSet<> ofModel;
  bool known = false;
  for (auto forward : module.getOps<nn::EntryOp>())
    if (forward.getKindName() == "forward") {
      known = true;
      for (unsigned i = 0; i < forward.getNumArguments(); ++i)
        ofModel.insert(forward.getArgName(i));
    }
  for (BlockArgument argument : entry.getBody().getArguments()) {
    unsigned number = argument.getArgNumber();
    StringRef name = entry.getArgName(number);
    if (isFloat(argument) && !entry.getArgAttr(number, "nn.scalar") && (!known || ofModel.contains(name)))
      roots.push_back({name.str(), cast<RankedTensorType>(argument.getType()), nullptr, {argument}});
  }
}

nn::ReturnOp GradEntry::terminator() const { return cast<nn::ReturnOp>(entry.getBody().front().getTerminator()); }

Value GradEntry::loss() const {
  nn::EntryOp self = entry;
  for (unsigned i = 0; i < self.getNumResults(); ++i)
    if (self.getResultName(i) == "loss")
      return terminator().getOutputs()[i];
  return nullptr;
}

bool GradEntry::isStep() const { return entry.getKindName() == "step"; }

SmallVector<Value> GradEntry::rootValues() const {
  SmallVector<Value> values;
  for (const Root &root : roots)
    values.append(root.values);
  return values;
}

} // namespace nnc::autodiff
