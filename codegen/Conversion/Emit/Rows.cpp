// One row at a time: softmax and its relatives, cross entropy, reductions over trailing axes. Lanes are elements of the
// row; sums go through the 64 partial results and the tree of SPEC.md, so the bits are those of the plain form.
#include "codegen/Conversion/Emit/Rows.h"

#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace nnc::emit {

static constexpr int64_t kPartials = 64; // partial results of a list
static constexpr int64_t kLongRow = int64_t(1) << 20;
static constexpr int64_t kShortRow = 128; // rows up to here stay in registers between the sweeps

// Chains of a flattened operand contain only ops whose index does not matter.
static bool isFlattenable(SpecKernel &kernel, Value value, RankedTensorType shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (auto argument = dyn_cast<BlockArgument>(value))
    return !nn::layoutOf(type) && nn::sameShape(type, shape) && !kernel.input(argument).isView();
  Operation *op = value.getDefiningOp();
  if (isa<nn::ConstantOp>(op))
    return true;
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op))
    return cast<RankedTensorType>(broadcast.getX().getType()).getRank() == 0;
  if (op->getNumResults() != 1 || isa<nn::TransposeOp, nn::ReshapeOp, nn::RelayoutOp, nn::PadOp>(op))
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) { return isFlattenable(kernel, operand, shape); });
}

bool RowEmitter::prepare() {
  if (!type.getElementType().isF32())
    return fail("rows of other elements than f32"), false;
  unsigned inner = type.getRank() - rowDims;
  flat = inner > 1 && isFlattenable(kernel, x, type);
  nested = inner > 1 && !flat;
  auto hasWholeBlocks = [&] {
    std::optional<int64_t> last = nn::sizeOf(type, type.getRank() - 1).asConstant();
    return isa<nn::ReduceOp>(op) && last && *last % kPartials == 0;
  };
  if (inner == 0 || (nested && !hasWholeBlocks()))
    return fail("a row of several dimensions that are not side by side"), false;
  lengthValue = b.index(1);
  length = largest = 1;
  for (unsigned dim = rowDims; dim < type.getRank(); ++dim) {
    std::optional<int64_t> extent = nn::sizeOf(type, dim).asConstant();
    length = length && extent ? std::optional<int64_t>(*length * *extent) : std::nullopt;
    extent = kernel.largest(nn::sizeOf(type, dim));
    largest = largest && extent && *extent < kLongRow ? std::optional<int64_t>(*largest * *extent) : std::nullopt;
    lengthValue = b.mul(lengthValue, kernel.extent(type, dim));
  }
  if (kernel.taskDim() && *kernel.taskDim() >= rowDims)
    return fail("tasks that cut rows"), false;
  return true;
}

Point RowEmitter::pointAt(Value position, Value mask) {
  Point point = rowPoint;
  point.mask = mask;
  if (flat) {
    Value row = b.index(0);
    for (unsigned dim = 0; dim < rowDims; ++dim)
      row = b.add(b.mul(row, kernel.extent(type, dim)), rowPoint.at[dim]);
    point.at = {b.add(b.mul(row, lengthValue), position)};
    point.flat = true;
    point.lanes = 0;
    return point;
  }
  point.at.append(outer);
  point.at.push_back(position);
  point.lanes = type.getRank() - 1;
  return point;
}

Value RowEmitter::element(Evaluator &evaluator, const Point &point) {
  Value value = evaluator.evaluate(x, point);
  if (!value)
    fail(evaluator.why());
  return value ? value : b.zero(b.floats());
}

Value RowEmitter::accumulate(const Reduction &reduction, Value sum, Value value, Value mask) {
  Value start = b.number(b.floats(), reduction.start);
  auto load = value.getDefiningOp<vector::MaskedLoadOp>();
  bool isStart = load && load.getMask() == mask && load.getPassThru() == start; // where the mask is off
  if (mask && !isStart)
    value = arith::SelectOp::create(b, mask, value, start);
  return reduction.combine(b, sum ? sum : start, value);
}

