// Short rows: as many at a time as there are lanes.
#include "codegen/Conversion/Emit/Rows.h"

#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace nnc::emit {

// Short rows whose results are one element each: as many rows at a time as there are lanes, so that nothing is summed
// across lanes and one logarithm serves them all.
bool RowEmitter::fitsInLanes() {
  auto loss = dyn_cast<nn::SoftmaxCrossEntropyOp>(op);
  return loss && loss.getSmoothing().isZero() && rowDims == 1 && !flat && length && *length <= b.lanes() &&
         cast<RankedTensorType>(loss.getLabels().getType()).getElementType().isInteger(32);
}

void RowEmitter::rowsInLanes() {
  Value extent = kernel.extent(type, 0);
  Range range = kernel.taskDim() ? kernel.taskRange(extent) : Range{b.index(0), extent};
  Value last = b.sub(range.to, b.index(1));
  Value elements = b.tile({b.lanes()}, "x");
  b.loop(
      range.from, range.to, b.lanes(),
      [&](Value from) {
        Value mask = *length < b.lanes() ? b.maskBelow(b.index(0), lengthValue) : Value();
        b.unrolled(
            b.lanes(),
            [&](Value row) { // beyond the end the last row stands in
              rowPoint.at = {b.smaller(b.add(from, row), last)};
              Evaluator evaluator(kernel);
              memref::StoreOp::create(b, element(evaluator, pointAt(b.index(0), mask)), elements, row);
            },
            "row");
        b.transpose(elements);
        Point rows(1);
        rows.at = {from};
        rows.lanes = 0;
        rows.mask = b.maskBelow(from, range.to);
        crossEntropyInLanes(elements, rows);
      },
      "from");
}

void RowEmitter::crossEntropyInLanes(Value elements, const Point &rows) {
  auto loss = cast<nn::SoftmaxCrossEntropyOp>(op);
  Evaluator evaluator(kernel);
  Value label = evaluator.evaluate(loss.getLabels(), rows);
  if (!label)
    return fail(evaluator.why());
  std::string name = "cross_entropy" + std::to_string(*length) + "_" + suffixOf(b.floats());
  auto results = b.callShared(name, {elements, label}, {"x", "label", "loss", "lse"}, {b.floats(), b.floats()},
                              [&](ValueRange arguments) { return lossInLanes(arguments[0], arguments[1]); });
  evaluator.bind(loss.getLoss(), rows, results[0]);
  evaluator.bind(loss.getLse(), rows, results[1]);
  for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
    if (cast<RankedTensorType>(value.getType()).getRank() != 1)
      return fail("a result that is neither a row nor one element of it");
    Value computed = evaluator.evaluate(value, rows);
    if (!computed || !evaluator.store(i, rows, computed))
      return fail(evaluator.why());
  }
}

// Loss and logarithm of the sum: the same operations in the same order as for one row; the tree of at most 16 terms is
// spelled over vectors.
SmallVector<Value> RowEmitter::lossInLanes(Value elements, Value label) {
  auto at = [&](Value tile, Value i) -> Value { return memref::LoadOp::create(b, tile, i); };
  Value shift = b.named(maximumInLanes(elements), "shift"), zero = b.zero(b.floats());
  Value terms = b.tile({*length}, "term");
  b.unrolled(
      *length,
      [&](Value i) {
        Value power = math::ExpOp::create(b, arith::SubFOp::create(b, at(elements, i), shift));
        memref::StoreOp::create(b, arith::AddFOp::create(b, zero, power), terms, i);
      },
      "i");
  for (int64_t half = 8; half >= 1; half /= 2)
    if (int64_t pairs = std::min(half, *length - half); pairs > 0)
      b.unrolled(
          pairs,
          [&](Value i) {
            Value sum = arith::AddFOp::create(b, at(terms, i), at(terms, b.add(i, half)));
            memref::StoreOp::create(b, sum, terms, i);
          },
          "i");
  Value log = b.named(math::LogOp::create(b, at(terms, b.index(0))), "log");
  Value logit = elementOfLabel(elements, b.clampLabel(label, *length));
  return {arith::SubFOp::create(b, log, arith::SubFOp::create(b, logit, shift)), arith::AddFOp::create(b, shift, log)};
}

// The largest of each row, 0 where that is infinite.
Value RowEmitter::maximumInLanes(Value elements) {
  Type floats = b.floats();
  Reduction maximum = *Reduction::of(nn::ReduceKind::max);
  Value shift = b.unrolledCarry(
      *length, b.number(floats, maximum.start),
      [&](Value i, Value largest) { return maximum.combine(b, largest, memref::LoadOp::create(b, elements, i)); }, "i",
      "largest");
  Value infinity = b.number(floats, std::numeric_limits<double>::infinity());
  Value isInfinite = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, math::AbsFOp::create(b, shift), infinity);
  return arith::SelectOp::create(b, isInfinite, b.zero(floats), shift);
}

Value RowEmitter::elementOfLabel(Value elements, Value label) {
  Value first = memref::LoadOp::create(b, elements, b.index(0));
  return b.unrolledCarry(
      *length, first,
      [&](Value i, Value logit) -> Value {
        Value number = b.splat(arith::IndexCastOp::create(b, b.getI32Type(), i));
        Value hit = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, label, number);
        return arith::SelectOp::create(b, hit, memref::LoadOp::create(b, elements, i), logit);
      },
      "i", "logit");
}

} // namespace nnc::emit
