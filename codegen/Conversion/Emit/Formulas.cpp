#include "codegen/Conversion/Emit/Formulas.h"

#include "compiler/Dialect/Nn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;

namespace nnc::emit {

namespace {

using F = arith::CmpFPredicate;
using I = arith::CmpIPredicate;

/// Arithmetic on scalars or vectors of one type.
struct Words : ImplicitLocOpBuilder {
  Words(Location loc, OpBuilder &builder, Type type) : ImplicitLocOpBuilder(loc, builder), type(type) {}

  bool isFloat() const { return isa<FloatType>(getElementTypeOrSelf(type)); }
  Value constant(Type of, TypedAttr scalar) {
    if (auto vector = dyn_cast<VectorType>(of))
      return arith::ConstantOp::create(*this, DenseElementsAttr::get(vector, Attribute(scalar)));
    return arith::ConstantOp::create(*this, scalar);
  }
  Value number(double value) { return number(type, value); }
  Value number(Type of, double value) {
    Type element = getElementTypeOrSelf(of);
    if (!isa<FloatType>(element))
      return constant(of, getIntegerAttr(element, static_cast<int64_t>(value)));
    APFloat rounded(value);
    bool inexact;
    rounded.convert(cast<FloatType>(element).getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    return constant(of, FloatAttr::get(element, rounded));
  }
  /// A rank-0 operand beside vectors.
  Value spread(Value scalar) {
    if (isa<VectorType>(type) && !isa<VectorType>(scalar.getType()))
      return vector::BroadcastOp::create(*this, type, scalar);
    return scalar;
  }
  Value add(Value a, Value b) { return pick<arith::AddFOp, arith::AddIOp>(a, b); }
  Value sub(Value a, Value b) { return pick<arith::SubFOp, arith::SubIOp>(a, b); }
  Value mul(Value a, Value b) { return pick<arith::MulFOp, arith::MulIOp>(a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(*this, a, b); }
  Value neg(Value a) { return isFloat() ? Value(arith::NegFOp::create(*this, a)) : sub(number(0), a); }
  Value fma(Value a, Value b, Value c) { return math::FmaOp::create(*this, a, b, c); }
  Value exp(Value a) { return math::ExpOp::create(*this, a); }
  Value sqrt(Value a) { return math::SqrtOp::create(*this, a); }
  Value compare(F predicate, Value a, Value b) { return arith::CmpFOp::create(*this, predicate, a, b); }
  Value compare(I predicate, Value a, Value b) { return arith::CmpIOp::create(*this, predicate, a, b); }
  Value select(Value c, Value a, Value b) { return arith::SelectOp::create(*this, c, a, b); }
  Value greater(Value a, Value b) { return isFloat() ? compare(F::OGT, a, b) : compare(I::sgt, a, b); }
  Value smaller(Value a, Value b) { return isFloat() ? compare(F::OLT, a, b) : compare(I::slt, a, b); }
  /// A NaN in either operand is the result.
  Value keepNan(Value a, Value otherwise) {
    return isFloat() ? select(compare(F::OEQ, a, a), otherwise, a) : otherwise;
  }
  Value max(Value a, Value b) { return keepNan(a, select(greater(a, b), a, b)); }
  Value min(Value a, Value b) { return keepNan(a, select(smaller(a, b), a, b)); }
  Value relu(Value a) { return select(greater(number(0), a), number(0), a); }
  Value abs(Value a) {
    return isFloat() ? Value(math::AbsFOp::create(*this, a)) : select(smaller(a, number(0)), neg(a), a);
  }
  Value sign(Value a) { return select(greater(a, number(0)), number(1), select(smaller(a, number(0)), number(-1), a)); }
  Value log(Value a) { return math::LogOp::create(*this, a); }
  Value floor(Value a) { return math::FloorOp::create(*this, a); }
  Value equal(Value a, Value b) { return compare(F::OEQ, a, b); }

  template <typename OnFloats, typename OnIntegers> Value pick(Value a, Value b) {
    return isFloat() ? Value(OnFloats::create(*this, a, b)) : Value(OnIntegers::create(*this, a, b));
  }

  Type type;
};

Value compareValues(Words &w, nn::ComparePred pred, Value a, Value b) {
  bool floats = isa<FloatType>(getElementTypeOrSelf(a.getType()));
  bool truths = getElementTypeOrSelf(a.getType()).isInteger(1); // false < true
  switch (pred) {
  case nn::ComparePred::eq:
    return floats ? w.compare(F::OEQ, a, b) : w.compare(I::eq, a, b);
  case nn::ComparePred::ne:
    return floats ? w.compare(F::UNE, a, b) : w.compare(I::ne, a, b);
  case nn::ComparePred::lt:
    return floats ? w.compare(F::OLT, a, b) : w.compare(truths ? I::ult : I::slt, a, b);
  case nn::ComparePred::le:
    return floats ? w.compare(F::OLE, a, b) : w.compare(truths ? I::ule : I::sle, a, b);
  case nn::ComparePred::gt:
    return floats ? w.compare(F::OGT, a, b) : w.compare(truths ? I::ugt : I::sgt, a, b);
  case nn::ComparePred::ge:
    return floats ? w.compare(F::OGE, a, b) : w.compare(truths ? I::uge : I::sge, a, b);
  }
  return {};
}

/// Float to integer: towards zero, saturating, NaN is 0; only values inside the range are converted.
Value toInteger(Words &w, Value x, Type target) {
  Type source = x.getType();
  Words on(w.getLoc(), w, source);
  unsigned bits = getElementTypeOrSelf(target).getIntOrFloatBitWidth();
  double limit = std::ldexp(1.0, bits - 1);
  Value below = on.compare(F::OLT, x, on.number(-limit)), above = on.compare(F::OGE, x, on.number(limit));
  Value outside = arith::OrIOp::create(w, arith::OrIOp::create(w, below, above), on.compare(F::UNO, x, x));
  Value inside = arith::FPToSIOp::create(w, target, w.select(outside, on.number(0), x));
  Type element = getElementTypeOrSelf(target);
  Value least = w.constant(target, w.getIntegerAttr(element, APInt::getSignedMinValue(bits)));
  Value greatest = w.constant(target, w.getIntegerAttr(element, APInt::getSignedMaxValue(bits)));
  return w.select(below, least, w.select(above, greatest, inside));
}

Value castValue(Words &w, Value x, Type element) {
  Type from = getElementTypeOrSelf(x.getType());
  auto vector = dyn_cast<VectorType>(x.getType());
  Type target = vector ? Type(vector.clone(element)) : element;
  if (from == element)
    return x;
  Words on(w.getLoc(), w, x.getType());
  if (element.isInteger(1))
    return on.isFloat() ? on.compare(F::UNE, x, on.number(0)) : on.compare(I::ne, x, on.number(0));
  bool toFloat = isa<FloatType>(element);
  if (on.isFloat() && toFloat)
    return from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth()
               ? Value(arith::ExtFOp::create(w, target, x))
               : Value(arith::TruncFOp::create(w, target, x));
  if (on.isFloat())
    return toInteger(w, x, target);
  if (toFloat)
    return from.isInteger(1) ? Value(arith::UIToFPOp::create(w, target, x))
                             : Value(arith::SIToFPOp::create(w, target, x));
  if (from.isInteger(1))
    return arith::ExtUIOp::create(w, target, x);
  return from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth() ? Value(arith::ExtSIOp::create(w, target, x))
                                                                        : Value(arith::TruncIOp::create(w, target, x));
}

double doubleOf(const APFloat &value) { return value.convertToDouble(); }

SmallVector<Value> sgd(Words &w, nn::SgdOp op, const llvm::DenseMap<Value, Value> &at) {
  Value param = at.lookup(op.getParam()), g = at.lookup(op.getGrad());
  Value lr = w.spread(at.lookup(op.getLr())), oldParam = param, velocity, oldVelocity;
  if (op.getDecay())
    g = w.fma(w.spread(at.lookup(op.getDecay())), param, g);
  if (op.getVelocity()) {
    Value momentum = w.number(doubleOf(op.getMomentum()));
    oldVelocity = at.lookup(op.getVelocity());
    velocity = w.fma(momentum, oldVelocity, g);
    g = op.getNesterov() ? w.fma(momentum, velocity, g) : velocity;
  }
  param = w.fma(w.neg(lr), g, param);
  SmallVector<Value> results{param};
  if (velocity)
    results.push_back(velocity);
  if (op.getFinite()) {
    Value finite = at.lookup(op.getFinite());
    results[0] = w.select(finite, results[0], oldParam);
    if (velocity)
      results[1] = w.select(finite, results[1], oldVelocity);
  }
  return results;
}

SmallVector<Value> adam(Words &w, nn::AdamOp op, const llvm::DenseMap<Value, Value> &at) {
  Value p = at.lookup(op.getParam()), g = at.lookup(op.getGrad()), m = at.lookup(op.getM()), v = at.lookup(op.getV());
  SmallVector<Value> old{p, m, v};
  auto scalars = llvm::map_to_vector(op.getScalars(), [&](Value scalar) { return w.spread(at.lookup(scalar)); });
  double beta1 = doubleOf(op.getBeta1()), beta2 = doubleOf(op.getBeta2());
  bool decays = scalars.size() == 4;
  if (decays && !op.getDecoupled())
    g = w.fma(scalars[3], p, g);
  m = w.fma(w.number(1.0 - beta1), g, w.mul(w.number(beta1), m));
  v = w.fma(w.mul(w.number(1.0 - beta2), g), g, w.mul(w.number(beta2), v));
  Value root = w.sqrt(w.mul(v, scalars[2]));
  Value step = w.div(w.mul(m, scalars[1]), w.add(root, w.number(doubleOf(op.getEps()))));
  if (decays && op.getDecoupled())
    p = w.fma(w.neg(w.mul(scalars[0], scalars[3])), p, p);
  p = w.fma(w.neg(scalars[0]), step, p);
  SmallVector<Value> results{p, m, v};
  if (op.getFinite())
    for (auto [fresh, kept] : llvm::zip_equal(results, old))
      fresh = w.select(at.lookup(op.getFinite()), fresh, kept);
  return results;
}

/// The cases of SPEC.md from the last to the first, each selecting over what is so far.
Value power(Words &w, Value a, Value b) {
  Value zero = w.number(0), one = w.number(1), nan = w.number(std::numeric_limits<double>::quiet_NaN());
  Value r = w.exp(w.mul(b, w.log(w.abs(a))));
  Value odd = w.equal(w.sub(b, w.mul(w.number(2), w.floor(w.mul(b, w.number(0.5))))), one);
  Value ofNegative = w.select(w.equal(w.floor(b), b), w.select(odd, w.neg(r), r), nan);
  Value y = w.select(w.greater(zero, a), ofNegative, r);
  Value atZero = w.select(w.greater(b, zero), zero, w.number(std::numeric_limits<double>::infinity()));
  y = w.select(w.equal(a, zero), atZero, y);
  y = w.select(w.equal(b, w.number(2)), w.mul(a, a), y);
  y = w.select(w.equal(b, one), a, y);
  y = w.select(w.compare(F::UNO, a, b), nan, y);
  return w.select(arith::OrIOp::create(w, w.equal(b, zero), w.equal(a, one)), one, y);
}

/// Ops with one result; null if `op` is none of them.
Value single(Words &w, Operation *op, ValueRange x) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::AddOp) { return w.add(x[0], x[1]); })
      .Case([&](nn::SubOp) { return w.sub(x[0], x[1]); })
      .Case([&](nn::MulOp) { return w.mul(x[0], x[1]); })
      .Case([&](nn::DivOp) { return w.div(x[0], x[1]); })
      .Case([&](nn::MaxOp) { return w.max(x[0], x[1]); })
      .Case([&](nn::MinOp) { return w.min(x[0], x[1]); })
      .Case([&](nn::PowOp) { return power(w, x[0], x[1]); })
      .Case([&](nn::NegOp) { return w.neg(x[0]); })
      .Case([&](nn::AbsOp) { return w.abs(x[0]); })
      .Case([&](nn::SignOp) { return w.sign(x[0]); })
      .Case([&](nn::ExpOp) { return w.exp(x[0]); })
      .Case([&](nn::LogOp) { return w.log(x[0]); })
      .Case([&](nn::Log1pOp) { return math::Log1pOp::create(w, x[0]); })
      .Case([&](nn::Expm1Op) { return math::ExpM1Op::create(w, x[0]); })
      .Case([&](nn::SqrtOp) { return w.sqrt(x[0]); })
      .Case([&](nn::RsqrtOp) { return w.div(w.number(1), w.sqrt(x[0])); })
      .Case([&](nn::TanhOp) { return math::TanhOp::create(w, x[0]); })
      .Case([&](nn::SigmoidOp) { return w.div(w.number(1), w.add(w.number(1), w.exp(w.neg(x[0])))); })
      .Case([&](nn::ReluOp) { return w.relu(x[0]); })
      .Case([&](nn::FloorOp) { return w.floor(x[0]); })
      .Case([&](nn::CeilOp) { return math::CeilOp::create(w, x[0]); })
      .Case([&](nn::RoundOp) { return math::RoundEvenOp::create(w, x[0]); })
      .Case([&](nn::ErfOp) { return math::ErfOp::create(w, x[0]); })
      .Case([&](nn::SinOp) { return math::SinOp::create(w, x[0]); })
      .Case([&](nn::CosOp) { return math::CosOp::create(w, x[0]); })
      .Case([&](nn::SoftplusOp) {
        Value sum = w.add(w.relu(x[0]), math::Log1pOp::create(w, w.exp(w.neg(w.abs(x[0])))));
        return w.select(w.greater(x[0], w.number(20)), x[0], sum);
      })
      .Case([&](nn::StepOp) { return w.select(w.compare(F::OGE, x[0], w.number(0)), w.number(1), w.number(0)); })
      .Case([&](nn::GeluOp) {
        Value e = w.add(w.number(1), math::ErfOp::create(w, w.mul(x[0], w.number(0.70710678118654752))));
        return w.mul(w.mul(w.number(0.5), x[0]), e);
      })
      .Case([&](nn::ReluGradOp) { return w.select(w.compare(F::OGE, w.number(0), x[0]), w.number(0), x[1]); })
      .Case([&](nn::StopGradientOp) { return x[0]; })
      .Case([&](nn::MseOp) {
        Value difference = w.sub(x[0], x[1]);
        return w.mul(difference, difference);
      })
      .Case([&](nn::AndOp) { return arith::AndIOp::create(w, x[0], x[1]); })
      .Case([&](nn::OrOp) { return arith::OrIOp::create(w, x[0], x[1]); })
      .Case([&](nn::NotOp) { return arith::XOrIOp::create(w, x[0], w.number(1)); })
      .Case([&](nn::CompareOp compare) { return compareValues(w, compare.getPred(), x[0], x[1]); })
      .Case([&](nn::SelectOp) { return w.select(x[0], x[1], x[2]); })
      .Case([&](nn::CastOp cast) {
        return castValue(w, x[0], mlir::cast<RankedTensorType>(cast.getY().getType()).getElementType());
      })
      .Default([](Operation *) { return Value(); });
}

} // namespace

