// Convolutions and their transposes: the chains of several channels at a time, so that one waits while the others add,
// and lanes along the last axis where neighbours of the result read neighbours.
#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::emit {

namespace {

constexpr int64_t kRestart = 4096; // terms of one chain
constexpr int64_t kChains = 8;     // at a time
constexpr int64_t kFewLanes = 4;   // a vector with fewer is not worth its edges

/// One spatial axis. An index of the result stands still, another one runs; what is read lies at
/// fixed · step + running · spread + shift, inside of `extent` or it takes no part.
struct Axis {
  int64_t extent, fixed, running; // the last two: how many there are
  int64_t step, spread, shift;

  int64_t least() const { return shift + std::min<int64_t>(0, (running - 1) * spread); }
  int64_t most() const { return shift + std::max<int64_t>(0, (running - 1) * spread); }
  bool staysInside() const { return least() >= 0 && (fixed - 1) * step + most() < extent; }
};

class ConvolutionEmitter {
public:
  ConvolutionEmitter(SpecKernel &kernel, Operation *op)
      : kernel(kernel), b(kernel.builder()), op(op), y(cast<RankedTensorType>(op->getResult(0).getType())) {}

  Declined run();

private:
  template <class Op> std::string describe(Op op);
  void outer(unsigned dim);
  void columns();
  void chains(Point point);
  SmallVector<Value> sumExamples(SmallVector<Value> start);
  Range partOf(Range range, ArrayRef<Value> running);
  SmallVector<Value> sum(unsigned axis, SmallVector<Value> running, SmallVector<Value> carried);
  SmallVector<Value> terms(ArrayRef<Value> running, ArrayRef<Value> carried);
  Range rangeOf(const Axis &axis, Value fixed);
  Value atLeastZero(Value value);
  Value load(Value tensor, ArrayRef<Value> at, bool lanes);
  Range taskOr(unsigned dim) {
    Value extent = kernel.extent(y, dim);
    return kernel.taskDim() == dim ? kernel.taskRange(extent) : Range{b.index(0), extent};
  }
  void fail(StringRef why) {
    if (reason.empty())
      reason = why.str();
  }
  bool toFilter() const { return isa<nn::ConvFilterGradOp>(op); }
  unsigned blocked() const { return toFilter() ? 0 : 1; } // the dimension of the result whose chains go together

  SpecKernel &kernel;
  KernelBuilder &b;
  Operation *op;
  RankedTensorType y;
  SmallVector<Axis> axes;
  int64_t groups = 1, outs = 1, summed = 1, block = 1; // channels of one group: of the result, in a sum; chains
  nn::SizeExpr batch;        // of the filter's gradient, whose terms are the places of all examples
  int64_t places = 0;        // of an example
  std::optional<Range> part; // the terms of the chain that is written; none: all
  SmallVector<Value> at;     // indices of the result; of the blocked dimension the first
  Point here;                // where the chains are
  std::string reason;
};

} // namespace

static int64_t sizeAt(Value tensor, unsigned dim) {
  return nn::sizeOf(cast<RankedTensorType>(tensor.getType()), dim).asConstant().value_or(-1);
}

template <class Op> std::string ConvolutionEmitter::describe(Op conv) {
  bool isConv = isa<nn::ConvOp>(op);
  Value x = isConv || toFilter() ? op->getOperand(0) : op->getResult(0);
  Value w = toFilter() ? op->getResult(0) : op->getOperand(1);
  Value slid = isConv ? op->getResult(0) : op->getOperand(toFilter() ? 1 : 0);
  groups = conv.getGroups();
  int64_t outputs = sizeAt(w, 0) / groups, channels = sizeAt(w, 1), count = 1;
  outs = isConv || toFilter() ? outputs : channels;
  summed = isConv ? channels : outputs;
  for (unsigned i = 0; i < conv.getStride().size(); ++i) {
    int64_t s = sizeAt(x, 2 + i), k = sizeAt(w, 2 + i), p = sizeAt(slid, 2 + i);
    int64_t stride = conv.getStride()[i], dilation = conv.getDilation()[i], low = conv.getPadLow()[i];
    if (s < 1 || p < 1)
      return "a free axis";
    if (isConv)
      axes.push_back({s, p, k, stride, dilation, -low});
    else if (toFilter())
      axes.push_back({s, k, p, dilation, stride, -low});
    else if (stride == 1)
      axes.push_back({p, s, k, 1, -dilation, low});
    else
      return "a transposed stride";
    count *= axes.back().running;
  }
  if (!toFilter())
    return count * summed <= kRestart ? "" : "more terms than one chain has";
  batch = nn::sizeOf(cast<RankedTensorType>(x.getType()), 0);
  places = count;
  return "";
}

Declined ConvolutionEmitter::run() {
  std::string why =
      llvm::TypeSwitch<Operation *, std::string>(op).Case<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp>(
          [&](auto conv) { return describe(conv); });
  if (!why.empty())
    return why;
  while (block < kChains && outs % (2 * block) == 0)
    block *= 2;
  if (kernel.taskDim() && (*kernel.taskDim() != 0 || (toFilter() && kernel.taskChunk() % block != 0)))
    return "tasks that cut other than whole chains";
  for (Value value : kernel.yield().getValues())
    if (!nn::sameShape(cast<RankedTensorType>(value.getType()), y))
      return "a result of another shape than the convolution";
  outer(0);
  return reason;
}

