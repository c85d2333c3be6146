// nn.generic: a scalar body over an index domain.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

template <class S> Tensor<S> scalarOf(ElementKind kind) { return Tensor<S>(kind, {}); }

/// The terms of one element of the result, in row-major order of the reduced indices.
template <class S> struct Terms {
  std::vector<S> reals;
  std::vector<int64_t> integers;

  void add(const Tensor<S> &term) {
    if (term.isReal())
      reals.push_back(term.reals[0]);
    else
      integers.push_back(term.integers[0]);
  }
};

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
  std::vector<Terms<S>> terms(y->size());

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
    terms[at].add(inner[body.getTerminator()->getOperand(0)]);
  });
  if (failed(status))
    return failure();
  bool reduces = maps.back().getNumResults() != domain.size();
  for (int64_t at = 0; at < y->size(); ++at) {
    const Terms<S> &list = terms[at];
    if (y->isReal())
      y->reals[at] = !reduces
                         ? list.reals[0]
                         : reduceBlocks<S>(op.getReduce(), list.reals.size(), [&](int64_t i) { return list.reals[i]; });
    else
      y->integers[at] = !reduces ? list.integers[0]
                                 : reduceIntegers(op.getReduce(), y->kind, list.integers.size(),
                                                  [&](int64_t i) { return list.integers[i]; });
  }
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerGeneric(Evaluator<S> &evaluator) { evaluator.template add<nn::GenericOp>(generic<S>); }
NNC_REFERENCE_INSTANTIATE(registerGeneric)

} // namespace nnc::reference
