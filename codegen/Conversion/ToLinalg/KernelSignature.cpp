#include "codegen/Conversion/ToLinalg/KernelSignature.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <set>

using namespace mlir;

namespace nnc {

Type bufferElement(Type element) { return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : element; }

/// A free size behind another dimension: the strides in front of it are values.
static bool hasFreeStrides(ArrayRef<int64_t> shape) {
  return llvm::any_of(llvm::drop_begin(shape), ShapedType::isDynamic);
}

MemRefType KernelBuffer::full() const {
  SmallVector<int64_t> shape;
  for (const nn::SizeExpr &size : nn::physicalShape(type)) {
    std::optional<int64_t> constant = size.asConstant();
    // Nobody reads a buffer without elements, but its type must be one that LLVM knows.
    shape.push_back(constant ? std::max<int64_t>(*constant, 1) : ShapedType::kDynamic);
  }
  bool single = shape.empty();
  if (single)
    shape.push_back(1);
  Type element = bufferElement(type.getElementType());
  if (strides) {
    SmallVector<int64_t> steps = single ? SmallVector<int64_t>{1} : *strides;
    return MemRefType::get(shape, element, StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, steps));
  }
  if (!hasFreeStrides(shape))
    return MemRefType::get(shape, element);
  SmallVector<int64_t> steps(shape.size(), 1);
  for (size_t dim = shape.size() - 1; dim-- > 0;)
    steps[dim] = ShapedType::isDynamic(shape[dim + 1]) || ShapedType::isDynamic(steps[dim + 1])
                     ? ShapedType::kDynamic
                     : steps[dim + 1] * shape[dim + 1];
  return MemRefType::get(shape, element, StridedLayoutAttr::get(type.getContext(), 0, steps));
}

MemRefType KernelBuffer::argument() const {
  MemRefType buffer = full();
  if (isView() || hasFreeStrides(buffer.getShape()))
    return MemRefType::get({1}, buffer.getElementType());
  SmallVector<int64_t> shape(buffer.getShape());
  if (buffer.isDynamicDim(0))
    shape[0] = 1;
  return MemRefType::get(shape, buffer.getElementType());
}

SmallVector<KernelBuffer> buffersOf(nn::KernelOp kernel) {
  SmallVector<KernelBuffer> buffers;
  auto add = [&](Type type, Attribute strides) {
    KernelBuffer &buffer = buffers.emplace_back(KernelBuffer{cast<RankedTensorType>(type), {}});
    if (auto list = dyn_cast_or_null<DenseI64ArrayAttr>(strides))
      buffer.strides = llvm::to_vector(list.asArrayRef());
  };
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes()))
    add(type, kernel.getArgAttr(i, kStridesAttr));
  for (auto [i, type] : llvm::enumerate(kernel.getResultTypes()))
    add(type, kernel.getResultAttr(i, kStridesAttr));
  return buffers;
}

SmallVector<int64_t> viewsOf(ArrayRef<KernelBuffer> buffers) {
  SmallVector<int64_t> views;
  for (auto [i, buffer] : llvm::enumerate(buffers))
    if (buffer.isView())
      views.push_back(i);
  return views;
}

Value openBuffer(OpBuilder &builder, Location loc, Value argument, const KernelBuffer &buffer, Value offset,
                 function_ref<Value(const nn::SizeExpr &)> valueOf) {
  MemRefType full = buffer.full();
  if (!buffer.isView() && full.hasStaticShape())
    return argument;
  SmallVector<int64_t> strides;
  int64_t unused = 0;
  (void)full.getStridesAndOffset(strides, unused);
  SmallVector<nn::SizeExpr> sizes = nn::physicalShape(buffer.type);
  SmallVector<OpFoldResult> shape, steps(full.getRank());
  for (auto [dim, size] : llvm::enumerate(full.getShape()))
    shape.push_back(ShapedType::isDynamic(size) ? OpFoldResult(valueOf(sizes[dim]))
                                                : OpFoldResult(builder.getIndexAttr(size)));
  nn::SizeExpr inner = nn::SizeExpr::constant(builder.getContext(), 1);
  for (size_t dim = steps.size(); dim-- > 0; inner = dim < sizes.size() ? inner * sizes[dim] : inner)
    steps[dim] = ShapedType::isDynamic(strides[dim]) ? OpFoldResult(valueOf(inner))
                                                     : OpFoldResult(builder.getIndexAttr(strides[dim]));
  OpFoldResult start = buffer.isView() ? OpFoldResult(offset) : OpFoldResult(builder.getIndexAttr(0));
  return memref::ReinterpretCastOp::create(builder, loc, full, argument, start, shape, steps);
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
  SmallVector<KernelBuffer> buffers = buffersOf(kernel);
  for (const KernelBuffer &buffer : buffers)
    types.push_back(buffer.argument());
  types.append(viewsOf(buffers).size(), builder.getIndexType());
  types.append(sizesOfKernel(kernel).size() + 1, builder.getIndexType());
  return builder.getFunctionType(types, {});
}

} // namespace nnc