// The row in steps of all partial results. Of a nested row the last dimension is a multiple of them, so that each step
// takes up the order where the one before has left it.
void RowEmitter::wholeBlocks(Value whole, llvm::function_ref<void(Value)> body) {
  unsigned dim = rowDims + outer.size(), last = type.getRank() - 1;
  if (!nested || dim == last)
    return b.loop(b.index(0), nested ? kernel.extent(type, last) : whole, kPartials, body, "from");
  b.loop(b.index(0), kernel.extent(type, dim), 1, [&](Value index) {
    outer.push_back(index);
    wholeBlocks(whole, body);
    outer.pop_back();
  });
}

// The whole row by the order of lists along trailing axes.
Value RowEmitter::reduceRow(const Reduction &reduction, Evaluator &shared, Term term) {
  bool isReadOnce = isa<nn::ReduceOp>(op) && !reduction.watchesNan;
  if (!nested && length && *length <= (isReadOnce ? kPartials - 1 : kShortRow))
    return reduceShortRow(reduction, shared, term);
  int64_t lanes = b.lanes(), count = kPartials / lanes;
  Value partials = b.tile({count}, "partial"), start = b.number(b.floats(), reduction.start);
  b.unrolled(count, [&](Value p) { memref::StoreOp::create(b, start, partials, p); }, "p");
  auto turn = [&](Value from, Value p, bool masked) {
    Evaluator evaluator(kernel);
    Value position = b.add(from, b.mul(p, lanes));
    Point point = pointAt(position, masked ? b.maskBelow(position, lengthValue) : Value());
    Value sum = memref::LoadOp::create(b, partials, p);
    sum = accumulate(reduction, sum, term(evaluator, point), point.mask);
    memref::StoreOp::create(b, sum, partials, p);
  };
  bool isShort = !nested && largest && *largest < kPartials;
  Value whole = isShort ? b.index(0) : b.named(b.mul(b.div(lengthValue, kPartials), kPartials), "whole");
  if (!isShort)
    wholeBlocks(whole, [&](Value from) { b.unrolled(count, [&](Value p) { turn(from, p, false); }, "p"); });
  if (!length &&
      !nested) { // not even a mask of zeros reaches beyond the row: near the end of a block that would be slow
    int64_t reached = isShort ? llvm::divideCeil(*largest, lanes) : count;
    b.unrolled(
        reached,
        [&](Value p) {
          Value from = b.add(whole, b.mul(p, lanes));
          b.when(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, from, lengthValue), [&] { turn(whole, p, true); });
        },
        "p");
  } else if (!nested) {
    int64_t left = *length % kPartials;
    if (left / lanes)
      b.unrolled(left / lanes, [&](Value p) { turn(whole, p, false); }, "p");
    if (left % lanes)
      turn(whole, b.index(left / lanes), true);
  }
  return combineTile(b, reduction, partials);
}

// The same without loops: what the sweeps of a row have in common is computed once.
Value RowEmitter::reduceShortRow(const Reduction &reduction, Evaluator &shared, Term term) {
  int64_t lanes = b.lanes(), count = kPartials / lanes;
  SmallVector<Value> partials;
  for (int64_t i = 0, n = 0; i < *length; i += lanes, ++n) {
    Point point = pointAt(b.index(i), i + lanes > *length ? b.maskBelow(b.index(i), lengthValue) : Value());
    if (n < count)
      partials.push_back({});
    partials[n % count] = accumulate(reduction, partials[n % count], term(shared, point), point.mask);
  }
  return combinePartials(b, reduction, partials);
}

// Every vector of the row once more.
void RowEmitter::sweep(Evaluator &shared, llvm::function_ref<void(Evaluator &, const Point &)> body) {
  int64_t lanes = b.lanes();
  if (length && *length <= kShortRow) {
    for (int64_t i = 0; i < *length; i += lanes)
      body(shared, pointAt(b.index(i), i + lanes > *length ? b.maskBelow(b.index(i), lengthValue) : Value()));
    return;
  }
  Value whole = b.mul(b.div(lengthValue, lanes), lanes);
  b.loop(
      b.index(0), whole, lanes,
      [&](Value position) {
        Evaluator evaluator(kernel);
        body(evaluator, pointAt(position, {}));
      },
      "i");
  if (!length || *length % lanes)
    body(shared, pointAt(whole, b.maskBelow(whole, lengthValue)));
}

