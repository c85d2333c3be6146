// Elementwise ops, one scalar function each.
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/Holds.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S, class Op> void unary(Evaluator<S> &evaluator, S (*function)(S)) {
  evaluator.template add<Op>([function](Op op, Frame<S> &frame) -> LogicalResult {
    Tensor<S> y = frame[op->getOperand(0)];
    for (S &element : y.reals)
      element = function(element);
    frame.set(op->getResult(0), std::move(y));
    return success();
  });
}

/// For numbers: `onIntegers` is computed in 64 bits and wrapped to the type.
template <class S, class Op> void unary(Evaluator<S> &evaluator, S (*function)(S), int64_t (*onIntegers)(int64_t)) {
  evaluator.template add<Op>([=](Op op, Frame<S> &frame) -> LogicalResult {
    Tensor<S> y = frame[op->getOperand(0)];
    for (S &element : y.reals)
      element = function(element);
    for (int64_t &element : y.integers)
      element = wrap(y.kind, onIntegers(element));
    frame.set(op->getResult(0), std::move(y));
    return success();
  });
}

template <class S, class Op>
void binary(Evaluator<S> &evaluator, S (*function)(S, S), int64_t (*onIntegers)(int64_t, int64_t) = nullptr) {
  evaluator.template add<Op>([=](Op op, Frame<S> &frame) -> LogicalResult {
    Tensor<S> y = frame[op->getOperand(0)];
    const Tensor<S> &b = frame[op->getOperand(1)];
    for (size_t i = 0; i < y.reals.size(); ++i)
      y.reals[i] = function(y.reals[i], b.reals[i]);
    for (size_t i = 0; i < y.integers.size(); ++i)
      y.integers[i] = wrap(y.kind, onIntegers(y.integers[i], b.integers[i]));
    frame.set(op->getResult(0), std::move(y));
    return success();
  });
}

// Integer arithmetic in unsigned 64 bits wraps; what is kept is the low part.
int64_t addInt(int64_t a, int64_t b) { return int64_t(uint64_t(a) + uint64_t(b)); }
int64_t subInt(int64_t a, int64_t b) { return int64_t(uint64_t(a) - uint64_t(b)); }
int64_t mulInt(int64_t a, int64_t b) { return int64_t(uint64_t(a) * uint64_t(b)); }

/// select(a > b, a, b), and a NaN in either operand is the result.
template <class S> S maxOf(S a, S b) { return scalar::isNan(a) ? a : a > b ? a : b; }
template <class S> S minOf(S a, S b) { return scalar::isNan(a) ? a : a < b ? a : b; }
template <class S> S relu(S x) { return S(0) > x ? S(0) : x; }
template <class S> S sigmoid(S x) { return S(1) / (S(1) + scalar::exp(-x)); }
template <class S> S softplus(S x) { return x > S(20) ? x : relu(x) + scalar::log1p(scalar::exp(-scalar::abs(x))); }
template <class S> S gelu(S x) { return (S(0.5) * x) * (S(1) + scalar::erf(x * S(0.70710678118654752440))); }
template <class S> S signOf(S x) { return x > S(0) ? S(1) : x < S(0) ? S(-1) : x; }
template <class S> S step(S x) { return x >= S(0) ? S(1) : S(0); }

/// The first case that applies.
template <class S> S pow(S a, S b) {
  if (b == S(0) || a == S(1))
    return S(1);
  if (scalar::isNan(a) || scalar::isNan(b))
    return scalar::nan<S>();
  if (b == S(1))
    return a;
  if (b == S(2))
    return a * a;
  if (a == S(0))
    return b > S(0) ? S(0) : scalar::infinity<S>();
  S power = scalar::power(scalar::abs(a), b);
  if (a > S(0))
    return power;
  if (scalar::floor(b) != b)
    return scalar::nan<S>();
  return b - S(2) * scalar::floor(b * S(0.5)) == S(1) ? -power : power;
}

template <class S> LogicalResult compare(nn::CompareOp op, Frame<S> &frame) {
  const Tensor<S> &a = frame[op.getA()], &b = frame[op.getB()];
  Tensor<S> y(ElementKind::Bool, a.shape);
  for (int64_t i = 0; i < y.size(); ++i)
    y.integers[i] =
        a.isReal() ? holds(op.getPred(), a.reals[i], b.reals[i]) : holds(op.getPred(), a.integers[i], b.integers[i]);
  frame.set(op.getY(), std::move(y));
  return success();
}

template <class S> LogicalResult select(nn::SelectOp op, Frame<S> &frame) {
  const Tensor<S> &condition = frame[op.getCondition()], &b = frame[op.getB()];
  Tensor<S> y = frame[op.getA()];
  for (int64_t i = 0; i < y.size(); ++i)
    if (!condition.integers[i])
      y.copyElement(i, b, i);
  frame.set(op.getY(), std::move(y));
  return success();
}

/// Float to integer: towards zero, saturating, NaN is 0.
int64_t toInteger(ElementKind kind, double x) {
  if (kind == ElementKind::Bool)
    return x != 0;
  if (std::isnan(x))
    return 0;
  int64_t low = kind == ElementKind::I32 ? INT32_MIN : INT64_MIN,
          high = kind == ElementKind::I32 ? INT32_MAX : INT64_MAX;
  if (x <= double(low))
    return low;
  if (x >= double(high))
    return high;
  return int64_t(x);
}

template <class S> S fromInteger(int64_t x) { return S(double(x)); }
/// Directly: through double an i64 would be rounded twice.
template <> float fromInteger<float>(int64_t x) { return float(x); }

