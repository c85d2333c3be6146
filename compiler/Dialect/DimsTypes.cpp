// Tensor types from sizes and back; layouts, physical shapes, limits.
#include "compiler/Dialect/Dims.h"
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace nnc::nn {
namespace {

DimsAttr dimsOf(RankedTensorType type) { return dyn_cast_or_null<DimsAttr>(type.getEncoding()); }

/// One result of a layout: a whole dimension, its block number or its place in the block.
struct LayoutPart {
  enum { Whole, Block, Inside } kind;
  unsigned dim;
  int64_t blockSize;
};

std::optional<LayoutPart> layoutPart(AffineExpr result) {
  if (auto dim = dyn_cast<AffineDimExpr>(result))
    return LayoutPart{LayoutPart::Whole, dim.getPosition(), 1};
  auto binary = dyn_cast<AffineBinaryOpExpr>(result);
  if (!binary || (result.getKind() != AffineExprKind::FloorDiv && result.getKind() != AffineExprKind::Mod))
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(binary.getLHS());
  auto size = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!dim || !size || size.getValue() < 2)
    return std::nullopt;
  bool block = result.getKind() == AffineExprKind::FloorDiv;
  return LayoutPart{block ? LayoutPart::Block : LayoutPart::Inside, dim.getPosition(), size.getValue()};
}

/// The product of sizes by `measure`, or nothing where one is unknown or the product leaves the limits.
template <typename Measure> std::optional<int64_t> bytesBy(RankedTensorType type, Measure measure) {
  int64_t elements = 1;
  for (const SizeExpr &size : physicalShape(type)) {
    std::optional<int64_t> extent = measure(size);
    std::optional<int64_t> product = extent && *extent >= 0 ? llvm::checkedMul(elements, *extent) : std::nullopt;
    if (!product || *product > maxElements)
      return std::nullopt;
    elements = *product;
  }
  int64_t bytes = elements * elementBytes(type.getElementType());
  return bytes <= maxBytes ? std::optional(bytes) : std::nullopt;
}

} // namespace

SmallVector<SizeExpr> sizesOf(RankedTensorType type) {
  if (DimsAttr dims = dimsOf(type))
    return sizesOf(dims);
  SmallVector<SizeExpr> sizes;
  for (int64_t extent : type.getShape())
    sizes.push_back(SizeExpr::constant(type.getContext(), extent));
  return sizes;
}

SizeExpr sizeOf(RankedTensorType type, unsigned dim) {
  if (DimsAttr dims = dimsOf(type))
    return SizeExpr::ofCanonical(dims.getDims()[dim], dims.getSymbols());
  return SizeExpr::constant(type.getContext(), type.getDimSize(dim));
}

SizeExpr elementCount(RankedTensorType type) {
  SizeExpr product = SizeExpr::constant(type.getContext(), 1);
  for (const SizeExpr &size : sizesOf(type))
    product = product * size;
  return product;
}

RankedTensorType makeType(Type element, ArrayRef<SizeExpr> sizes, AffineMap layout) {
  SmallVector<int64_t> shape;
  for (const SizeExpr &size : sizes)
    shape.push_back(size.asConstant().value_or(ShapedType::kDynamic));
  bool plain = !layout && !llvm::is_contained(shape, ShapedType::kDynamic);
  return RankedTensorType::get(shape, element, plain ? DimsAttr() : makeDims(element.getContext(), sizes, layout));
}

RankedTensorType scalarType(Type element) { return RankedTensorType::get({}, element); }
RankedTensorType withElement(RankedTensorType type, Type element) {
  return RankedTensorType::get(type.getShape(), element, type.getEncoding());
}
RankedTensorType withLayout(RankedTensorType type, AffineMap layout) {
  return makeType(type.getElementType(), sizesOf(type), layout);
}
RankedTensorType withoutLayout(RankedTensorType type) { return layoutOf(type) ? withLayout(type, {}) : type; }

AffineMap layoutOf(RankedTensorType type) {
  DimsAttr dims = dimsOf(type);
  return dims ? dims.getLayout() : AffineMap();
}

