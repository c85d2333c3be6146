// Contractions: C[rows][lanes] += broadcast(A) * row(B), with the sums in registers over all terms.
//
// Every element is one chain of fused multiply-adds over ascending k, from `init`, restarted from 0 every 4,096 terms:
// tiles, loop order and register width change nothing of it.
#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc::emit {

namespace {

constexpr int64_t kRestart = 4096;    // terms of one chain
constexpr int64_t kExpectedRows = 64; // of a free size without a bound

// One factor and the letters of its dimensions.
struct Factor {
  Value value;
  std::string letters;
  std::optional<Buffer> merged; // the buffer to read instead, after summed letters were merged
};

// The letters in their roles. `scalar` is the operand of which one element is broadcast, `vector` the one read in
// lanes.
struct Roles {
  std::string outer; // in both operands and the result, or of the vector operand but not its lanes: plain loops
  std::string rows;  // of the scalar operand, flattened: tile rows
  char lanes = 0;
  std::string summed;
};

class ContractionEmitter {
public:
  ContractionEmitter(SpecKernel &kernel, nn::ContractOp op, const EmitTarget &target)
      : kernel(kernel), b(kernel.builder()), op(op), target(target), letters(op.getLetters()),
        type(cast<RankedTensorType>(op.getType())) {}

  Declined run();

private:
  struct Tile {
    RegisterTile shape;
    Value row, column; // of its first element
  };

  bool chooseRoles();
  bool chooseRoles(const Factor &scalarSide, const Factor &vectorSide);
  bool mergeSums(size_t first);
  bool readableInLanes(const Factor &factor, unsigned dim);
  Value extentOf(char letter);
  std::optional<int64_t> fixedExtent(char letter);
  void outerLoops(size_t next);
  bool prepare();
  void block();
  void columnRuns(Value column, int64_t width);
  void rowRuns(const ColumnRun &run, Value column);
  void emitTile(Tile tile);
  void startTile(const Tile &tile, Value accumulators, bool fromInit);
  void sumTerms(const Tile &tile, Value accumulators, Range terms);
  void sumTurn(const Tile &tile, Value accumulators, Value vectors, Value term);
  void sumBlocks(const Tile &tile, Value accumulators);
  void finishTile(const Tile &tile, Value accumulators);
  void assignRow(Value row);
  Point pointOf(const std::string &which) const;
  Point resultPoint(Value row, Value column);
  Value maskAt(Value column);
  Value read(const Factor &factor, const Point &point);
  Value check(Evaluator &evaluator, Value value);
  bool decline(StringRef why) {
    reason = why.str();
    return false;
  }

  SpecKernel &kernel;
  KernelBuilder &b;
  nn::ContractOp op;
  const EmitTarget &target;
  nn::ContractSpec letters;
  RankedTensorType type;
  Roles roles;
  Factor lhs, rhs;
  const Factor *scalar = nullptr, *vector = nullptr;
  std::map<char, Value> at; // the index of each letter, where the emitter stands
  char cutLetter = 0;       // along which tasks are cut
  Range rows;               // of this task, flattened
  std::optional<int64_t> fixedRows;
  int64_t expectedRows = kExpectedRows, expectedDepth = 1;
  bool restarts = false; // several summed letters may have more terms than one chain
  Value columnEnd;       // logical extent of the lanes
  bool partial = false;  // the block in work ends inside a vector
  std::string reason;
};

} // namespace

static bool has(StringRef letters, char letter) { return letter && letters.contains(letter); }

static nn::SizeExpr sizeOf(const Factor &factor, size_t dim) {
  return nn::sizeOf(factor.merged ? factor.merged->type : cast<RankedTensorType>(factor.value.getType()), dim);
}

Value ContractionEmitter::extentOf(char letter) {
  const Factor &factor = has(lhs.letters, letter) ? lhs : rhs;
  return kernel.size(sizeOf(factor, factor.letters.find(letter)));
}

std::optional<int64_t> ContractionEmitter::fixedExtent(char letter) {
  const Factor &factor = has(lhs.letters, letter) ? lhs : rhs;
  return sizeOf(factor, factor.letters.find(letter)).asConstant();
}

// Does the buffer behind a value have neighbours along `dim` side by side? Computed values are judged by their inputs
// when they are evaluated.
bool ContractionEmitter::readableInLanes(const Factor &factor, unsigned dim) {
  auto argument = dyn_cast<BlockArgument>(factor.value);
  return !argument || kernel.isContiguous(factor.merged ? *factor.merged : kernel.input(argument), dim);
}