bool hasFormula(Operation *op) {
  return isa<nn::AddOp, nn::SubOp, nn::MulOp, nn::DivOp, nn::MaxOp, nn::MinOp, nn::PowOp, nn::NegOp, nn::AbsOp,
             nn::SignOp, nn::ExpOp, nn::LogOp, nn::Log1pOp, nn::Expm1Op, nn::SqrtOp, nn::RsqrtOp, nn::TanhOp,
             nn::SigmoidOp, nn::ReluOp, nn::FloorOp, nn::CeilOp, nn::RoundOp, nn::ErfOp, nn::SinOp, nn::CosOp,
             nn::SoftplusOp, nn::StepOp, nn::GeluOp, nn::ReluGradOp, nn::StopGradientOp, nn::MseOp, nn::AndOp, nn::OrOp,
             nn::NotOp, nn::CompareOp, nn::SelectOp, nn::CastOp, nn::SgdOp, nn::AdamOp>(op);
}

SmallVector<Value> buildFormula(OpBuilder &builder, Location loc, Operation *op, ValueRange operands) {
  Words words(loc, builder, operands[0].getType());
  llvm::DenseMap<Value, Value> at;
  for (auto [operand, value] : llvm::zip_equal(op->getOperands(), operands))
    at[operand] = value;
  if (auto update = dyn_cast<nn::SgdOp>(op))
    return sgd(words, update, at);
  if (auto update = dyn_cast<nn::AdamOp>(op))
    return adam(words, update, at);
  return {single(words, op, operands)};
}

} // namespace nnc::emit