void ConvolutionEmitter::outer(unsigned dim) {
  if (dim + 1 == y.getRank())
    return columns();
  Range range = taskOr(dim);
  b.loop(range.from, range.to, dim == blocked() ? block : 1, [&](Value index) {
    at.push_back(index);
    outer(dim + 1);
    at.pop_back();
  });
}

/// Along the last axis: vectors where all that they read lies inside, single elements at the edges.
void ConvolutionEmitter::columns() {
  const Axis &last = axes.back();
  int64_t from = 0, to = 0;
  if (!toFilter() && last.step == 1 && y.getElementType().isF32()) {
    from = std::clamp<int64_t>(-last.least(), 0, last.fixed);
    to = std::clamp<int64_t>(last.extent - last.most(), from, last.fixed);
    if (to - from < kFewLanes)
      from = to = 0;
  }
  Point point;
  point.at = at;
  point.at.push_back({});
  if (from < to)
    b.loop(b.index(from), b.index(to), b.lanes(), [&](Value column) {
      Point vector = point;
      vector.at.back() = column;
      vector.lanes = y.getRank() - 1;
      vector.mask = b.maskBelow(column, b.index(to));
      vector.exact = true;
      chains(vector);
    });
  if (int64_t edges = last.fixed - (to - from))
    b.loop(b.index(0), b.index(edges), 1, [&](Value i) {
      point.at.back() = i;
      if (from < to && from < edges) { // the second part lies behind the vectors
        Value before = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, i, b.index(from));
        point.at.back() = arith::SelectOp::create(b, before, i, b.add(i, to - from));
      }
      chains(point);
    });
}

/// The chains of one place, what the sums start from, and what is made of them.
void ConvolutionEmitter::chains(Point point) {
  here = point;
  Type element = y.getElementType();
  Value zero = b.zero(point.lanes ? Type(b.vectorOf(element)) : element);
  SmallVector<Point> points;
  SmallVector<Value> sums;
  for (int64_t r = 0; r < block; ++r) {
    points.push_back(point);
    points.back().at[blocked()] = b.add(point.at[blocked()], r);
    if (op->getNumOperands() < 3) {
      sums.push_back(zero);
      continue;
    }
    Evaluator evaluator(kernel);
    sums.push_back(evaluator.evaluate(op->getOperand(2), points.back()));
    if (!sums.back())
      return fail(evaluator.why());
  }
  sums = toFilter() ? sumExamples(sums) : sum(0, {}, sums);
  for (int64_t r = 0; r < block; ++r) {
    Evaluator evaluator(kernel);
    evaluator.bind(op->getResult(0), points[r], sums[r]);
    for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
      Value computed = evaluator.evaluate(value, points[r]);
      if (!computed || !evaluator.store(i, points[r], computed))
        return fail(evaluator.why());
    }
  }
}

/// The chains over all places of all examples, restarted where SPEC.md says so.
SmallVector<Value> ConvolutionEmitter::sumExamples(SmallVector<Value> start) {
  Value zero = b.index(0), examples = kernel.size(batch);
  auto over = [&](Value from, Value to, ValueRange init) {
    return b.carry(from, to, 1, init,
                   [&](Value n, ValueRange carried) { return sum(0, {n}, llvm::to_vector(carried)); });
  };
  if (std::optional<int64_t> largest = kernel.largest(batch); largest && *largest * places <= kRestart)
    return over(zero, examples, start);
  auto chain = [&](Value from, Value to, ValueRange init) {
    part = Range{from, to};
    SmallVector<Value> sums = over(b.div(from, places), b.div(b.add(to, places - 1), places), init);
    part.reset();
    return sums;
  };
  Value count = b.mul(examples, places);
  SmallVector<Value> first = chain(zero, b.smaller(b.index(kRestart), count), start);
  return b.carry(b.index(kRestart), count, kRestart, first, [&](Value from, ValueRange totals) {
    SmallVector<Value> none(block, b.zero(y.getElementType()));
    SmallVector<Value> sums = chain(from, b.smaller(b.add(from, kRestart), count), none);
    for (auto [sum, total] : llvm::zip_equal(sums, totals))
      sum = arith::AddFOp::create(b, total, sum);
    return sums;
  });
}

/// Of the last axis, behind the other running indices, what belongs to the chain.
Range ConvolutionEmitter::partOf(Range range, ArrayRef<Value> running) {
  Value row = running[0];
  for (unsigned axis = 0; axis + 1 < axes.size(); ++axis)
    row = b.add(b.mul(row, axes[axis].running), running[1 + axis]);
  Value base = b.mul(row, axes.back().running);
  Value from = arith::SubIOp::create(b, part->from, base), to = arith::SubIOp::create(b, part->to, base);
  auto choose = [&](arith::CmpIPredicate better, Value a, Value other) -> Value {
    return arith::SelectOp::create(b, arith::CmpIOp::create(b, better, a, other), a, other);
  };
  return {choose(arith::CmpIPredicate::sgt, from, range.from),
          atLeastZero(choose(arith::CmpIPredicate::slt, to, range.to))};
}