Value ContractionEmitter::read(const Factor &factor, const Point &point) {
  Evaluator evaluator(kernel);
  return check(evaluator,
               factor.merged ? evaluator.load(*factor.merged, point) : evaluator.evaluate(factor.value, point));
}

// Two neighbouring summed letters that are one run in memory in both operands count as one: the terms of
// "btg,bti->gi" are those of "tg,ti->gi" with B * T values of t, in the same order.
bool ContractionEmitter::mergeSums(size_t first) {
  std::string pair = letters.summed.substr(first, 2);
  std::optional<Buffer> merged[2];
  for (auto [factor, buffer] : llvm::zip_equal(std::array{&lhs, &rhs}, merged)) {
    auto argument = dyn_cast<BlockArgument>(factor->value);
    size_t dim = factor->letters.find(pair);
    if (!argument || dim == std::string::npos)
      return false;
    buffer = kernel.merged(factor->merged ? *factor->merged : kernel.input(argument), dim);
    if (!buffer)
      return false;
  }
  for (auto [factor, buffer] : llvm::zip_equal(std::array{&lhs, &rhs}, merged)) {
    factor->letters.erase(factor->letters.find(pair), 1);
    factor->merged = buffer;
  }
  letters.summed.erase(first, 1);
  return true;
}

bool ContractionEmitter::chooseRoles(const Factor &scalarSide, const Factor &vectorSide) {
  Roles found;
  found.summed = letters.summed;
  found.lanes = letters.result.back();
  if (AffineMap layout = nn::layoutOf(type); layout)
    for (unsigned dim = 0; dim < type.getRank(); ++dim)
      if (kernel.isContiguous(type, dim))
        found.lanes = letters.result[dim];
  if (!has(vectorSide.letters, found.lanes) || has(scalarSide.letters, found.lanes))
    return false;
  if (!readableInLanes(vectorSide, vectorSide.letters.find(found.lanes)))
    return false;
  for (char letter : letters.result) {
    if (letter == found.lanes)
      continue;
    (has(vectorSide.letters, letter) ? found.outer : found.rows) += letter;
  }
  roles = found;
  scalar = &scalarSide;
  vector = &vectorSide;
  return true;
}

// The right operand in lanes, or, if only that makes lanes neighbours, the left one.
bool ContractionEmitter::chooseRoles() {
  if (letters.result.empty())
    return decline("a product without free dimensions");
  return chooseRoles(lhs, rhs) || chooseRoles(rhs, lhs) ||
         decline("neighbours in the result are neighbours in neither operand");
}

Point ContractionEmitter::pointOf(const std::string &which) const {
  Point point;
  for (char letter : which)
    point.at.push_back(at.at(letter));
  return point;
}

// Sets the row letters from their common number, the last one counting fastest.
void ContractionEmitter::assignRow(Value row) {
  for (size_t i = roles.rows.size(); i-- > 0;) {
    char letter = roles.rows[i];
    at[letter] = i ? b.rem(row, extentOf(letter)) : row;
    if (i)
      row = b.div(row, extentOf(letter));
  }
}

Value ContractionEmitter::maskAt(Value column) { return partial ? b.maskBelow(column, columnEnd) : Value(); }

Point ContractionEmitter::resultPoint(Value row, Value column) {
  assignRow(row);
  at[roles.lanes] = column;
  Point point = pointOf(letters.result);
  point.lanes = letters.result.find(roles.lanes);
  point.mask = maskAt(column);
  return point;
}

Value ContractionEmitter::check(Evaluator &evaluator, Value value) {
  if (value)
    return value;
  if (reason.empty())
    reason = evaluator.why().str();
  return b.zero(b.floats()); // the function is thrown away
}

void ContractionEmitter::startTile(const Tile &tile, Value accumulators, bool fromInit) {
  b.unrolled(tile.shape.rows, [&](Value m) {
    b.unrolled(tile.shape.vectors, [&](Value n) {
      Value start = b.zero(b.floats());
      if (op.getInit() && fromInit) {
        Evaluator evaluator(kernel);
        Point point = resultPoint(b.add(tile.row, m), b.add(tile.column, b.mul(n, b.lanes())));
        start = check(evaluator, evaluator.evaluate(op.getInit(), point));
      }
      memref::StoreOp::create(b, start, accumulators, ValueRange{m, n});
    });
  });
}

