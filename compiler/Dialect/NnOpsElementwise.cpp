// Elementwise family: only what ODS cannot say.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

/// The folded value of f(f(x)) = x.
template <typename Op> static OpFoldResult foldInvolution(Op op) {
  auto inner = op.getX().template getDefiningOp<Op>();
  return inner ? OpFoldResult(inner.getX()) : OpFoldResult();
}

OpFoldResult NegOp::fold(FoldAdaptor) { return foldInvolution(*this); }
OpFoldResult NotOp::fold(FoldAdaptor) { return foldInvolution(*this); }

void CompareOp::build(OpBuilder &builder, OperationState &state, ComparePred pred, Value a, Value b) {
  build(builder, state, withElement(cast<RankedTensorType>(a.getType()), builder.getI1Type()), pred, a, b);
}

LogicalResult CompareOp::verify() {
  auto a = cast<RankedTensorType>(getA().getType());
  if (getType() != withElement(a, getType().getElementType()))
    return emitOpError("C1: the result has not the operands' shape");
  if (a.getElementType().isInteger(1) && getPred() != ComparePred::eq && getPred() != ComparePred::ne)
    return emitOpError("C2: i1 has no order");
  return success();
}

LogicalResult SelectOp::verify() {
  auto condition = cast<RankedTensorType>(getCondition().getType());
  if (condition != withElement(getType(), condition.getElementType()))
    return emitOpError("C1: the condition has not the operands' shape");
  return success();
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getA() == getB())
    return getA();
  if (auto condition = dyn_cast_or_null<SplatElementsAttr>(adaptor.getCondition()))
    return condition.getSplatValue<bool>() ? getA() : getB();
  return {};
}

void CastOp::build(OpBuilder &builder, OperationState &state, Value x, Type element) {
  build(builder, state, withElement(cast<RankedTensorType>(x.getType()), element), x);
}

LogicalResult CastOp::verify() {
  auto x = cast<RankedTensorType>(getX().getType());
  if (getType() != withElement(x, getType().getElementType()))
    return emitOpError("C1: the result has not the operand's shape");
  return success();
}

OpFoldResult CastOp::fold(FoldAdaptor) { return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult(); }

} // namespace nnc::nn
