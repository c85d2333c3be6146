// Loss family of the plain form: SPEC.md section 10. (mse is elementwise.)
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

Value PlainEmitter::crossEntropy(nn::SoftmaxCrossEntropyOp op, unsigned result, const Indices &at) {
  Value x = op.getLogits();
  auto tensor = ::mlir::cast<RankedTensorType>(x.getType());
  Type type = tensor.getElementType();
  int64_t axis = tensor.getRank() - 1;
  Value m = axisMax(op, x, axis, at);
  Value infinity = number(type, std::numeric_limits<double>::infinity());
  Value n = select(compare(arith::CmpFPredicate::OEQ, abs(m), infinity), number(type, 0), m);
  Value sum = once(op, 101, at, [&] { return axisSum(x, axis, at, [&](Value v) { return exp(sub(v, n)); }); });
  Value logSum = once(op, 102, at, [&] { return log(sum); });
  if (result == 1)
    return add(n, logSum);
  Value label = toIndex(element(op.getLabels(), at)), last = sub(size(nn::sizeOf(tensor, axis)), index(1));
  label = select(compare(arith::CmpIPredicate::slt, label, index(0)), index(0), min(label, last));
  Indices chosen(at);
  chosen.push_back(label);
  Value loss = sub(logSum, sub(element(x, chosen), n));
  double epsilon = op.getSmoothing().convertToDouble();
  if (epsilon == 0)
    return loss;
  Value total = once(op, 103, at, [&] { return axisSum(x, axis, at, [&](Value v) { return sub(v, n); }); });
  Value classes = cast(this->op<arith::IndexCastOp>(builder.getI64Type(), {size(nn::sizeOf(tensor, axis))}), type);
  Value uniform = sub(logSum, div(total, classes));
  return add(mul(number(type, 1 - epsilon), loss), mul(number(type, epsilon), uniform));
}

Value PlainEmitter::crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, const Indices &at) {
  auto tensor = ::mlir::cast<RankedTensorType>(op.getLogits().getType());
  Type type = tensor.getElementType();
  std::optional<int64_t> classes = nn::sizeOf(tensor, tensor.getRank() - 1).asConstant();
  if (!classes)
    return {};
  Indices row(at.begin(), at.end() - 1);
  Value label = toIndex(element(op.getLabels(), row)), last = index(*classes - 1);
  label = select(compare(arith::CmpIPredicate::slt, label, index(0)), index(0), min(label, last));
  double epsilon = op.getSmoothing().convertToDouble(), low = epsilon / static_cast<double>(*classes);
  Value hit = compare(arith::CmpIPredicate::eq, at.back(), label);
  Value target = select(hit, number(type, (1 - epsilon) + low), number(type, low));
  Value p = exp(sub(element(op.getLogits(), at), element(op.getLse(), row)));
  return mul(sub(p, target), element(op.getG(), row));
}

} // namespace nnc