// One term: a row of vectors, and for each tile row one element in all lanes.
void ContractionEmitter::sumTurn(const Tile &tile, Value accumulators, Value vectors, Value term) {
  at[roles.summed.back()] = term;
  b.unrolled(tile.shape.vectors, [&](Value n) {
    Value column = b.add(tile.column, b.mul(n, b.lanes()));
    at[roles.lanes] = column;
    Point point = pointOf(vector->letters);
    point.lanes = vector->letters.find(roles.lanes);
    point.mask = maskAt(column);
    memref::StoreOp::create(b, read(*vector, point), vectors, ValueRange{n});
  });
  b.unrolled(tile.shape.rows, [&](Value m) {
    assignRow(b.add(tile.row, m));
    Value repeated = b.splat(read(*scalar, pointOf(scalar->letters)));
    b.unrolled(tile.shape.vectors, [&](Value n) {
      Value vector = memref::LoadOp::create(b, vectors, ValueRange{n});
      Value sum = memref::LoadOp::create(b, accumulators, ValueRange{m, n});
      Value next = math::FmaOp::create(b, repeated, vector, sum);
      memref::StoreOp::create(b, next, accumulators, ValueRange{m, n});
    });
  });
}

// The innermost summed letter over a range; the outer ones stand.
void ContractionEmitter::sumTerms(const Tile &tile, Value accumulators, Range terms) {
  Value vectors = b.tile({tile.shape.vectors});
  APInt from, to;
  if (matchPattern(terms.from, m_ConstantInt(&from)) && matchPattern(terms.to, m_ConstantInt(&to)) &&
      (to - from).sle(mostUnrolledTerms)) {
    b.unrolled((to - from).getSExtValue(),
               [&](Value k) { sumTurn(tile, accumulators, vectors, b.add(terms.from, k)); });
    return;
  }
  Value count = b.sub(terms.to, terms.from);
  int64_t turn = unrolledTerms(target.registers);
  Value whole = b.add(terms.from, b.mul(b.div(count, turn), turn));
  b.loop(terms.from, whole, turn,
         [&](Value k) { b.unrolled(turn, [&](Value u) { sumTurn(tile, accumulators, vectors, b.add(k, u)); }); });
  if (turn > 1)
    b.loopOrOnce(whole, terms.to, 1, [&](Value k) { sumTurn(tile, accumulators, vectors, k); });
}

void ContractionEmitter::finishTile(const Tile &tile, Value accumulators) {
  b.unrolled(tile.shape.rows, [&](Value m) {
    b.unrolled(tile.shape.vectors, [&](Value n) {
      Point point = resultPoint(b.add(tile.row, m), b.add(tile.column, b.mul(n, b.lanes())));
      Evaluator evaluator(kernel);
      evaluator.bind(op.getResult(), point, memref::LoadOp::create(b, accumulators, ValueRange{m, n}));
      for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
        Value element = check(evaluator, evaluator.evaluate(value, point));
        if (!evaluator.store(i, point, element) && reason.empty())
          reason = evaluator.why().str();
      }
    });
  });
}

// Two summed letters, block after block of 4,096 terms: the rows of the inner letter, the first and last one in part.
// The sums of finished blocks start from -0, which changes nothing that is added to it.
void ContractionEmitter::sumBlocks(const Tile &tile, Value accumulators) {
  Value totals = b.tile({1, tile.shape.rows, tile.shape.vectors});
  auto each = [&](llvm::function_ref<void(Value, Value)> body) {
    b.unrolled(tile.shape.rows, [&](Value m) { b.unrolled(tile.shape.vectors, [&](Value n) { body(m, n); }); });
  };
  auto addUp = [&](Value m, Value n) {
    Value total = memref::LoadOp::create(b, totals, ValueRange{b.index(0), m, n});
    return arith::AddFOp::create(b, total, memref::LoadOp::create(b, accumulators, ValueRange{m, n}));
  };
  Value nothing = b.splat(b.constant(b.getF32FloatAttr(-0.0f)));
  each([&](Value m, Value n) { memref::StoreOp::create(b, nothing, totals, ValueRange{b.index(0), m, n}); });
  char outer = roles.summed.front();
  Value row = extentOf(roles.summed.back()), depth = b.mul(extentOf(outer), row);
  b.loop(b.index(0), depth, kRestart, [&](Value from) {
    auto later = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, from, b.index(0));
    b.when(later, [&] {
      each([&](Value m, Value n) { memref::StoreOp::create(b, addUp(m, n), totals, ValueRange{b.index(0), m, n}); });
      startTile(tile, accumulators, /*fromInit=*/false);
    });
    Value to = b.smaller(b.add(from, kRestart), depth);
    Value end = b.div(b.add(to, b.sub(row, b.index(1))), row);
    b.loop(b.div(from, row), end, 1, [&](Value k) {
      at[outer] = k;
      Value start = b.mul(k, row);
      sumTerms(tile, accumulators, {b.sub(from, b.smaller(from, start)), b.smaller(row, b.sub(to, start))});
    });
  });
  each([&](Value m, Value n) { memref::StoreOp::create(b, addUp(m, n), accumulators, ValueRange{m, n}); });
}

