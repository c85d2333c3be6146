#include "compiler/Autodiff/Expr.h"

using namespace mlir;

namespace nnc::autodiff {

Value splatConstant(OpBuilder &builder, Location loc, RankedTensorType type, double splat) {
  RankedTensorType scalar = nn::scalarType(type.getElementType());
  Attribute element = isa<FloatType>(type.getElementType())
                          ? Attribute(builder.getFloatAttr(type.getElementType(), splat))
                          : Attribute(builder.getIntegerAttr(type.getElementType(), int64_t(splat)));
  Value constant =
      nn::ConstantOp::create(builder, loc, scalar, cast<ElementsAttr>(DenseElementsAttr::get(scalar, element)));
  if (type == scalar)
    return constant;
  return nn::BroadcastOp::create(builder, loc, type, constant, ArrayRef<int64_t>());
}

SmallVector<int64_t> otherDims(int64_t rank, ArrayRef<int64_t> dims) {
  SmallVector<int64_t> others;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(dims, dim))
      others.push_back(dim);
  return others;
}

Expr Expr::constantOf(RankedTensorType type, double splat) const {
  return {*builder, at(), splatConstant(*builder, at(), type, splat)};
}

Expr Expr::compare(nn::ComparePred pred, Expr other) const {
  return {*builder, at(), nn::CompareOp::create(*builder, at(), pred, value, other.value)};
}

Expr Expr::select(Expr a, Expr b) const {
  return {*builder, at(), nn::SelectOp::create(*builder, at(), a.value.getType(), value, a.value, b.value)};
}

Expr Expr::broadcast(RankedTensorType type, ArrayRef<int64_t> dims) const {
  if (type == value.getType())
    return *this;
  return {*builder, at(), nn::BroadcastOp::create(*builder, at(), type, value, dims)};
}

Expr Expr::reduce(nn::ReduceKind kind, ArrayRef<int64_t> dims) const {
  if (dims.empty())
    return *this;
  return {*builder, at(), nn::ReduceOp::create(*builder, at(), kind, value, dims)};
}

Expr Expr::cast(Type element) const {
  if (element == type().getElementType())
    return *this;
  return {*builder, at(), nn::CastOp::create(*builder, at(), value, element)};
}

} // namespace nnc::autodiff