// Results with one element a row.
void RowEmitter::finishRow(Evaluator &evaluator) {
  for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
    if (cast<RankedTensorType>(value.getType()).getRank() != static_cast<int64_t>(rowDims)) {
      fail("a result that is neither a row nor one element of it");
      continue;
    }
    Value computed = evaluator.evaluate(value, rowPoint);
    if (!computed || !evaluator.store(i, rowPoint, computed))
      fail(evaluator.why());
  }
}

// Results with all elements of the row.
void RowEmitter::finishElements(Evaluator &shared, Value anchorResult,
                                llvm::function_ref<Value(Evaluator &, const Point &)> value) {
  sweep(shared, [&](Evaluator &evaluator, const Point &point) {
    evaluator.bind(anchorResult, point, value(evaluator, point));
    for (auto [i, result] : llvm::enumerate(kernel.yield().getValues())) {
      if (!nn::sameShape(cast<RankedTensorType>(result.getType()), type)) {
        fail("a result of another shape than the row");
        continue;
      }
      Value computed = evaluator.evaluate(result, point);
      if (!computed || !evaluator.store(i, point, computed))
        fail(evaluator.why());
    }
  });
}

void RowEmitter::reduce(nn::ReduceOp reduce, Evaluator &shared) {
  std::optional<Reduction> reduction = Reduction::of(reduce.getKind());
  if (!reduction)
    return fail("a reduction of truth values");
  auto load = [&](Evaluator &evaluator, const Point &point) { return element(evaluator, point); };
  Value result = reduceRow(*reduction, shared, load);
  if (reduction->watchesNan) {
    // 0 for a number, NaN for a NaN: their sum is NaN exactly if a term is.
    Reduction sum = *Reduction::of(nn::ReduceKind::add);
    Value nan = reduceRow(sum, shared, [&](Evaluator &evaluator, const Point &point) -> Value {
      Value value = element(evaluator, point);
      Value isNan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, value, value);
      return arith::SelectOp::create(b, isNan, value, b.zero(b.floats()));
    });
    Value isNan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, nan, nan);
    result = arith::SelectOp::create(b, isNan, nan, result);
  }
  shared.bind(op->getResult(0), rowPoint, result);
  finishRow(shared);
}

void RowEmitter::softmax(Evaluator &shared) {
  auto load = [&](Evaluator &evaluator, const Point &point) { return element(evaluator, point); };
  Value shift = reduceRow(*Reduction::of(nn::ReduceKind::max), shared, load);
  bool keepsInfinity = isa<nn::SoftmaxOp, nn::LogSoftmaxOp>(op);
  if (!keepsInfinity) { // a row that is all -inf has a logsumexp, but no softmax
    Value size = math::AbsFOp::create(b, shift);
    Value infinity = b.number(b.getF32Type(), std::numeric_limits<double>::infinity());
    Value isInfinite = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, size, infinity);
    shift = arith::SelectOp::create(b, isInfinite, b.zero(b.getF32Type()), shift);
  }
  Value shifts = b.splat(shift);
  auto shifted = [&](Evaluator &evaluator, const Point &point) -> Value {
    return arith::SubFOp::create(b, element(evaluator, point), shifts);
  };
  // Equal bits wherever it is computed again; in short rows the second time is the first.
  auto exponential = [&](Evaluator &evaluator, const Point &point) -> Value {
    return math::ExpOp::create(b, shifted(evaluator, point));
  };
  Value sum = reduceRow(*Reduction::of(nn::ReduceKind::add), shared, exponential);
  if (isa<nn::SoftmaxOp>(op)) {
    Value factor = b.splat(arith::DivFOp::create(b, b.number(b.getF32Type(), 1.0), sum));
    return finishElements(shared, op->getResult(0), [&](Evaluator &evaluator, const Point &point) -> Value {
      return arith::MulFOp::create(b, exponential(evaluator, point), factor);
    });
  }
  Value log = math::LogOp::create(b, sum);
  if (isa<nn::LogSoftmaxOp>(op)) {
    Value logs = b.splat(log);
    return finishElements(shared, op->getResult(0), [&](Evaluator &evaluator, const Point &point) -> Value {
      return arith::SubFOp::create(b, shifted(evaluator, point), logs);
    });
  }
  Value lse = arith::AddFOp::create(b, shift, log);
  if (auto loss = dyn_cast<nn::SoftmaxCrossEntropyOp>(op)) {
    shared.bind(loss.getLse(), rowPoint, lse);
    shared.bind(loss.getLoss(), rowPoint, crossEntropy(loss, shared, shift, log));
  } else {
    shared.bind(op->getResult(0), rowPoint, lse);
  }
  finishRow(shared);
}

