// Update family of the plain form: SPEC.md section 11.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

Value PlainEmitter::sgd(nn::SgdOp op, unsigned result, const Indices &at) {
  Type type = ::mlir::cast<RankedTensorType>(op.getParam().getType()).getElementType();
  Value p = element(op.getParam(), at);
  Value g = element(op.getGrad(), at);
  if (op.getDecay())
    g = fma(element(op.getDecay(), {}), p, g);
  Value u = g, v, old;
  if (op.getVelocity()) {
    Value momentum = number(type, op.getMomentum().convertToDouble());
    old = element(op.getVelocity(), at);
    v = once(op, 101, at, [&] { return fma(momentum, old, g); });
    u = op.getNesterov() ? fma(momentum, v, g) : v;
  }
  Value updated = result == 1 ? v : fma(neg(element(op.getLr(), {})), u, p);
  if (!op.getFinite())
    return updated;
  return select(element(op.getFinite(), {}), updated, result == 1 ? old : p);
}

Value PlainEmitter::adam(nn::AdamOp op, unsigned result, const Indices &at) {
  Type type = ::mlir::cast<RankedTensorType>(op.getParam().getType()).getElementType();
  auto scalars = op.getScalars();
  bool decays = scalars.size() == 4;
  double beta1 = op.getBeta1().convertToDouble(), beta2 = op.getBeta2().convertToDouble();
  Value p = element(op.getParam(), at), g = element(op.getGrad(), at);
  Value m = element(op.getM(), at), v = element(op.getV(), at);
  if (decays && !op.getDecoupled())
    g = once(op, 101, at, [&] { return fma(element(scalars[3], {}), p, g); });
  Value newM = once(op, 102, at, [&] { return fma(number(type, 1 - beta1), g, mul(number(type, beta1), m)); });
  Value newV = once(op, 103, at, [&] { return fma(mul(number(type, 1 - beta2), g), g, mul(number(type, beta2), v)); });
  Value updated = result == 1 ? newM : newV, old = result == 1 ? m : v;
  if (result == 0) {
    Value lr = element(scalars[0], {});
    Value root = this->op<math::SqrtOp>({mul(newV, element(scalars[2], {}))});
    Value u = div(mul(newM, element(scalars[1], {})), add(root, number(type, op.getEps().convertToDouble())));
    Value start = decays && op.getDecoupled() ? fma(neg(mul(lr, element(scalars[3], {}))), p, p) : p;
    updated = fma(neg(lr), u, start);
    old = p;
  }
  return op.getFinite() ? select(element(op.getFinite(), {}), updated, old) : updated;
}

} // namespace nnc