bool sameShape(RankedTensorType a, RankedTensorType b) {
  if (a.getShape() != b.getShape())
    return false;
  DimsAttr left = dimsOf(a), right = dimsOf(b);
  if (left == right || a.hasStaticShape()) // static sizes are in the shape, a layout does not matter
    return true;
  return left && right && left.getSymbols() == right.getSymbols() && left.getDims() == right.getDims();
}

bool sameLogicalType(RankedTensorType a, RankedTensorType b) {
  return a.getElementType() == b.getElementType() && sameShape(a, b);
}

SmallVector<SizeExpr> physicalShape(RankedTensorType type) {
  SmallVector<SizeExpr> sizes = sizesOf(type);
  AffineMap layout = layoutOf(type);
  if (!layout)
    return sizes;
  SmallVector<SizeExpr> physical;
  for (AffineExpr result : layout.getResults()) {
    LayoutPart part = *layoutPart(result);
    SizeExpr block = SizeExpr::constant(type.getContext(), part.blockSize);
    physical.push_back(part.kind == LayoutPart::Whole   ? sizes[part.dim]
                       : part.kind == LayoutPart::Block ? sizes[part.dim].ceilDiv(block)
                                                        : block);
  }
  return physical;
}

int64_t elementBytes(Type element) { return element.isInteger(1) ? 1 : element.getIntOrFloatBitWidth() / 8; }

std::optional<int64_t> bufferBytes(RankedTensorType type, const SizeBindings &bindings) {
  return bytesBy(type, [&](const SizeExpr &size) { return size.evaluate(bindings); });
}
std::optional<int64_t> maxBufferBytes(RankedTensorType type, const SizeRanges &ranges) {
  return bytesBy(type, [&](const SizeExpr &size) { return size.upperBound(ranges); });
}

std::optional<SmallVector<int64_t>> evaluateShape(RankedTensorType type, const SizeBindings &bindings) {
  SmallVector<int64_t> shape;
  for (const SizeExpr &size : sizesOf(type)) {
    std::optional<int64_t> extent = size.evaluate(bindings);
    if (!extent || *extent < 0)
      return std::nullopt;
    shape.push_back(*extent);
  }
  return shape;
}

SmallVector<StringAttr> symbolsOf(RankedTensorType type) {
  DimsAttr dims = dimsOf(type);
  return dims ? SmallVector<StringAttr>(dims.getSymbols()) : SmallVector<StringAttr>();
}

bool isLayout(AffineMap map, unsigned rank) {
  if (map.getNumDims() != rank || map.getNumSymbols() != 0)
    return false;
  SmallVector<int> whole(rank), block(rank), inside(rank);
  std::optional<int64_t> blockSize;
  for (AffineExpr result : map.getResults()) {
    std::optional<LayoutPart> part = layoutPart(result);
    if (!part)
      return false;
    if (part->kind == LayoutPart::Whole) {
      ++whole[part->dim];
      continue;
    }
    ++(part->kind == LayoutPart::Block ? block : inside)[part->dim];
    if (blockSize.value_or(part->blockSize) != part->blockSize)
      return false;
    blockSize = part->blockSize;
  }
  int splits = 0;
  for (unsigned d = 0; d < rank; ++d) {
    bool split = block[d] == 1 && inside[d] == 1 && whole[d] == 0;
    if (!split && !(whole[d] == 1 && block[d] == 0 && inside[d] == 0))
      return false;
    splits += split;
  }
  return splits <= 1;
}

bool isValue(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() > maxRank)
    return false;
  Attribute encoding = tensor.getEncoding();
  if (encoding ? !isa<DimsAttr>(encoding) : !tensor.hasStaticShape())
    return false;
  int64_t elements = 1; // the constant part; free sizes are bounded by their entry
  for (int64_t extent : tensor.getShape()) {
    std::optional<int64_t> product = ShapedType::isDynamic(extent) ? elements : llvm::checkedMul(elements, extent);
    if (!product || *product > maxElements)
      return false;
    elements = *product;
  }
  return elements * elementBytes(tensor.getElementType()) <= maxBytes;
}

bool isStep(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 0 && tensor.getElementType().isInteger(64);
}

bool isFlag(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 0 && tensor.getElementType().isInteger(1);
}

} // namespace nnc::nn