// log(sum) - (logit of the label - shift), and with smoothing its mix with the mean over all classes.
Value RowEmitter::crossEntropy(nn::SoftmaxCrossEntropyOp loss, Evaluator &shared, Value shift, Value log) {
  Type f32 = b.getF32Type();
  Value label = shared.evaluate(loss.getLabels(), rowPoint);
  if (!label)
    return fail(shared.why()), b.zero(f32);
  Point point = rowPoint;
  point.at.push_back(arith::IndexCastOp::create(b, b.getIndexType(), b.clampLabel(label, *length)));
  Value logit = shared.evaluate(x, point);
  if (!logit)
    return fail(shared.why()), b.zero(f32);
  Value result = arith::SubFOp::create(b, log, arith::SubFOp::create(b, logit, shift));
  double smoothing = loss.getSmoothing().convertToDouble();
  if (smoothing == 0)
    return result;
  Value shifts = b.splat(shift);
  Value sum =
      reduceRow(*Reduction::of(nn::ReduceKind::add), shared, [&](Evaluator &evaluator, const Point &point) -> Value {
        return arith::SubFOp::create(b, element(evaluator, point), shifts);
      });
  Value mean = arith::DivFOp::create(b, sum, b.number(f32, static_cast<double>(*length)));
  Value uniform = arith::SubFOp::create(b, log, mean);
  return arith::AddFOp::create(b, arith::MulFOp::create(b, b.number(f32, 1.0 - smoothing), result),
                               arith::MulFOp::create(b, b.number(f32, smoothing), uniform));
}

void RowEmitter::row() {
  Evaluator shared(kernel);
  if (auto reduction = dyn_cast<nn::ReduceOp>(op))
    return reduce(reduction, shared);
  softmax(shared);
}

void RowEmitter::rowLoops(unsigned dim) {
  if (dim == rowDims)
    return row();
  Value extent = kernel.extent(type, dim);
  Range range = kernel.taskDim() == dim ? kernel.taskRange(extent) : Range{b.index(0), extent};
  b.loop(
      range.from, range.to, 1,
      [&](Value index) {
        rowPoint.at.push_back(index);
        rowLoops(dim + 1);
        rowPoint.at.pop_back();
      },
      dim == 0 ? "row" : "");
}

Declined RowEmitter::run() {
  if (!prepare())
    return reason;
  if (fitsInLanes())
    rowsInLanes();
  else
    rowLoops(0);
  return reason;
}

Declined emitRows(SpecKernel &kernel, Operation *anchor) {
  Value x = anchor->getOperand(0);
  auto type = cast<RankedTensorType>(x.getType());
  int64_t axis = type.getRank() - 1, rowDims = axis;
  if (auto reduce = dyn_cast<nn::ReduceOp>(anchor))
    rowDims = type.getRank() - reduce.getDims().size();
  else
    llvm::TypeSwitch<Operation *>(anchor)
        .Case<nn::SoftmaxOp, nn::LogSoftmaxOp, nn::LogSumExpOp>([&](auto op) { axis = op.getAxis(); })
        .Default([](Operation *) {});
  if (axis != type.getRank() - 1)
    return "a softmax along another axis than the last";
  auto loss = dyn_cast<nn::SoftmaxCrossEntropyOp>(anchor);
  if (loss && !nn::sizeOf(type, axis).asConstant())
    return "cross entropy over a free number of classes";
  return RowEmitter(kernel, anchor, x, rowDims).run();
}

} // namespace nnc::emit
