// Elementwise family of the plain form: SPEC.md section 4, formula by formula.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;
using arith::CmpFPredicate;
using arith::CmpIPredicate;

namespace nnc {

Value PlainEmitter::scalar(Operation *op, ArrayRef<Value> operands) {
  if (auto compare = dyn_cast<nn::CompareOp>(op))
    return compareOp(compare, operands[0], operands[1]);
  if (auto cast = dyn_cast<nn::CastOp>(op))
    return this->cast(operands[0], cast.getType().getElementType());
  if (isa<nn::SelectOp>(op))
    return select(operands[0], operands[1], operands[2]);
  if (operands.size() == 1)
    return unary(op, operands[0]);
  if (operands.size() == 2)
    return binary(op, operands[0], operands[1]);
  return {};
}

Value PlainEmitter::unary(Operation *op, Value x) {
  Type type = x.getType();
  bool isFloat = isa<FloatType>(type);
  auto constant = [&](double value) { return number(type, value); };
  auto negative = [&] { return greater(constant(0), x); };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::NegOp) { return isFloat ? neg(x) : sub(constant(0), x); })
      .Case([&](nn::AbsOp) { return isFloat ? abs(x) : select(negative(), sub(constant(0), x), x); })
      .Case(
          [&](nn::SignOp) { return select(greater(x, constant(0)), constant(1), select(negative(), constant(-1), x)); })
      .Case([&](nn::ExpOp) { return exp(x); })
      .Case([&](nn::LogOp) { return log(x); })
      .Case([&](nn::Log1pOp) { return this->op<math::Log1pOp>({x}); })
      .Case([&](nn::Expm1Op) { return this->op<math::ExpM1Op>({x}); })
      .Case([&](nn::TanhOp) { return this->op<math::TanhOp>({x}); })
      .Case([&](nn::ErfOp) { return this->op<math::ErfOp>({x}); })
      .Case([&](nn::SinOp) { return this->op<math::SinOp>({x}); })
      .Case([&](nn::CosOp) { return this->op<math::CosOp>({x}); })
      .Case([&](nn::SqrtOp) { return this->op<math::SqrtOp>({x}); })
      .Case([&](nn::RsqrtOp) { return div(constant(1), this->op<math::SqrtOp>({x})); })
      .Case([&](nn::SigmoidOp) { return div(constant(1), add(constant(1), exp(neg(x)))); })
      .Case([&](nn::ReluOp) { return select(negative(), constant(0), x); })
      .Case([&](nn::SoftplusOp) {
        Value positive = select(negative(), constant(0), x);
        Value sum = add(positive, this->op<math::Log1pOp>({exp(neg(abs(x)))}));
        return select(greater(x, constant(20)), x, sum);
      })
      .Case([&](nn::GeluOp) {
        Value e = add(constant(1), this->op<math::ErfOp>({mul(x, constant(0.70710678118654752))}));
        return mul(mul(constant(0.5), x), e);
      })
      .Case([&](nn::StepOp) { return select(compare(CmpFPredicate::OGE, x, constant(0)), constant(1), constant(0)); })
      .Case([&](nn::FloorOp) { return this->op<math::FloorOp>({x}); })
      .Case([&](nn::CeilOp) { return this->op<math::CeilOp>({x}); })
      .Case([&](nn::RoundOp) { return this->op<math::RoundEvenOp>({x}); })
      .Case([&](nn::NotOp) { return this->op<arith::XOrIOp>({x, integer(type, 1)}); })
      .Default([&](Operation *other) { return other->getName().stripDialect() == "stop_gradient" ? x : Value(); });
}

Value PlainEmitter::binary(Operation *op, Value a, Value b) {
  bool isFloat = isa<FloatType>(a.getType());
  // A NaN in a stays, a NaN in b is taken.
  auto extreme = [&](Value better) {
    Value t = select(better, a, b);
    return isFloat ? select(compare(CmpFPredicate::OEQ, a, a), t, a) : t;
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](nn::AddOp) { return add(a, b); })
      .Case([&](nn::SubOp) { return sub(a, b); })
      .Case([&](nn::MulOp) { return mul(a, b); })
      .Case([&](nn::DivOp) { return div(a, b); })
      .Case([&](nn::MaxOp) { return extreme(greater(a, b)); })
      .Case([&](nn::MinOp) { return extreme(greater(b, a)); })
      .Case([&](nn::PowOp) { return power(a, b); })
      .Case([&](nn::ReluGradOp) {
        Value zero = number(a.getType(), 0);
        return select(compare(CmpFPredicate::OGE, zero, a), zero, b);
      })
      .Case([&](nn::MseOp) {
        Value d = sub(a, b);
        return mul(d, d);
      })
      .Case([&](nn::AndOp) { return this->op<arith::AndIOp>({a, b}); })
      .Case([&](nn::OrOp) { return this->op<arith::OrIOp>({a, b}); })
      .Default([](Operation *) { return Value(); });
}

