#include "codegen/Conversion/Emit/Reduction.h"

#include <limits>

using namespace mlir;

namespace nnc::emit {

std::optional<Reduction> Reduction::of(nn::ReduceKind kind) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case nn::ReduceKind::add:
    return Reduction{kind, 0.0, false};
  case nn::ReduceKind::mul:
    return Reduction{kind, 1.0, false};
  case nn::ReduceKind::max:
    return Reduction{kind, -infinity, true};
  case nn::ReduceKind::min:
    return Reduction{kind, infinity, true};
  default:
    return std::nullopt;
  }
}

Value Reduction::combine(KernelBuilder &b, Value sum, Value term) const {
  switch (kind) {
  case nn::ReduceKind::add:
    return arith::AddFOp::create(b, sum, term);
  case nn::ReduceKind::mul:
    return arith::MulFOp::create(b, sum, term);
  default:
    break;
  }
  auto predicate = kind == nn::ReduceKind::max ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
  return arith::SelectOp::create(b, arith::CmpFOp::create(b, predicate, term, sum), term, sum);
}

// An accumulator that nothing was added to holds the start value, which changes no other: it is left out.
Value combinePartials(KernelBuilder &b, const Reduction &reduction, Partials partials) {
  auto combine = [&](Value left, Value right) {
    return left && right ? reduction.combine(b, left, right) : left ? left : right;
  };
  size_t stride = 16 / b.lanes();
  Partials lanes;
  for (size_t t = 0; t < stride; ++t)
    lanes.push_back(combine(combine(partials[t], partials[t + stride]),
                            combine(partials[t + 2 * stride], partials[t + 3 * stride])));
  for (size_t half = stride / 2; half >= 1; half /= 2)
    for (size_t t = 0; t < half; ++t)
      lanes[t] = combine(lanes[t], lanes[t + half]);
  if (!lanes[0])
    return b.number(b.getF32Type(), reduction.start);
  return b.foldHalves(lanes[0], [&](Value left, Value right) { return reduction.combine(b, left, right); });
}

} // namespace nnc::emit
