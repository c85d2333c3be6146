#include "codegen/Conversion/Emit/Reduction.h"

#include "codegen/Conversion/ToLinalg/InlineFunctions.h"

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

static StringRef wordOf(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::add:
    return "sum";
  case nn::ReduceKind::mul:
    return "product";
  case nn::ReduceKind::max:
    return "max";
  default:
    return "min";
  }
}

// An accumulator that nothing was added to holds the start value, which changes no other: it is left out.
Value combinePartials(KernelBuilder &b, const Reduction &reduction, ValueRange partials) {
  if (partials.empty())
    return b.number(b.getF32Type(), reduction.start);
  auto at = [&](size_t i) { return i < partials.size() ? partials[i] : Value(); };
  auto combine = [&](Value left, Value right) {
    return left && right ? reduction.combine(b, left, right) : left ? left : right;
  };
  size_t stride = 16 / b.lanes();
  SmallVector<Value> lanes;
  for (size_t t = 0; t < stride; ++t)
    lanes.push_back(combine(combine(at(t), at(t + stride)), combine(at(t + 2 * stride), at(t + 3 * stride))));
  for (size_t half = stride / 2; half >= 1; half /= 2)
    for (size_t t = 0; t < half; ++t)
      lanes[t] = combine(lanes[t], lanes[t + half]);
  auto fold = [&](ValueRange vector) {
    auto pair = [&](Value left, Value right) { return reduction.combine(b, left, right); };
    return SmallVector<Value>{b.foldHalves(vector[0], pair)};
  };
  std::string name = (wordOf(reduction.kind) + "_" + suffixOf(b.floats())).str();
  return b.callShared(name, lanes[0], {"x"}, b.getF32Type(), fold).front();
}

Value combineTile(KernelBuilder &b, const Reduction &reduction, Value partials) {
  std::string name = (wordOf(reduction.kind) + "_partials_" + suffixOf(b.floats())).str();
  auto combine = [&](ValueRange arguments) {
    SmallVector<Value> loaded;
    for (int64_t p = 0; p < cast<MemRefType>(partials.getType()).getNumElements(); ++p)
      loaded.push_back(memref::LoadOp::create(b, arguments[0], b.index(p)));
    return SmallVector<Value>{combinePartials(b, reduction, loaded)};
  };
  return b.callShared(name, partials, {"partial"}, b.getF32Type(), combine).front();
}

} // namespace nnc::emit
