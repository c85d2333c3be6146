#include "codegen/Conversion/ToLinalg/InlineFunctions.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace nnc {

std::string suffixOf(Type type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << getElementTypeOrSelf(type);
  if (auto vector = dyn_cast<VectorType>(type))
    stream << "x" << vector.getNumElements();
  return text;
}

func::FuncOp makeInlineFunction(Location loc, const Twine &name, FunctionType type, ArrayRef<StringRef> names) {
  OpBuilder builder(loc.getContext());
  auto function = func::FuncOp::create(loc, name.str(), type);
  function.setPrivate();
  function->setAttr(kInlineAttr, builder.getUnitAttr());
  function.addEntryBlock();
  for (auto [i, name] : llvm::enumerate(names))
    function.setArgAttr(i, kNameAttr, builder.getStringAttr(name));
  return function;
}

} // namespace nnc