// All terms of one tile. Outer summed letters are loops around the innermost; the register tile stands in all of them.
void ContractionEmitter::emitTile(Tile tile) {
  Value accumulators = b.tile({tile.shape.rows, tile.shape.vectors});
  startTile(tile, accumulators, /*fromInit=*/true);
  if (restarts) {
    sumBlocks(tile, accumulators);
    return finishTile(tile, accumulators);
  }
  if (roles.summed.size() > 1) {
    std::function<void(size_t)> nest = [&](size_t next) {
      if (next + 1 == roles.summed.size())
        return sumTerms(tile, accumulators, {b.index(0), extentOf(roles.summed.back())});
      b.loop(b.index(0), extentOf(roles.summed[next]), 1, [&](Value k) {
        at[roles.summed[next]] = k;
        nest(next + 1);
      });
    };
    nest(0);
    return finishTile(tile, accumulators);
  }
  Value depth = extentOf(roles.summed.back());
  Value first = b.smaller(depth, b.index(kRestart));
  sumTerms(tile, accumulators, {b.index(0), first});
  std::optional<int64_t> fixed = fixedExtent(roles.summed.back());
  if (!fixed || *fixed > kRestart) {
    // The sums of finished blocks wait in memory; they are touched once in 4,096 terms.
    Value totals = b.tile({1, tile.shape.rows, tile.shape.vectors});
    auto each = [&](llvm::function_ref<void(Value, Value)> body) {
      b.unrolled(tile.shape.rows, [&](Value m) { b.unrolled(tile.shape.vectors, [&](Value n) { body(m, n); }); });
    };
    b.loop(b.index(kRestart), depth, kRestart, [&](Value from) {
      each([&](Value m, Value n) {
        Value sum = memref::LoadOp::create(b, accumulators, ValueRange{m, n});
        memref::StoreOp::create(b, sum, totals, ValueRange{b.index(0), m, n});
      });
      startTile(tile, accumulators, /*fromInit=*/false);
      sumTerms(tile, accumulators, {from, b.smaller(b.add(from, kRestart), depth)});
      each([&](Value m, Value n) {
        Value total = memref::LoadOp::create(b, totals, ValueRange{b.index(0), m, n});
        Value sum = memref::LoadOp::create(b, accumulators, ValueRange{m, n});
        memref::StoreOp::create(b, arith::AddFOp::create(b, total, sum), accumulators, ValueRange{m, n});
      });
    });
  }
  finishTile(tile, accumulators);
}

// All rows for one block of columns: fixed runs, or full tiles and then a kernel for each bit of what is left.
void ContractionEmitter::rowRuns(const ColumnRun &run, Value column) {
  if (!run.freeRows) {
    Value row = rows.from;
    for (const BlockRun &block : run.rows) {
      b.repeat(row, block.extent, block.count,
               [&](Value first) { emitTile({{block.extent, run.vectors}, first, column}); });
      row = b.add(row, block.extent * block.count);
    }
    return;
  }
  int64_t height = run.freeRows;
  Value count = b.sub(rows.to, rows.from);
  Value full = b.add(rows.from, b.mul(b.div(count, height), height));
  b.loop(rows.from, full, height, [&](Value row) { emitTile({{height, run.vectors}, row, column}); });
  Value rest = b.sub(rows.to, full);
  for (int64_t left : remainderHeights(height)) {
    Value part = arith::AndIOp::create(b, rest, b.index(left));
    auto there = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, part, b.index(0));
    auto taken = scf::IfOp::create(b, there, /*withElseRegion=*/false);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(taken.thenYield());
      emitTile({{left, run.vectors}, full, column});
    }
    full = b.add(full, part);
  }
}

