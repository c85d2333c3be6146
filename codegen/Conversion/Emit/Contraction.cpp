// Where the tiles of a contraction stand: the roles of its dimensions, this task's part, runs of rows and columns.
#include "codegen/Conversion/Emit/Contraction.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc::emit {

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

std::optional<int64_t> ContractionEmitter::largestExtent(char letter) {
  const Factor &factor = has(lhs.letters, letter) ? lhs : rhs;
  return kernel.largest(sizeOf(factor, factor.letters.find(letter)));
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

// A tile at a place: its code stands there if it is the kernel's only one, else it is an inline function.
void ContractionEmitter::place(RegisterTile shape, Value row, Value column) {
  const std::set<int64_t> &all = partial ? edgeHeights : heights;
  Tile tile{shape, row, column, all.size() > 1, !partial && widths.size() > 1};
  if (parts == 1)
    return emitTile(tile);
  Part part;
  std::string family = (b.name() + (partial ? "_edge" : "_tile")).str();
  part.name = family;
  if (tile.severalHeights)
    part.arguments.push_back({"rows", shape.rows});
  if (tile.severalWidths)
    part.arguments.push_back({"vectors", shape.vectors});
  for (auto [i, argument] : llvm::enumerate(part.arguments))
    part.name += (i ? "x" : "_") + std::to_string(argument.second);
  if (!part.arguments.empty())
    part.family = family;
  SmallVector<Value> places{row};
  SmallVector<StringRef> names{"row"};
  bool moves = columnMoves && !partial; // the last block of columns stands at one place
  if (moves) {
    places.push_back(column);
    names.push_back("column");
  }
  b.outlined(part, places, names, [&](ValueRange inside) {
    tile.row = inside[0];
    if (moves)
      tile.column = b.multiple(inside[1], columnStep);
    emitTile(tile);
  });
}

// All rows for one block of columns: fixed runs, or full tiles and then a kernel for each bit of what is left.
void ContractionEmitter::rowRuns(const ColumnRun &run, Value column) {
  if (!run.freeRows) {
    Value row = rows.from;
    for (const BlockRun &block : run.rows) {
      b.repeat(
          row, block.extent, block.count, [&](Value first) { place({block.extent, run.vectors}, first, column); },
          "row");
      row = b.add(row, block.extent * block.count);
    }
    return;
  }
  int64_t height = run.freeRows;
  Value count = b.sub(rows.to, rows.from);
  Value full = b.named(b.add(rows.from, b.mul(b.div(count, height), height)), "full");
  b.loop(rows.from, full, height, [&](Value row) { place({height, run.vectors}, row, column); }, "row");
  Value rest = b.named(b.sub(rows.to, full), "rest");
  std::vector<int64_t> heights = remainderHeights(height);
  for (int64_t left : heights) {
    Value part = arith::AndIOp::create(b, rest, b.index(left));
    auto there = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, part, b.index(0));
    b.when(there, [&] { // where the bits from this one on begin
      Value behind = left == 1 ? b.index(1) : arith::AndIOp::create(b, rest, b.index(2 * left - 1)).getResult();
      place({left, run.vectors}, left == heights.front() ? full : b.sub(rows.to, behind), column);
    });
  }
}

std::vector<ColumnRun> ContractionEmitter::planColumns(int64_t width) {
  RegisterFile registers = width % b.lanes() != 0 ? withoutMask(target.registers) : target.registers;
  return planTiles(fixedRows.value_or(expectedRows), !fixedRows, llvm::divideCeil(width, b.lanes()), expectedDepth,
                   registers);
}

// Columns from `column` on; the block that ends inside a vector stands apart, so that the others need no masks.
void ContractionEmitter::columnRuns(Value column, int64_t width) {
  std::vector<ColumnRun> runs = planColumns(width);
  for (auto [i, run] : llvm::enumerate(runs)) {
    int64_t step = run.vectors * b.lanes();
    bool apart = width % b.lanes() != 0 && i + 1 == runs.size();
    partial = false;
    b.repeat(column, step, run.count - apart, [&](Value at) { rowRuns(run, at); }, "column");
    column = b.add(column, step * run.count);
    if (!apart)
      continue;
    partial = true;
    rowRuns(run, b.sub(column, b.index(step)));
  }
}

// Which tiles a run of columns will need.
void ContractionEmitter::planParts(int64_t width) {
  std::vector<ColumnRun> runs = planColumns(width);
  for (auto [i, run] : llvm::enumerate(runs)) {
    std::vector<int64_t> used;
    for (const BlockRun &block : run.rows)
      used.push_back(block.extent);
    if (run.freeRows) {
      used = remainderHeights(run.freeRows);
      used.push_back(run.freeRows);
    }
    bool apart = width % b.lanes() != 0 && i + 1 == runs.size();
    if (apart)
      edgeHeights.insert(used.begin(), used.end());
    if (run.count > apart) {
      heights.insert(used.begin(), used.end());
      widths.insert(run.vectors);
      columnMoves |= parts > 0 || run.count - apart > 1;
    }
    parts += static_cast<int64_t>(used.size()) * ((run.count > apart) + apart);
  }
}

// Widths of columns that tasks have.
void ContractionEmitter::planKernel() {
  int64_t extent = *fixedExtent(roles.lanes), chunk = kernel.taskChunk();
  bool isCut = roles.lanes == cutLetter;
  columnMoves = isCut;
  if (!isCut) {
    planParts(extent);
  } else {
    planParts(chunk);
    if (extent % chunk != 0)
      planParts(extent % chunk);
  }
  columnStep = b.lanes();
  if (widths.size() == 1 && (!isCut || chunk % (*widths.begin() * b.lanes()) == 0))
    columnStep *= *widths.begin();
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

  planKernel();
  kernel.forTaskColumns(*fixedExtent(roles.lanes), roles.lanes == cutLetter,
                        [&](Value from, int64_t width) { columnRuns(from, width); });
}

void ContractionEmitter::outerLoops(size_t next) {
  if (next == roles.outer.size())
    return block();
  char letter = roles.outer[next];
  Range range = letter == cutLetter ? kernel.taskRange(extentOf(letter)) : Range{b.index(0), extentOf(letter)};
  b.loop(
      range.from, range.to, 1,
      [&](Value index) {
        at[letter] = index;
        outerLoops(next + 1);
      },
      std::string(1, letter));
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
  std::optional<int64_t> largestDepth = 1;
  for (char letter : roles.summed) {
    std::optional<int64_t> extent = largestExtent(letter);
    largestDepth =
        largestDepth && extent && *extent <= kRestart ? std::optional(*largestDepth * *extent) : std::nullopt;
    expectedDepth *= fixedExtent(letter).value_or(kExpectedRows);
  }
  restarts = roles.summed.size() > 1 && (!largestDepth || *largestDepth > kRestart);
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
