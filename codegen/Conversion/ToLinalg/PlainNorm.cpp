// Norm family of the plain form: SPEC.md section 9.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

Value PlainEmitter::norm(Operation *op, Value x, int64_t axis, const Indices &at) {
  Type type = ::mlir::cast<RankedTensorType>(x.getType()).getElementType();
  bool perRow = isa<nn::LogSumExpOp>(op);
  Indices row(at);
  if (!perRow)
    row.erase(row.begin() + axis);
  Value m = axisMax(op, x, axis, row);
  if (perRow) {
    Value infinity = number(type, std::numeric_limits<double>::infinity());
    m = select(compare(arith::CmpFPredicate::OEQ, abs(m), infinity), number(type, 0), m);
  }
  Value sum = once(op, 101, row, [&] { return axisSum(x, axis, row, [&](Value v) { return exp(sub(v, m)); }); });
  if (perRow)
    return add(m, log(sum));
  Value shifted = sub(element(x, at), m);
  if (isa<nn::LogSoftmaxOp>(op))
    return sub(shifted, log(sum));
  return mul(exp(shifted), div(number(type, 1), sum));
}

} // namespace nnc