template <class S> LogicalResult cast(nn::CastOp op, Frame<S> &frame) {
  const Tensor<S> &x = frame[op.getX()];
  Tensor<S> y(elementKind(op.getY().getType()), x.shape);
  for (int64_t i = 0; i < y.size(); ++i) {
    if (y.isReal())
      y.reals[i] = x.isReal() ? x.reals[i] : fromInteger<S>(x.integers[i]);
    else if (x.isReal())
      y.integers[i] = toInteger(y.kind, scalar::valueOf(x.reals[i]));
    else
      y.integers[i] = y.kind == ElementKind::Bool ? x.integers[i] != 0 : wrap(y.kind, x.integers[i]);
  }
  frame.set(op.getY(), std::move(y));
  return success();
}

/// Quotients rounded down, or what they leave. The least value by -1 wraps.
template <class S, class Op> LogicalResult divideWhole(Op op, Frame<S> &frame, bool rest) {
  const Tensor<S> &a = frame[op.getA()], &b = frame[op.getB()];
  Tensor<S> y(a.kind, a.shape);
  for (int64_t i = 0; i < y.size(); ++i) {
    int64_t x = a.integers[i], d = b.integers[i];
    if (d == 0)
      return op.emitError() << "E0772: a whole number is divided by 0";
    int64_t quotient = d == -1 ? subInt(0, x) : x / d - (x % d != 0 && (x % d < 0) != (d < 0));
    y.integers[i] = wrap(y.kind, rest ? (d == -1 ? 0 : x - quotient * d) : quotient);
  }
  frame.set(op.getY(), std::move(y));
  return success();
}

} // namespace

template <class S> void registerElementwise(Evaluator<S> &evaluator) {
  binary<S, nn::AddOp>(evaluator, [](S a, S b) { return a + b; }, addInt);
  binary<S, nn::SubOp>(evaluator, [](S a, S b) { return a - b; }, subInt);
  binary<S, nn::MulOp>(evaluator, [](S a, S b) { return a * b; }, mulInt);
  binary<S, nn::DivOp>(evaluator, [](S a, S b) { return a / b; });
  binary<S, nn::MaxOp>(evaluator, maxOf<S>, [](int64_t a, int64_t b) { return a > b ? a : b; });
  binary<S, nn::MinOp>(evaluator, minOf<S>, [](int64_t a, int64_t b) { return a < b ? a : b; });
  binary<S, nn::PowOp>(evaluator, pow<S>);
  unary<S, nn::NegOp>(evaluator, [](S x) { return -x; }, [](int64_t x) { return subInt(0, x); });
  unary<S, nn::AbsOp>(
      evaluator, [](S x) { return scalar::abs(x); }, [](int64_t x) { return x < 0 ? subInt(0, x) : x; });
  unary<S, nn::SignOp>(evaluator, signOf<S>, [](int64_t x) { return int64_t(x > 0) - int64_t(x < 0); });
  unary<S, nn::ExpOp>(evaluator, [](S x) { return scalar::exp(x); });
  unary<S, nn::LogOp>(evaluator, [](S x) { return scalar::log(x); });
  unary<S, nn::Log1pOp>(evaluator, [](S x) { return scalar::log1p(x); });
  unary<S, nn::Expm1Op>(evaluator, [](S x) { return scalar::expm1(x); });
  unary<S, nn::SqrtOp>(evaluator, [](S x) { return scalar::sqrt(x); });
  unary<S, nn::RsqrtOp>(evaluator, [](S x) { return S(1) / scalar::sqrt(x); });
  unary<S, nn::TanhOp>(evaluator, [](S x) { return scalar::tanh(x); });
  unary<S, nn::SigmoidOp>(evaluator, sigmoid<S>);
  unary<S, nn::ReluOp>(evaluator, relu<S>);
  unary<S, nn::FloorOp>(evaluator, [](S x) { return scalar::floor(x); });
  unary<S, nn::CeilOp>(evaluator, [](S x) { return scalar::ceil(x); });
  unary<S, nn::RoundOp>(evaluator, [](S x) { return scalar::roundEven(x); });
  unary<S, nn::ErfOp>(evaluator, [](S x) { return scalar::erf(x); });
  unary<S, nn::SinOp>(evaluator, [](S x) { return scalar::sin(x); });
  unary<S, nn::CosOp>(evaluator, [](S x) { return scalar::cos(x); });
  unary<S, nn::SoftplusOp>(evaluator, softplus<S>);
  unary<S, nn::StepOp>(evaluator, step<S>);
  unary<S, nn::GeluOp>(evaluator, gelu<S>);
  binary<S, nn::ReluGradOp>(evaluator, [](S y, S g) { return S(0) >= y ? S(0) : g; });
  binary<S, nn::AndOp>(evaluator, nullptr, [](int64_t a, int64_t b) { return a & b; });
  binary<S, nn::OrOp>(evaluator, nullptr, [](int64_t a, int64_t b) { return a | b; });
  unary<S, nn::NotOp>(evaluator, nullptr, [](int64_t x) { return int64_t(!x); });
  // Derivatives stop; the value passes.
  unary<S, nn::StopGradientOp>(
      evaluator, [](S x) { return scalar::withoutDerivative(x); }, [](int64_t x) { return x; });
  evaluator.template add<nn::CompareOp>(compare<S>);
  evaluator.template add<nn::SelectOp>(select<S>);
  evaluator.template add<nn::CastOp>(cast<S>);
  evaluator.template add<nn::FloorDivOp>(
      [](nn::FloorDivOp op, Frame<S> &frame) { return divideWhole(op, frame, false); });
  evaluator.template add<nn::ModOp>([](nn::ModOp op, Frame<S> &frame) { return divideWhole(op, frame, true); });
}
NNC_REFERENCE_INSTANTIATE(registerElementwise)

} // namespace nnc::reference