/// The loops over the running indices, the last axis innermost.
SmallVector<Value> ConvolutionEmitter::sum(unsigned axis, SmallVector<Value> running, SmallVector<Value> carried) {
  if (axis == axes.size()) {
    if (toFilter())
      return terms(running, carried);
    return b.carry(b.index(0), b.index(summed), 1, carried, [&](Value c, ValueRange inner) {
      SmallVector<Value> all = running;
      all.insert(all.begin(), c);
      return terms(all, llvm::to_vector(inner));
    });
  }
  bool whole = axes[axis].staysInside() || (here.lanes && axis + 1 == axes.size());
  Range range = whole ? Range{b.index(0), b.index(axes[axis].running)} : rangeOf(axes[axis], here.at[2 + axis]);
  if (part && axis + 1 == axes.size())
    range = partOf(range, running);
  return b.carry(range.from, range.to, 1, carried, [&](Value index, ValueRange inner) {
    SmallVector<Value> all = running;
    all.push_back(index);
    return sum(axis + 1, all, llvm::to_vector(inner));
  });
}

Value ConvolutionEmitter::atLeastZero(Value value) {
  Value zero = b.index(0);
  return arith::SelectOp::create(b, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, value, zero), zero, value);
}

/// Where the running index reads inside.
Range ConvolutionEmitter::rangeOf(const Axis &axis, Value fixed) {
  Value base = arith::AddIOp::create(b, b.mul(fixed, axis.step), b.index(axis.shift));
  int64_t by = std::abs(axis.spread);
  // The number of steps that a distance takes.
  auto steps = [&](Value distance) {
    Value positive = atLeastZero(distance);
    return by == 1 ? positive : b.div(b.add(positive, by - 1), by);
  };
  Value zero = b.index(0), below, above;
  if (axis.spread > 0) {
    below = steps(arith::SubIOp::create(b, zero, base));
    above = steps(arith::SubIOp::create(b, b.index(axis.extent), base));
  } else {
    below = steps(arith::SubIOp::create(b, base, b.index(axis.extent - 1)));
    above = steps(arith::AddIOp::create(b, base, b.index(1)));
  }
  return {below, b.smaller(above, b.index(axis.running))};
}

/// An element, or neighbours, of an operand.
Value ConvolutionEmitter::load(Value tensor, ArrayRef<Value> at, bool lanes) {
  Point point;
  point.at = llvm::to_vector(at);
  if (lanes) {
    point.lanes = at.size() - 1;
    point.mask = here.mask;
    point.exact = true;
  }
  Evaluator evaluator(kernel);
  Value value = evaluator.evaluate(tensor, point);
  if (!value)
    fail(evaluator.why());
  Type element = y.getElementType();
  return value ? value : b.zero(lanes ? Type(b.vectorOf(element)) : element);
}

/// One term of each chain: a factor that they share, and one of their own. `running` begins with the channel, or with
/// the example.
SmallVector<Value> ConvolutionEmitter::terms(ArrayRef<Value> running, ArrayRef<Value> carried) {
  ArrayRef<Value> steps = running.drop_front(), fixed = ArrayRef(here.at).drop_front(2);
  SmallVector<Value> read;
  for (auto [axis, i, k] : llvm::zip_equal(axes, fixed, steps))
    read.push_back(arith::AddIOp::create(
        b, b.add(b.mul(i, axis.step), arith::MulIOp::create(b, k, b.index(axis.spread))), b.index(axis.shift)));
  Value channel = here.at[blocked()], group = groups == 1 ? b.index(0) : b.div(channel, outs);
  bool isConv = isa<nn::ConvOp>(op);
  SmallVector<Value> shared{toFilter() ? running[0] : here.at[0]};
  if (toFilter())
    shared.push_back(groups == 1 ? here.at[1] : b.add(b.mul(group, sizeAt(op->getResult(0), 1)), here.at[1]));
  else
    shared.push_back(b.add(b.mul(group, summed), running[0]));
  Value source = shared[1];
  shared.append(read);
  Value factor = load(op->getOperand(0), shared, here.lanes.has_value());
  SmallVector<Value> next;
  for (auto [r, sum] : llvm::enumerate(carried)) {
    Value own = b.add(channel, int64_t(r));
    SmallVector<Value> at;
    if (toFilter())
      at = {running[0], own};
    else if (isConv)
      at = {own, running[0]};
    else
      at = {source, groups == 1 ? own : b.sub(own, b.mul(group, outs))};
    at.append(steps.begin(), steps.end());
    Value other = load(op->getOperand(1), at, false);
    if (here.lanes)
      other = b.splat(other);
    next.push_back(math::FmaOp::create(b, factor, other, sum));
  }
  return next;
}

Declined emitConvolution(SpecKernel &kernel, Operation *anchor) { return ConvolutionEmitter(kernel, anchor).run(); }

} // namespace nnc::emit
