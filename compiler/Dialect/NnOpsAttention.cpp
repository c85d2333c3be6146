// Attention family.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

LogicalResult AttentionOp::verify() {
  auto q = cast<RankedTensorType>(getQ().getType()), k = cast<RankedTensorType>(getK().getType());
  auto v = cast<RankedTensorType>(getV().getType());
  if (q.getRank() != 4 || k.getRank() != 4 || v.getRank() != 4)
    return emitOpError("C1: q, k and v have rank 4: batch, heads, positions, features");
  SizeExpr batch = sizeOf(q, 0), heads = sizeOf(q, 1), queries = sizeOf(q, 2), keys = sizeOf(k, 2);
  if (sizeOf(k, 0) != batch || sizeOf(v, 0) != batch || sizeOf(v, 1) != sizeOf(k, 1) || sizeOf(v, 2) != keys ||
      sizeOf(q, 3) != sizeOf(k, 3))
    return emitOpError("C2: q [B, H, T, D], k [B, G, S, D] and v [B, G, S, E] do not agree in ")
           << q << ", " << k << ", " << v;
  std::optional<int64_t> all = heads.asConstant(), groups = sizeOf(k, 1).asConstant();
  if (heads != sizeOf(k, 1) && (!all || !groups || *groups < 1 || *all % *groups != 0))
    return emitOpError("C3: the groups of k and v divide the heads of q");
  Type element = q.getElementType();
  if (k.getElementType() != element || v.getElementType() != element)
    return emitOpError("C4: the operands differ in element type");
  RankedTensorType score = makeType(element, {batch, heads, queries, keys});
  if (getBias() && !sameLogicalType(score, cast<RankedTensorType>(getBias().getType())))
    return emitOpError("C5: the bias has type ") << getBias().getType() << ", expected " << score;
  RankedTensorType out = makeType(element, {batch, heads, queries, sizeOf(v, 3)});
  RankedTensorType lse = makeType(element, {batch, heads, queries});
  if (!sameLogicalType(out, cast<RankedTensorType>(getOut().getType())))
    return emitOpError("C6: the result has type ") << getOut().getType() << ", expected " << out;
  if (!sameLogicalType(lse, cast<RankedTensorType>(getLse().getType())))
    return emitOpError("C6: lse has type ") << getLse().getType() << ", expected " << lse;
  if (failed(verifyMask(*this, "C7", getMaskAttr(), getMaskArgs(), {batch, heads, queries, keys})))
    return failure();
  double rate = getDropout().convertToDouble();
  if (!(rate >= 0 && rate <= 1))
    return emitOpError("C8: the rate is in [0, 1]");
  if (rate > 0 ? !getSite() : getSite() || getSample() || getTime())
    return emitOpError("C8: a site, and with it samples and time, exactly with dropout");
  auto sample = getSample() ? cast<RankedTensorType>(getSample().getType()) : RankedTensorType();
  if (sample && (sample.getRank() != 1 || sizeOf(sample, 0) != batch))
    return emitOpError("C9: one sample for each example of the batch, ") << batch.str();
  return success();
}

} // namespace nnc::nn
