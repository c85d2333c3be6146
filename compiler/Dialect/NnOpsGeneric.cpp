// Generic family: index notation that is no named op.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

/// C5: the body takes the inputs' elements and, optionally, all indices, and yields one element of the result's type.
static LogicalResult verifyBody(GenericOp op, unsigned rank) {
  Block &body = op.getBody().front();
  size_t inputs = op.getInputs().size();
  if (body.getNumArguments() != inputs && body.getNumArguments() != inputs + rank)
    return op.emitOpError("C5: the body takes one element of each input and optionally all ") << rank << " indices";
  for (auto [i, argument] : llvm::enumerate(body.getArgumentTypes())) {
    Type element = i < inputs ? cast<RankedTensorType>(op.getInputs()[i].getType()).getElementType()
                              : IntegerType::get(op.getContext(), 64);
    if (argument != scalarType(element))
      return op.emitOpError("C5: body argument #") << i << " is " << argument << ", expected " << scalarType(element);
  }
  auto yield = dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getNumOperands() != 1 ||
      yield.getOperand(0).getType() != scalarType(op.getType().getElementType()))
    return op.emitOpError("C5: the body yields one element of the result");
  return success();
}

LogicalResult GenericOp::verify() {
  unsigned rank = getDomain().getDims().size();
  if (getMaps().size() != getInputs().size() + 1)
    return emitOpError("C1: needs one map for each input and one for the result");
  SmallVector<AffineMap> maps(getMaps().getAsValueRange<AffineMapAttr>());
  for (auto [i, map] : llvm::enumerate(maps)) {
    RankedTensorType type = i < getInputs().size() ? cast<RankedTensorType>(getInputs()[i].getType()) : getType();
    if (map.getNumDims() != rank || map.getNumSymbols() != 0 || int64_t(map.getNumResults()) != type.getRank())
      return emitOpError("C2: map #") << i << " does not lead from the domain to its tensor";
  }
  AffineMap result = maps.back();
  if (!result.isProjectedPermutation())
    return emitOpError("C3: the last map names each result dimension by one index of the domain");
  SmallVector<SizeExpr> domain = sizesOf(getDomain());
  for (auto [i, expr] : llvm::enumerate(result.getResults()))
    if (domain[cast<AffineDimExpr>(expr).getPosition()] != sizeOf(getType(), i))
      return emitOpError("C3: result dimension ") << i << " has not the size of its index";
  if (getOutside() && getOutside()->size() != getInputs().size())
    return emitOpError("C4: 'outside' has one entry for each input");
  bool logical = getReduce() == ReduceKind::any || getReduce() == ReduceKind::all;
  if (result.getNumResults() != rank && logical != getType().getElementType().isInteger(1))
    return emitOpError("C6: any and all reduce i1, the other kinds reduce numbers");
  return verifyBody(*this, rank);
}

} // namespace nnc::nn
