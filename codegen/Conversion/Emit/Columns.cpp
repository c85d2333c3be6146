// Reductions that keep the last dimension: lanes are columns, each column is one chain over the reduced positions in
// ascending order, restarted every 1,024 of them.
#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"
#include "codegen/Conversion/Emit/Reduction.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc::emit {

namespace {

constexpr int64_t kRestart = 1024;
constexpr int64_t kChains = 8; // vectors of columns at a time: enough chains to hide the latency of an addition

class ColumnEmitter {
public:
  ColumnEmitter(SpecKernel &kernel, nn::ReduceOp op)
      : kernel(kernel), b(kernel.builder()), op(op), x(cast<RankedTensorType>(op.getX().getType())),
        y(cast<RankedTensorType>(op.getType())) {}

  Declined run();

private:
  void keptLoops(unsigned dim);
  void block(Value column, int64_t width);
  void chains(Value column, int64_t vectors, bool partial);
  void each(int64_t vectors, bool partial, llvm::function_ref<void(Value, bool)> body);
  Value registers(int64_t vectors, StringRef name);
  Value load(Value registers, Value n);
  void store(Value value, Value registers, Value n);
  void sum(Value sums, Range terms, Value column, int64_t vectors, bool partial);
  void sumBlocks(Value sums, Value column, int64_t vectors, bool partial);
  Value term(Value position, Value column, bool partial);
  Value total();
  bool isOneChain();
  bool isReduced(int64_t dim) { return llvm::is_contained(op.getDims(), dim); }
  void fail(StringRef why) {
    if (reason.empty())
      reason = why.str();
  }

  SpecKernel &kernel;
  KernelBuilder &b;
  nn::ReduceOp op;
  RankedTensorType x, y;
  SmallVector<Value> at; // indices of the kept dimensions of the result
  std::optional<Reduction> reduction;
  std::string reason;
};

} // namespace

// Number of terms of a chain.
Value ColumnEmitter::total() {
  Value count = b.index(1);
  for (int64_t dim : op.getDims())
    count = b.mul(count, kernel.extent(x, dim));
  return count;
}

bool ColumnEmitter::isOneChain() {
  std::optional<int64_t> count = 1;
  for (int64_t dim : op.getDims()) {
    std::optional<int64_t> extent = kernel.largest(nn::sizeOf(x, dim));
    count = count && extent && *extent <= kRestart ? std::optional(*count * *extent) : std::nullopt;
  }
  return count && *count <= kRestart;
}

// The operand at one position of the list, which counts row-major over the reduced dimensions.
Value ColumnEmitter::term(Value position, Value column, bool partial) {
  Point point(x.getRank());
  auto dims = llvm::to_vector(op.getDims());
  for (size_t i = dims.size(); i-- > 0;) {
    point.at[dims[i]] = i ? b.rem(position, kernel.extent(x, dims[i])) : position;
    if (i)
      position = b.div(position, kernel.extent(x, dims[i]));
  }
  unsigned kept = 0;
  for (int64_t dim = 0; dim < x.getRank(); ++dim)
    if (!isReduced(dim))
      point.at[dim] = kept + 1 == y.getRank() ? column : at[kept++];
  point.lanes = x.getRank() - 1;
  if (partial)
    point.mask = b.maskBelow(column, kernel.extent(x, x.getRank() - 1));
  Evaluator evaluator(kernel);
  Value value = evaluator.evaluate(op.getX(), point);
  if (!value)
    fail(evaluator.why());
  return value ? value : b.zero(b.floats());
}

// Each of `vectors` neighbouring vectors; where the last one ends inside, its lanes are masked.
void ColumnEmitter::each(int64_t vectors, bool partial, llvm::function_ref<void(Value, bool)> body) {
  int64_t whole = vectors - partial;
  if (whole)
    b.unrolled(whole, [&](Value n) { body(n, false); }, "n");
  if (partial)
    body(b.index(whole), true);
}

// Several vectors are an array, one is none.
Value ColumnEmitter::registers(int64_t vectors, StringRef name) {
  return vectors == 1 ? b.tile({}, name) : b.tile({vectors}, name);
}

Value ColumnEmitter::load(Value registers, Value n) {
  bool single = cast<MemRefType>(registers.getType()).getRank() == 0;
  return memref::LoadOp::create(b, registers, single ? ValueRange() : ValueRange(n));
}

void ColumnEmitter::store(Value value, Value registers, Value n) {
  bool single = cast<MemRefType>(registers.getType()).getRank() == 0;
  memref::StoreOp::create(b, value, registers, single ? ValueRange() : ValueRange(n));
}

