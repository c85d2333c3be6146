// nn.generic: a scalar body over an index domain.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> Tensor<S> scalarOf(ElementKind kind) { return Tensor<S>(kind, {}); }

/// Accumulates one element of the result.
template <class S> void accumulate(nn::ReduceKind kind, Tensor<S> &y, int64_t at, const Tensor<S> &term, bool first) {
  if (first) {
    y.copyElement(at, term, 0);
    return;
  }
  if (y.isReal()) {
    S &a = y.reals[at];
    S b = term.reals[0];
    switch (kind) {
    case nn::ReduceKind::add:
      a = a + b;
      break;
    case nn::ReduceKind::mul:
      a = a * b;
      break;
    case nn::ReduceKind::max:
      a = scalar::isNan(a) || a > b ? a : b;
      break;
    case nn::ReduceKind::min:
      a = scalar::isNan(a) || a < b ? a : b;
      break;
    default:
      break;
    }
    return;
  }
  uint64_t a = uint64_t(y.integers[at]), b = uint64_t(term.integers[0]);
  switch (kind) {
  case nn::ReduceKind::add:
    a += b;
    break;
  case nn::ReduceKind::mul:
    a *= b;
    break;
  case nn::ReduceKind::max:
    a = uint64_t(std::max(int64_t(a), int64_t(b)));
    break;
  case nn::ReduceKind::min:
    a = uint64_t(std::min(int64_t(a), int64_t(b)));
    break;
  case nn::ReduceKind::any:
    a |= b;
    break;
  case nn::ReduceKind::all:
    a &= b;
    break;
  }
  y.integers[at] = wrap(y.kind, int64_t(a));
}

/// The identity of the reducer, for an empty domain.
template <class S> void fillIdentity(nn::ReduceKind kind, Tensor<S> &y) {
  bool one = kind == nn::ReduceKind::mul || kind == nn::ReduceKind::all;
  S extreme = kind == nn::ReduceKind::max ? S(0) - scalar::infinity<S>() : scalar::infinity<S>();
  bool isExtreme = kind == nn::ReduceKind::max || kind == nn::ReduceKind::min;
  bool narrow = y.kind == ElementKind::I32;
  int64_t low = narrow ? INT32_MIN : INT64_MIN, high = narrow ? INT32_MAX : INT64_MAX;
  for (S &x : y.reals)
    x = isExtreme ? extreme : one ? S(1) : S(0);
  for (int64_t &x : y.integers)
    x = kind == nn::ReduceKind::max ? low : kind == nn::ReduceKind::min ? high : one ? 1 : 0;
}

/// Position of a map's result in `shape`, or -1 outside of it.
int64_t positionAt(AffineMap map, ArrayRef<int64_t> point, ArrayRef<int64_t> shape) {
  int64_t position = 0;
  for (auto [expr, extent] : llvm::zip_equal(map.getResults(), shape)) {
    SmallVector<AffineExpr> at;
    for (int64_t coordinate : point)
      at.push_back(getAffineConstantExpr(coordinate, map.getContext()));
    auto value = dyn_cast<AffineConstantExpr>(expr.replaceDims(at));
    if (!value || value.getValue() < 0 || value.getValue() >= extent)
      return -1;
    position = position * extent + value.getValue();
  }
  return position;
}

template <class S> LogicalResult generic(nn::GenericOp op, Frame<S> &frame) {
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  Shape domain;
  for (const nn::SizeExpr &size : nn::sizesOf(op.getDomain())) {
    std::optional<int64_t> extent = size.evaluate(frame.sizes);
    if (!extent)
      return op.emitOpError() << "has the size " << size.str() << ", which has no value here";
    domain.push_back(*extent);
  }
  SmallVector<AffineMap> maps(op.getMaps().getAsValueRange<AffineMapAttr>());
  SmallVector<bool> written(y->size(), false);
  fillIdentity(op.getReduce(), *y);

  Block &body = op.getBody().front();
  LogicalResult status = success();
  auto readInput = [&](unsigned i, ArrayRef<int64_t> point) -> Tensor<S> {
    const Tensor<S> &input = frame[op.getInputs()[i]];
    Tensor<S> element = scalarOf<S>(input.kind);
    int64_t position = positionAt(maps[i], point, input.shape);
    if (position >= 0) {
      element.copyElement(0, input, position);
      return element;
    }
    Attribute outside = op.getOutside() ? (*op.getOutside())[i] : Attribute();
    if (auto value = dyn_cast_or_null<FloatAttr>(outside))
      element.reals[0] = S(value.getValueAsDouble());
    else if (auto value = dyn_cast_or_null<IntegerAttr>(outside))
      element.integers[0] = value.getValue().getSExtValue();
    else
      status = op.emitOpError() << "reads operand " << i << " outside of its shape";
    return element;
  };

  forEachIndex(domain, [&](ArrayRef<int64_t> point) {
    if (failed(status))
      return;
    Frame<S> inner(frame.evaluator, frame.arguments, frame.sizes);
    for (BlockArgument argument : body.getArguments()) {
      unsigned number = argument.getArgNumber();
      if (number < op.getInputs().size()) {
        inner.set(argument, readInput(number, point));
        continue;
      }
      Tensor<S> coordinate = scalarOf<S>(ElementKind::I64);
      coordinate.integers[0] = point[number - op.getInputs().size()];
      inner.set(argument, std::move(coordinate));
    }
    if (failed(status) || failed(status = frame.evaluator.run(body, inner)))
      return;
    int64_t at = positionAt(maps.back(), point, y->shape);
    if (at < 0) {
      status = op.emitOpError("writes outside of its result");
      return;
    }
    accumulate(op.getReduce(), *y, at, inner[body.getTerminator()->getOperand(0)], !written[at]);
    written[at] = true;
  });
  if (succeeded(status))
    frame.set(op.getY(), std::move(*y));
  return status;
}

} // namespace

template <class S> void registerGeneric(Evaluator<S> &evaluator) { evaluator.template add<nn::GenericOp>(generic<S>); }
NNC_REFERENCE_INSTANTIATE(registerGeneric)

} // namespace nnc::reference