/// The cases of SPEC.md from the last to the first, each selecting over what is so far.
Value PlainEmitter::power(Value a, Value b) {
  Type type = a.getType();
  Value zero = number(type, 0), one = number(type, 1), nan = number(type, std::numeric_limits<double>::quiet_NaN());
  auto equal = [&](Value x, Value y) { return compare(CmpFPredicate::OEQ, x, y); };
  Value r = exp(mul(b, log(abs(a))));
  Value half = op<math::FloorOp>({mul(b, number(type, 0.5))});
  Value odd = equal(sub(b, mul(number(type, 2), half)), one);
  Value whole = equal(op<math::FloorOp>({b}), b);
  Value y = select(greater(zero, a), select(whole, select(odd, neg(r), r), nan), r);
  Value atZero = select(greater(b, zero), zero, number(type, std::numeric_limits<double>::infinity()));
  y = select(equal(a, zero), atZero, y);
  y = select(equal(b, number(type, 2)), mul(a, a), y);
  y = select(equal(b, one), a, y);
  Value unordered = compare(CmpFPredicate::UNO, a, b);
  y = select(unordered, nan, y);
  Value trivial = op<arith::OrIOp>({equal(b, zero), equal(a, one)});
  return select(trivial, one, y);
}

Value PlainEmitter::compareOp(nn::CompareOp op, Value a, Value b) {
  static constexpr CmpFPredicate floats[] = {CmpFPredicate::OEQ, CmpFPredicate::UNE, CmpFPredicate::OLT,
                                             CmpFPredicate::OLE, CmpFPredicate::OGT, CmpFPredicate::OGE};
  static constexpr CmpIPredicate integers[] = {CmpIPredicate::eq,  CmpIPredicate::ne,  CmpIPredicate::slt,
                                               CmpIPredicate::sle, CmpIPredicate::sgt, CmpIPredicate::sge};
  auto which = static_cast<unsigned>(op.getPred());
  return isa<FloatType>(a.getType()) ? compare(floats[which], a, b) : compare(integers[which], a, b);
}

Value PlainEmitter::cast(Value x, Type to) {
  Type from = x.getType();
  if (from == to)
    return x;
  if (from.isInteger(1))
    return select(x, number(to, 1), number(to, 0));
  if (to.isInteger(1))
    return isa<FloatType>(from) ? compare(CmpFPredicate::UNE, x, number(from, 0))
                                : compare(CmpIPredicate::ne, x, integer(from, 0));
  if (isa<FloatType>(from) && isa<FloatType>(to))
    return to.isF64() ? op<arith::ExtFOp>(to, {x}) : op<arith::TruncFOp>(to, {x});
  if (isa<FloatType>(to))
    return op<arith::SIToFPOp>(to, {x});
  if (isa<FloatType>(from))
    return saturate(x, to);
  return to.isInteger(64) ? op<arith::ExtSIOp>(to, {x}) : op<arith::TruncIOp>(to, {x});
}

/// Toward zero; beyond the ends the end, NaN 0. The conversion itself only sees what fits.
Value PlainEmitter::saturate(Value x, Type to) {
  unsigned bits = to.getIntOrFloatBitWidth();
  double limit = std::ldexp(1.0, static_cast<int>(bits) - 1);
  Value over = compare(CmpFPredicate::OGE, x, number(x.getType(), limit));
  Value under = greater(number(x.getType(), -limit), x);
  Value unordered = compare(CmpFPredicate::UNO, x, x);
  Value bad = op<arith::OrIOp>({op<arith::OrIOp>({over, under}), unordered});
  Value safe = select(bad, number(x.getType(), 0), x);
  Value y = op<arith::FPToSIOp>(to, {safe});
  int64_t highest = bits == 64 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
  int64_t lowest = bits == 64 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int32_t>::min();
  return select(over, integer(to, highest), select(under, integer(to, lowest), y));
}

} // namespace nnc