// Columns from `column` on; the block that ends inside a vector stands apart, so that the others need no masks.
void ContractionEmitter::columnRuns(Value column, int64_t width) {
  bool endsInside = width % b.lanes() != 0;
  RegisterFile registers = endsInside ? withoutMask(target.registers) : target.registers;
  std::vector<ColumnRun> runs = planTiles(fixedRows.value_or(expectedRows), !fixedRows,
                                          llvm::divideCeil(width, b.lanes()), expectedDepth, registers);
  for (auto [i, run] : llvm::enumerate(runs)) {
    int64_t step = run.vectors * b.lanes();
    bool apart = endsInside && i + 1 == runs.size();
    partial = false;
    b.repeat(column, step, run.count - apart, [&](Value at) { rowRuns(run, at); });
    column = b.add(column, step * run.count);
    if (!apart)
      continue;
    partial = true;
    rowRuns(run, b.sub(column, b.index(step)));
  }
}

// This task's rows and columns.
void ContractionEmitter::block() {
  rows = {b.index(0), b.index(1)};
  std::optional<int64_t> count = 1;
  Value inner = b.index(1);
  for (size_t i = roles.rows.size(); i-- > 0;) {
    char letter = roles.rows[i];
    std::optional<int64_t> extent = fixedExtent(letter);
    if (letter == cutLetter && extent && *extent % kernel.taskChunk() == 0)
      extent = kernel.taskChunk();
    else if (letter == cutLetter)
      extent.reset();
    count = count && extent ? std::optional<int64_t>(*count * *extent) : std::nullopt;
    Range range = letter == cutLetter ? kernel.taskRange(extentOf(letter)) : Range{b.index(0), extentOf(letter)};
    rows = {b.mul(range.from, inner), b.mul(range.to, inner)};
    inner = b.mul(inner, extentOf(letter));
  }
  fixedRows = count;
  if (!fixedRows && cutLetter && has(roles.rows, cutLetter))
    expectedRows = std::min(expectedRows, kernel.taskChunk());

  kernel.forTaskColumns(*fixedExtent(roles.lanes), roles.lanes == cutLetter,
                        [&](Value from, int64_t width) { columnRuns(from, width); });
}

void ContractionEmitter::outerLoops(size_t next) {
  if (next == roles.outer.size())
    return block();
  char letter = roles.outer[next];
  Range range = letter == cutLetter ? kernel.taskRange(extentOf(letter)) : Range{b.index(0), extentOf(letter)};
  b.loop(range.from, range.to, 1, [&](Value index) {
    at[letter] = index;
    outerLoops(next + 1);
  });
}

// What must hold before anything is written.
bool ContractionEmitter::prepare() {
  if (!type.getElementType().isF32())
    return decline("a product of other elements than f32");
  if (letters.summed.empty())
    return decline("a product that sums nothing");
  lhs = {op.getLhs(), letters.lhs, {}};
  rhs = {op.getRhs(), letters.rhs, {}};
  for (size_t first = letters.summed.size() - 1; first-- > 0;)
    mergeSums(first);
  if (!chooseRoles())
    return false;
  if (!fixedExtent(roles.lanes))
    return decline("lanes along a free size");
  columnEnd = b.index(*fixedExtent(roles.lanes));
  expectedDepth = 1;
  for (char letter : roles.summed) {
    std::optional<int64_t> extent = fixedExtent(letter);
    restarts |= !extent;
    expectedDepth *= extent.value_or(kExpectedRows);
  }
  restarts = roles.summed.size() > 1 && (restarts || expectedDepth > kRestart);
  if (restarts && fixedExtent(roles.summed.back()) == 0)
    return decline("a sum over nothing");
  if (restarts && roles.summed.size() > 2)
    return decline("more than two summed dimensions of more than 4096 terms");
  for (Value value : kernel.yield().getValues())
    if (!nn::sameShape(cast<RankedTensorType>(value.getType()), type))
      return decline("a result of another shape than the product");
  if (std::optional<unsigned> cut = kernel.taskDim()) {
    cutLetter = letters.result[*cut];
    if (cutLetter == roles.lanes && kernel.taskChunk() % b.lanes() != 0)
      return decline("tasks that cut lanes");
    if (has(roles.rows, cutLetter) && roles.rows.front() != cutLetter)
      return decline("tasks along an inner row dimension");
  }
  return true;
}

Declined ContractionEmitter::run() {
  if (prepare())
    outerLoops(0);
  return reason;
}

Declined emitContraction(SpecKernel &kernel, nn::ContractOp anchor, const EmitTarget &target) {
  return ContractionEmitter(kernel, anchor, target).run();
}

} // namespace nnc::emit
