// Shape family: broadcast, reshape, transpose.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool isIdentity(ArrayRef<int64_t> perm) {
  for (auto [i, p] : llvm::enumerate(perm))
    if (p != int64_t(i))
      return false;
  return true;
}

LogicalResult BroadcastOp::verify() {
  RankedTensorType x = tensorType(getX());
  if (x.getElementType() != getType().getElementType())
    return emitOpError("C1: operand and result differ in element type");
  if (int64_t(getDims().size()) != x.getRank())
    return emitOpError("C2: 'dims' has one entry for each operand dimension");
  int64_t previous = -1;
  for (auto [i, dim] : llvm::enumerate(getDims())) {
    if (dim <= previous || dim >= getType().getRank())
      return emitOpError("C3: 'dims' ascends within the result's rank");
    previous = dim;
    if (sizeOf(x, i) != sizeOf(getType(), dim))
      return emitOpError("C4: operand dimension ") << i << " has size " << sizeOf(x, i).str() << ", result dimension "
                                                   << dim << " has " << sizeOf(getType(), dim).str();
  }
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  auto inner = getX().getDefiningOp<BroadcastOp>();
  if (!inner || layoutOf(tensorType(getX())))
    return {};
  SmallVector<int64_t> dims;
  for (int64_t dim : inner.getDims())
    dims.push_back(getDims()[dim]);
  setDims(dims);
  setOperand(inner.getX());
  return getResult();
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType x = tensorType(getX());
  if (x.getElementType() != getType().getElementType())
    return emitOpError("C1: operand and result differ in element type");
  if (elementCount(x) != elementCount(getType()))
    return emitOpError("C2: ") << elementCount(x).str() << " elements become " << elementCount(getType()).str();
  return success();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ReshapeOp>()) {
    setOperand(inner.getX());
    return getResult();
  }
  return {};
}

RankedTensorType inferTranspose(RankedTensorType x, ArrayRef<int64_t> perm) {
  SmallVector<SizeExpr> from = sizesOf(x), to;
  for (int64_t p : perm)
    to.push_back(from[p]);
  return makeType(x.getElementType(), to);
}

void TransposeOp::build(OpBuilder &builder, OperationState &state, Value x, ArrayRef<int64_t> perm) {
  build(builder, state, inferTranspose(tensorType(x), perm), x, perm);
}

LogicalResult TransposeOp::verify() {
  RankedTensorType x = tensorType(getX());
  SmallVector<bool> seen(x.getRank());
  for (int64_t p : getPerm()) {
    if (p < 0 || p >= x.getRank() || seen[p])
      return emitOpError("C1: 'perm' is not a permutation of the operand's dimensions");
    seen[p] = true;
  }
  if (int64_t(getPerm().size()) != x.getRank())
    return emitOpError("C1: 'perm' is not a permutation of the operand's dimensions");
  RankedTensorType expected = inferTranspose(x, getPerm());
  if (!sameLogicalType(expected, getType()))
    return emitOpError("C2: result has type ") << getType() << ", expected " << expected;
  return success();
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (isIdentity(getPerm()) && getX().getType() == getType())
    return getX();
  auto inner = getX().getDefiningOp<TransposeOp>();
  if (!inner || layoutOf(tensorType(getX())))
    return {};
  SmallVector<int64_t> perm;
  for (int64_t p : getPerm())
    perm.push_back(inner.getPerm()[p]);
  setPerm(perm);
  setOperand(inner.getX());
  return getResult();
}

} // namespace nnc::nn
