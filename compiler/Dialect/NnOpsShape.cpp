// Shape family: broadcast, reshape, transpose, slice, pad, concat, split.
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

/// Whether a division stands in a size. Whether it is exact is a fact of the entry, which no expression shows.
static bool holdsQuotient(const SizeExpr &size) {
  bool found = false;
  size.getExpr().walk([&](AffineExpr part) {
    found |= part.getKind() == AffineExprKind::FloorDiv || part.getKind() == AffineExprKind::CeilDiv;
  });
  return found;
}

LogicalResult ReshapeOp::verify() {
  RankedTensorType x = tensorType(getX());
  if (x.getElementType() != getType().getElementType())
    return emitOpError("C1: operand and result differ in element type");
  SizeExpr before = elementCount(x), after = elementCount(getType());
  if (before != after && !holdsQuotient(before) && !holdsQuotient(after))
    return emitOpError("C2: ") << before.str() << " elements become " << after.str();
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

/// C1 … C3 of slice and pad: `part` lies in `whole` from `low` on, as far as constants tell.
static LogicalResult verifyBox(Operation *op, RankedTensorType whole, RankedTensorType part, ArrayRef<int64_t> low) {
  if (whole.getElementType() != part.getElementType())
    return op->emitOpError("C1: operand and result differ in element type");
  if (whole.getRank() != part.getRank() || int64_t(low.size()) != whole.getRank())
    return op->emitOpError("C2: operand, result and 'low' have one rank");
  for (auto [dim, start] : llvm::enumerate(low)) {
    SizeExpr outer = sizeOf(whole, dim), inner = sizeOf(part, dim);
    bool inside = outer == inner ? start == 0
                                 : outer.isConstant() && inner.isConstant() && start >= 0 &&
                                       start + inner.value() <= outer.value();
    if (!inside)
      return op->emitOpError("C3: dimension ")
             << dim << ": " << inner.str() << " from " << start << " on is not inside " << outer.str();
  }
  return success();
}

LogicalResult SliceOp::verify() { return verifyBox(*this, tensorType(getX()), getType(), getLow()); }
LogicalResult PadOp::verify() { return verifyBox(*this, getType(), tensorType(getX()), getLow()); }

static SmallVector<int64_t> sumOf(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> sum;
  for (auto [x, y] : llvm::zip_equal(a, b))
    sum.push_back(x + y);
  return sum;
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  auto inner = getX().getDefiningOp<SliceOp>();
  if (!inner)
    return {};
  setLow(sumOf(getLow(), inner.getLow()));
  setOperand(inner.getX());
  return getResult();
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  auto inner = getX().getDefiningOp<PadOp>();
  if (!inner)
    return {};
  setLow(sumOf(getLow(), inner.getLow()));
  setOperand(inner.getX());
  return getResult();
}

/// C1 … C4 of concat and split: `parts` together are `whole`.
static LogicalResult verifyParts(Operation *op, TypeRange parts, RankedTensorType whole, uint64_t axis) {
  if (parts.empty())
    return op->emitOpError("C1: has at least one part");
  if (axis >= uint64_t(whole.getRank()))
    return op->emitOpError("C2: 'axis' is a dimension of the whole");
  SmallVector<SizeExpr> sizes = sizesOf(whole);
  SizeExpr sum = SizeExpr::constant(op->getContext(), 0);
  for (Type part : parts) {
    auto type = cast<RankedTensorType>(part);
    if (type.getRank() != whole.getRank() || type.getElementType() != whole.getElementType())
      return op->emitOpError("C3: the part ") << type << " differs from " << whole << " in rank or element type";
    SmallVector<SizeExpr> own = sizesOf(type);
    sum = sum + own[axis];
    own[axis] = sizes[axis];
    if (own != sizes)
      return op->emitOpError("C3: the part ") << type << " differs from " << whole << " in more than axis " << axis;
  }
  if (sum != sizes[axis])
    return op->emitOpError("C4: the parts have ")
           << sum.str() << " along axis " << axis << ", the whole has " << sizes[axis].str();
  return success();
}

LogicalResult ConcatOp::verify() { return verifyParts(*this, getParts().getTypes(), getType(), getAxis()); }
LogicalResult SplitOp::verify() { return verifyParts(*this, getParts().getTypes(), tensorType(getX()), getAxis()); }

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getParts().size() == 1 && getParts().front().getType() == getType() ? OpFoldResult(getParts().front())
                                                                             : OpFoldResult();
}

} // namespace nnc::nn
