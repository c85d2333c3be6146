// kernel-legalize-for-target: operations that the target has no instruction for, written with those that it has. Left
// alone they would become calls of the C library in the middle of a kernel.
#include "codegen/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_LEGALIZEFORTARGET
#include "codegen/Passes.h.inc"

namespace {

/// Two roundings where the design has one: bits of their own, the same in plain and fast kernels.
void splitFma(math::FmaOp op) {
  OpBuilder b(op);
  Value product = arith::MulFOp::create(b, op.getLoc(), op.getA(), op.getB());
  op.replaceAllUsesWith(arith::AddFOp::create(b, op.getLoc(), product, op.getC()).getResult());
  op.erase();
}

/// Rounding to a whole number through integers. Numbers without a fraction, infinities and NaN stay as they are, and
/// every result has its operand's sign.
class Rounding {
public:
  explicit Rounding(Operation *op)
      : b(op), loc(op->getLoc()), x(op->getOperand(0)), type(x.getType()),
        whole(cast<FloatType>(getElementTypeOrSelf(type)).getFPMantissaWidth() - 1) {}

  Value floor() {
    return toward([&](Value t) { return step(arith::CmpFPredicate::OGT, t, -1.0); });
  }
  Value ceil() {
    return toward([&](Value t) { return step(arith::CmpFPredicate::OLT, t, 1.0); });
  }
  Value roundEven() {
    Value big = constant(std::ldexp(1.0, static_cast<int>(whole)));
    Value sum = arith::AddFOp::create(b, loc, math::AbsFOp::create(b, loc, x), big);
    return finish(arith::SubFOp::create(b, loc, sum, big));
  }

private:
  Value constant(double value) {
    Type element = getElementTypeOrSelf(type);
    TypedAttr attr = b.getFloatAttr(element, value);
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, Attribute(attr));
    return arith::ConstantOp::create(b, loc, attr);
  }
  /// |x| below 2^mantissa: only there a fraction can be.
  Value small() {
    Value limit = constant(std::ldexp(1.0, static_cast<int>(whole)));
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, math::AbsFOp::create(b, loc, x), limit);
  }
  Value toward(function_ref<Value(Value)> adjust) {
    Value safe = arith::SelectOp::create(b, loc, small(), x, constant(0));
    Type integer = b.getIntegerType(getElementTypeOrSelf(type).getIntOrFloatBitWidth());
    if (auto vector = dyn_cast<VectorType>(type))
      integer = VectorType::get(vector.getShape(), integer);
    Value cut = arith::FPToSIOp::create(b, loc, integer, safe);
    return finish(adjust(arith::SIToFPOp::create(b, loc, type, cut)));
  }
  Value step(arith::CmpFPredicate past, Value t, double by) {
    Value beyond = arith::CmpFOp::create(b, loc, past, t, x);
    return arith::SelectOp::create(b, loc, beyond, arith::AddFOp::create(b, loc, t, constant(by)), t);
  }
  Value finish(Value rounded) {
    Value sign = math::CopySignOp::create(b, loc, rounded, x);
    return arith::SelectOp::create(b, loc, small(), sign, x);
  }

  OpBuilder b;
  Location loc;
  Value x;
  Type type;
  unsigned whole; // bits of a fraction
};

template <typename Op> void replace(Op op, Value by) {
  op.replaceAllUsesWith(by);
  op.erase();
}

struct LegalizeForTargetPass : impl::LegalizeForTargetBase<LegalizeForTargetPass> {
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto multiplyAdd = dyn_cast<math::FmaOp>(op); multiplyAdd && !fma)
        return splitFma(multiplyAdd);
      if (rounding)
        return;
      if (auto floor = dyn_cast<math::FloorOp>(op))
        replace(floor, Rounding(op).floor());
      else if (auto ceil = dyn_cast<math::CeilOp>(op))
        replace(ceil, Rounding(op).ceil());
      else if (auto round = dyn_cast<math::RoundEvenOp>(op))
        replace(round, Rounding(op).roundEven());
    });
  }
};

} // namespace
} // namespace nnc
