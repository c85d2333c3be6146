#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include <set>

using namespace mlir;

namespace nnc {

Type bufferElement(Type element) { return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : element; }

MemRefType fullBuffer(RankedTensorType type) {
  SmallVector<int64_t> shape;
  for (auto [i, size] : llvm::enumerate(nn::physicalShape(type))) {
    std::optional<int64_t> constant = size.asConstant();
    if (!constant && i != 0)
      return {};
    shape.push_back(constant.value_or(ShapedType::kDynamic));
  }
  if (shape.empty())
    shape.push_back(1);
  return MemRefType::get(shape, bufferElement(type.getElementType()));
}

MemRefType argumentBuffer(RankedTensorType type) {
  MemRefType full = fullBuffer(type);
  if (!full || full.hasStaticShape())
    return full;
  SmallVector<int64_t> shape(full.getShape());
  shape[0] = 1;
  return MemRefType::get(shape, full.getElementType());
}

SmallVector<std::string> sizesOfKernel(nn::KernelOp kernel) {
  std::set<std::string> names;
  auto add = [&](Type type) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      for (StringAttr name : nn::symbolsOf(tensor))
        names.insert(name.str());
  };
  llvm::for_each(kernel.getArgumentTypes(), add);
  llvm::for_each(kernel.getResultTypes(), add);
  kernel.getBody().walk([&](Operation *op) {
    llvm::for_each(op->getResultTypes(), add);
    if (auto size = dyn_cast<nn::SizeOp>(op))
      names.insert(size.getName().str());
    if (auto generic = dyn_cast<nn::GenericOp>(op))
      for (const nn::SizeExpr &size : nn::sizesOf(generic.getDomain()))
        for (StringAttr name : size.getSymbols())
          names.insert(name.str());
  });
  if (auto tasks = kernel.getTasks(); tasks && tasks->getSize())
    names.insert(tasks->getSize().str());
  return SmallVector<std::string>(names.begin(), names.end());
}

FunctionType kernelFunctionType(nn::KernelOp kernel) {
  Builder builder(kernel.getContext());
  SmallVector<Type> types;
  for (Type type : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes())) {
    MemRefType buffer = argumentBuffer(cast<RankedTensorType>(type));
    if (!buffer)
      return {};
    types.push_back(buffer);
  }
  types.append(sizesOfKernel(kernel).size() + 1, builder.getIndexType());
  return builder.getFunctionType(types, {});
}

} // namespace nnc