void ColumnEmitter::sum(Value sums, Range terms, Value column, int64_t vectors, bool partial) {
  b.loop(
      terms.from, terms.to, 1,
      [&](Value position) {
        each(vectors, partial, [&](Value n, bool masked) {
          Value next = term(position, b.add(column, b.mul(n, b.lanes())), masked);
          store(reduction->combine(b, load(sums, n), next), sums, n);
        });
      },
      "row");
}

// One chain, or blocks of them: the sums of finished blocks wait while the next one runs.
void ColumnEmitter::sumBlocks(Value sums, Value column, int64_t vectors, bool partial) {
  Value count = total(), start = b.number(b.floats(), reduction->start);
  auto all = [&](llvm::function_ref<void(Value)> body) { b.unrolled(vectors, body, "n"); };
  all([&](Value n) { store(start, sums, n); });
  if (isOneChain())
    return sum(sums, {b.index(0), count}, column, vectors, partial);
  sum(sums, {b.index(0), b.smaller(count, b.index(kRestart))}, column, vectors, partial);
  Value totals = registers(vectors, "total");
  auto block = [&](Value from) {
    all([&](Value n) {
      store(load(sums, n), totals, n);
      store(start, sums, n);
    });
    sum(sums, {from, b.smaller(b.add(from, kRestart), count)}, column, vectors, partial);
    all([&](Value n) {
      Value total = load(totals, n);
      store(reduction->combine(b, total, load(sums, n)), sums, n);
    });
  };
  b.loop(b.index(kRestart), count, kRestart, block, "from");
}

void ColumnEmitter::chains(Value column, int64_t vectors, bool partial) {
  Value sums = registers(vectors, "sum");
  sumBlocks(sums, column, vectors, partial);
  each(vectors, partial, [&](Value n, bool masked) {
    Point point;
    point.at = at;
    point.at.push_back(b.add(column, b.mul(n, b.lanes())));
    point.lanes = y.getRank() - 1;
    if (masked)
      point.mask = b.maskBelow(point.at.back(), kernel.extent(y, y.getRank() - 1));
    Evaluator evaluator(kernel);
    evaluator.bind(op.getResult(), point, load(sums, n));
    for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
      Value computed = evaluator.evaluate(value, point);
      if (!computed || !evaluator.store(i, point, computed))
        return fail(evaluator.why());
    }
  });
}

// Columns from `column` on; the vector that the last column ends in is masked.
void ColumnEmitter::block(Value column, int64_t width) {
  bool partial = width % b.lanes() != 0;
  std::vector<BlockRun> runs = splitEvenly(llvm::divideCeil(width, b.lanes()), kChains);
  for (auto [i, run] : llvm::enumerate(runs)) {
    bool apart = partial && i + 1 == runs.size();
    int64_t step = run.extent * b.lanes();
    b.repeat(column, step, run.count - apart, [&](Value from) { chains(from, run.extent, false); }, "column");
    column = b.add(column, step * run.count);
    if (apart)
      chains(b.sub(column, b.index(step)), run.extent, true);
  }
}

void ColumnEmitter::keptLoops(unsigned dim) {
  if (dim + 1 == y.getRank())
    return kernel.forTaskColumns(*nn::sizeOf(y, dim).asConstant(), kernel.taskDim() == dim,
                                 [&](Value from, int64_t width) { block(from, width); });
  Value extent = kernel.extent(y, dim);
  Range range = kernel.taskDim() == dim ? kernel.taskRange(extent) : Range{b.index(0), extent};
  b.loop(range.from, range.to, 1, [&](Value index) {
    at.push_back(index);
    keptLoops(dim + 1);
    at.pop_back();
  });
}

Declined ColumnEmitter::run() {
  if (!x.getElementType().isF32())
    return "a reduction of other elements than f32";
  reduction = Reduction::of(op.getKind());
  if (!reduction || reduction->watchesNan)
    return "a reduction of columns that is neither a sum nor a product";
  if (y.getRank() == 0 || isReduced(x.getRank() - 1))
    return "a reduction that does not keep the last dimension";
  if (!nn::sizeOf(y, y.getRank() - 1).asConstant())
    return "lanes along a free size";
  if (kernel.taskDim() == y.getRank() - 1 && kernel.taskChunk() % b.lanes() != 0)
    return "tasks that cut lanes";
  for (Value value : kernel.yield().getValues())
    if (!nn::sameShape(cast<RankedTensorType>(value.getType()), y))
      return "a result of another shape than the reduction";
  keptLoops(0);
  return reason;
}

Declined emitColumns(SpecKernel &kernel, nn::ReduceOp anchor) { return ColumnEmitter(kernel, anchor).run(); }

} // namespace nnc::emit
