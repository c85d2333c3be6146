// Chains of elementwise ops: flattened where every operand has the same shape, else one loop a dimension with lanes
// along the one that lies side by side in memory. Updates of parameters are chains with several results; a packed copy
// that lies the other way round is written from registers, transposed in blocks of lanes x lanes, in the same sweep.
#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc::emit {

namespace {

// The results of one logical shape.
struct Sweep {
  RankedTensorType type;
  SmallVector<unsigned> results;
  SmallVector<std::pair<Value, unsigned>> stored; // values that an earlier sweep has written to results
};

class ElementwiseEmitter {
public:
  explicit ElementwiseEmitter(SpecKernel &kernel) : kernel(kernel), b(kernel.builder()) {}

  Declined run();

private:
  RankedTensorType typeOf(unsigned result) {
    return cast<RankedTensorType>(kernel.yield().getValues()[result].getType());
  }
  bool isFlattenable(const Sweep &sweep);
  void flatSweep(const Sweep &sweep);
  bool splitSweep(const Sweep &sweep, unsigned rowLanes, unsigned columnLanes);
  void nestedSweep(const Sweep &sweep, unsigned lanes);
  void transposedSweep(const Sweep &sweep, unsigned rowLanes, unsigned columnLanes);
  void block(const Sweep &sweep, Point corner, unsigned rowLanes, unsigned columnLanes, int64_t rows, int64_t columns);
  void blockRow(const Sweep &sweep, const Point &point, Value row, ArrayRef<unsigned> turned, ArrayRef<Value> tiles);
  void blocksOf(int64_t extent, StringRef name, llvm::function_ref<void(Value, int64_t)> body);
  void loops(const Sweep &sweep, ArrayRef<unsigned> dims, Point point, llvm::function_ref<void(Point)> body);
  void writeAll(const Sweep &sweep, const Point &point);
  std::optional<unsigned> commonLanes(const Sweep &sweep);
  bool cutsLanes(unsigned dim) { return kernel.taskDim() == dim && kernel.taskChunk() % b.lanes() != 0; }
  Range rangeOf(RankedTensorType type, unsigned dim);
  void fail(StringRef why) {
    if (reason.empty())
      reason = why.str();
  }

  SpecKernel &kernel;
  KernelBuilder &b;
  std::string reason;
};

} // namespace

Range ElementwiseEmitter::rangeOf(RankedTensorType type, unsigned dim) {
  Value extent = kernel.extent(type, dim);
  return kernel.taskDim() == dim ? kernel.taskRange(extent) : Range{b.index(0), extent};
}

void ElementwiseEmitter::writeAll(const Sweep &sweep, const Point &point) {
  Evaluator evaluator(kernel);
  // All values before the first store: an update may write where it reads.
  SmallVector<Value> computed;
  for (unsigned result : sweep.results) {
    computed.push_back(evaluator.evaluate(kernel.yield().getValues()[result], point));
    if (!computed.back())
      return fail(evaluator.why());
  }
  for (auto [result, value] : llvm::zip_equal(sweep.results, computed))
    if (!evaluator.store(result, point, value))
      return fail(evaluator.why());
}

static bool isOne(RankedTensorType type, unsigned dim) { return type.getDimSize(dim) == 1; }

// True if position i of every buffer belongs to position i of the results.
static bool isFlattenable(SpecKernel &kernel, Value value, RankedTensorType shape, bool isScalarOperand = false) {
  auto type = cast<RankedTensorType>(value.getType());
  if (isScalarOperand && type.getRank() == 0)
    return true;
  if (auto argument = dyn_cast<BlockArgument>(value))
    return !nn::layoutOf(type) && nn::sameShape(type, shape) && !kernel.input(argument).isView();
  Operation *op = value.getDefiningOp();
  if (isa<nn::ConstantOp>(op))
    return true;
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op))
    return cast<RankedTensorType>(broadcast.getX().getType()).getRank() == 0;
  if (isa<nn::TransposeOp, nn::ReshapeOp, nn::RelayoutOp, nn::PadOp, nn::SoftmaxCrossEntropyGradOp>(op))
    return false;
  bool scalars = op->hasTrait<nn::TiedUpdate>();
  return llvm::all_of(op->getOperands(), [&](Value operand) { return isFlattenable(kernel, operand, shape, scalars); });
}

bool ElementwiseEmitter::isFlattenable(const Sweep &sweep) {
  if (kernel.taskDim().value_or(0) != 0)
    return false;
  return llvm::all_of(sweep.results, [&](unsigned result) {
    return !nn::layoutOf(typeOf(result)) && !kernel.result(result).isView() &&
           nnc::emit::isFlattenable(kernel, kernel.yield().getValues()[result], sweep.type);
  });
}

void ElementwiseEmitter::flatSweep(const Sweep &sweep) {
  int64_t lanes = b.lanes();
  Value inner = b.index(1);
  for (int64_t dim = 1; dim < sweep.type.getRank(); ++dim)
    inner = b.mul(inner, kernel.extent(sweep.type, dim));
  Range range = rangeOf(sweep.type, 0);
  Value from = b.mul(range.from, inner), to = b.mul(range.to, inner);
  Value whole = b.add(from, b.mul(b.div(b.sub(to, from), lanes), lanes));
  Point point;
  point.lanes = 0;
  point.flat = true;
  b.loopOrOnce(
      from, whole, lanes,
      [&](Value position) {
        point.at = {position};
        writeAll(sweep, point);
      },
      "i");
  std::optional<int64_t> elements = nn::elementCount(sweep.type).asConstant();
  if (elements && *elements % lanes == 0 && !kernel.taskDim())
    return;
  auto tail = [&] {
    point.at = {whole};
    point.mask = b.maskBelow(whole, to);
    writeAll(sweep, point);
  };
  APInt first, last;
  if (matchPattern(whole, m_ConstantInt(&first)) && matchPattern(to, m_ConstantInt(&last)))
    return tail();
  b.when(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, whole, to), tail);
}

// Loops over `dims` of the results, around a body that gets the point with their indices set.
void ElementwiseEmitter::loops(const Sweep &sweep, ArrayRef<unsigned> dims, Point point,
                               llvm::function_ref<void(Point)> body) {
  if (dims.empty())
    return body(point);
  Range range = rangeOf(sweep.type, dims.front());
  auto inside = [&](Value index) {
    Point next = point;
    next.at[dims.front()] = index;
    loops(sweep, dims.drop_front(), next, body);
  };
  if (isOne(sweep.type, dims.front()))
    return inside(range.from);
  b.loop(range.from, range.to, 1, inside, dims.front() == 0 ? "row" : "");
}

void ElementwiseEmitter::nestedSweep(const Sweep &sweep, unsigned lanes) {
  SmallVector<unsigned> others;
  for (unsigned dim = 0; dim < sweep.type.getRank(); ++dim)
    if (dim != lanes)
      others.push_back(dim);
  if (cutsLanes(lanes))
    return fail("tasks that cut lanes");
  std::optional<int64_t> extent = nn::sizeOf(sweep.type, lanes).asConstant();
  bool whole = extent && *extent % b.lanes() == 0;
  loops(sweep, others, Point(sweep.type.getRank()), [&](Point point) {
    point.lanes = lanes;
    Range range = rangeOf(sweep.type, lanes);
    Value end = whole ? range.to : b.add(range.from, b.mul(b.div(b.sub(range.to, range.from), b.lanes()), b.lanes()));
    b.loopOrOnce(
        range.from, end, b.lanes(),
        [&](Value position) {
          point.at[lanes] = position;
          writeAll(sweep, point);
        },
        "column");
    if (whole)
      return;
    auto tail = [&] {
      point.at[lanes] = end;
      point.mask = b.maskBelow(end, range.to);
      writeAll(sweep, point);
    };
    if (extent && kernel.taskDim() != lanes)
      return tail();
    b.when(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, end, range.to), tail);
  });
}

// The dimension that lies side by side in all results; one of a single element would leave all other lanes empty.
std::optional<unsigned> ElementwiseEmitter::commonLanes(const Sweep &sweep) {
  auto isCommon = [&](unsigned dim) {
    return llvm::all_of(sweep.results,
                        [&](unsigned result) { return kernel.isContiguous(kernel.result(result), dim); });
  };
  std::optional<unsigned> found;
  for (unsigned dim = sweep.type.getRank(); dim-- > 0;)
    if (isCommon(dim) && (!found || (isOne(sweep.type, *found) && !cutsLanes(dim))))
      found = dim;
  return found;
}

// rows x columns elements from a corner on, at most lanes x lanes: evaluated and stored along `rowLanes`, and the
// copies that lie along `columnLanes` from the transposed registers.
void ElementwiseEmitter::block(const Sweep &sweep, Point corner, unsigned rowLanes, unsigned columnLanes, int64_t rows,
                               int64_t columns) {
  int64_t lanes = b.lanes();
  SmallVector<unsigned> turned;
  for (unsigned result : sweep.results)
    if (!kernel.isContiguous(kernel.result(result), rowLanes))
      turned.push_back(result);
  SmallVector<Value> tiles;
  for (size_t i = 0; i < turned.size(); ++i)
    tiles.push_back(b.tile({lanes}, i ? "turned" + std::to_string(i + 1) : "turned"));
  b.unrolled(
      rows,
      [&](Value row) {
        Point point = corner;
        point.lanes = rowLanes;
        point.at[columnLanes] = b.add(corner.at[columnLanes], row);
        if (columns < lanes)
          point.mask = b.maskBelow(corner.at[rowLanes], b.add(corner.at[rowLanes], columns));
        blockRow(sweep, point, row, turned, tiles);
      },
      "row");
  for (auto [result, tile] : llvm::zip_equal(turned, tiles)) {
    if (rows < lanes)
      b.unrolledFrom(rows, lanes, [&](Value row) { memref::StoreOp::create(b, b.zero(b.floats()), tile, row); }, "row");
    b.transpose(tile);
    b.unrolled(
        columns,
        [&](Value column) {
          Point point = corner;
          point.lanes = columnLanes;
          point.at[rowLanes] = b.add(corner.at[rowLanes], column);
          if (rows < lanes)
            point.mask = b.maskBelow(corner.at[columnLanes], b.add(corner.at[columnLanes], rows));
          Evaluator evaluator(kernel);
          if (!evaluator.store(result, point, memref::LoadOp::create(b, tile, column)))
            fail(evaluator.why());
        },
        "column");
  }
}

// One row of a block: stored, or kept for the transposition.
void ElementwiseEmitter::blockRow(const Sweep &sweep, const Point &point, Value row, ArrayRef<unsigned> turned,
                                  ArrayRef<Value> tiles) {
  Evaluator evaluator(kernel);
  for (auto [value, result] : sweep.stored)
    evaluator.readBack(value, result);
  SmallVector<Value> computed;
  for (unsigned result : sweep.results) {
    computed.push_back(evaluator.evaluate(kernel.yield().getValues()[result], point));
    if (!computed.back())
      return fail(evaluator.why());
  }
  for (auto [result, value] : llvm::zip_equal(sweep.results, computed)) {
    auto kept = llvm::find(turned, result);
    if (kept != turned.end())
      memref::StoreOp::create(b, value, tiles[kept - turned.begin()], row);
    else if (!evaluator.store(result, point, value))
      return fail(evaluator.why());
  }
}

// Whole blocks of lanes in a loop, then what is left.
void ElementwiseEmitter::blocksOf(int64_t extent, StringRef name, llvm::function_ref<void(Value, int64_t)> body) {
  int64_t whole = extent / b.lanes() * b.lanes();
  b.loopOrOnce(b.index(0), b.index(whole), b.lanes(), [&](Value from) { body(from, b.lanes()); }, name);
  if (whole < extent)
    body(b.index(whole), extent - whole);
}

void ElementwiseEmitter::transposedSweep(const Sweep &sweep, unsigned rowLanes, unsigned columnLanes) {
  SmallVector<unsigned> others;
  for (unsigned dim = 0; dim < sweep.type.getRank(); ++dim)
    if (dim != rowLanes && dim != columnLanes)
      others.push_back(dim);
  for (unsigned result : sweep.results)
    if (!typeOf(result).getElementType().isF32())
      return fail("a transposition of other elements than f32");
  std::optional<int64_t> rows = nn::sizeOf(sweep.type, columnLanes).asConstant(),
                         columns = nn::sizeOf(sweep.type, rowLanes).asConstant();
  if (!rows || !columns || kernel.taskDim() == rowLanes)
    return fail("a transposition of a free size, or cut along its lanes");
  if (cutsLanes(columnLanes))
    return fail("tasks that cut lanes");
  loops(sweep, others, Point(sweep.type.getRank()), [&](Point corner) {
    kernel.forTaskColumns(*rows, kernel.taskDim() == columnLanes, [&](Value base, int64_t height) {
      blocksOf(height, "rows", [&](Value row, int64_t rowCount) {
        blocksOf(*columns, "columns", [&](Value column, int64_t columnCount) {
          corner.at[columnLanes] = b.add(base, row);
          corner.at[rowLanes] = column;
          block(sweep, corner, rowLanes, columnLanes, rowCount, columnCount);
        });
      });
    });
  });
}

// Rows shorter than a vector would fill few lanes of an update: it runs over the flattened parameter, and the copies
// that lie the other way round are made from its result afterwards, while that is near.
bool ElementwiseEmitter::splitSweep(const Sweep &sweep, unsigned rowLanes, unsigned columnLanes) {
  std::optional<int64_t> columns = nn::sizeOf(sweep.type, rowLanes).asConstant();
  if (kernel.taskDim() || !columns || *columns >= b.lanes())
    return false;
  Sweep natural{sweep.type, {}, {}}, turned{sweep.type, {}, {}};
  for (unsigned result : sweep.results)
    (kernel.isContiguous(kernel.result(result), rowLanes) ? natural : turned).results.push_back(result);
  for (unsigned result : natural.results)
    turned.stored.push_back({kernel.yield().getValues()[result], result});
  for (unsigned result : turned.results) {
    auto copy = kernel.yield().getValues()[result].getDefiningOp<nn::RelayoutOp>();
    if (!copy || llvm::none_of(turned.stored, [&](auto &known) { return known.first == copy.getX(); }))
      return false;
  }
  if (!isFlattenable(natural))
    return false;
  flatSweep(natural);
  transposedSweep(turned, rowLanes, columnLanes);
  return true;
}

// The dimension along which a value can be read in lanes: that of the buffers behind it, `wanted` if it is one.
static std::optional<unsigned> lanesOfInputs(SpecKernel &kernel, Value value, RankedTensorType shape,
                                             std::optional<unsigned> wanted) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto type = cast<RankedTensorType>(argument.getType());
    if (!nn::sameShape(type, shape))
      return std::nullopt;
    if (wanted && kernel.isContiguous(kernel.input(argument), *wanted))
      return wanted;
    for (unsigned dim = 0; dim < type.getRank(); ++dim)
      if (kernel.isContiguous(kernel.input(argument), dim))
        return dim;
    return std::nullopt;
  }
  Operation *op = value.getDefiningOp();
  if (auto transpose = dyn_cast<nn::TransposeOp>(op)) {
    auto inner = cast<RankedTensorType>(transpose.getX().getType());
    ArrayRef<int64_t> perm = transpose.getPerm();
    std::optional<unsigned> inside = wanted ? std::optional<unsigned>(perm[*wanted]) : std::nullopt;
    if (std::optional<unsigned> lanes = lanesOfInputs(kernel, transpose.getX(), inner, inside))
      return llvm::find(perm, *lanes) - perm.begin();
    return std::nullopt;
  }
  if (auto pad = dyn_cast<nn::PadOp>(op))
    return lanesOfInputs(kernel, pad.getX(), cast<RankedTensorType>(pad.getX().getType()), wanted);
  for (Value operand : op->getOperands())
    if (std::optional<unsigned> lanes = lanesOfInputs(kernel, operand, shape, wanted))
      return lanes;
  return std::nullopt;
}

Declined ElementwiseEmitter::run() {
  SmallVector<Sweep> sweeps;
  for (auto [i, value] : llvm::enumerate(kernel.yield().getValues())) {
    auto type = cast<RankedTensorType>(value.getType());
    auto same = llvm::find_if(sweeps, [&](const Sweep &sweep) { return nn::sameShape(sweep.type, type); });
    if (same == sweeps.end())
      sweeps.push_back({type, {static_cast<unsigned>(i)}, {}});
    else
      same->results.push_back(i);
  }
  if (sweeps.size() > 1 && kernel.taskDim())
    return "several shapes in a kernel of several tasks";
  for (const Sweep &sweep : sweeps) {
    if (sweep.type.getRank() == 0) {
      writeAll(sweep, Point{});
      continue;
    }
    if (isFlattenable(sweep)) {
      flatSweep(sweep);
      continue;
    }
    std::optional<unsigned> common = commonLanes(sweep);
    std::optional<unsigned> inputs =
        lanesOfInputs(kernel, kernel.yield().getValues()[sweep.results.front()], sweep.type, common);
    if (common && (!inputs || *inputs == *common)) {
      nestedSweep(sweep, *common);
      continue;
    }
    std::optional<unsigned> other;
    for (unsigned result : sweep.results)
      for (unsigned dim = 0; dim < sweep.type.getRank(); ++dim)
        if (inputs && dim != *inputs && kernel.isContiguous(kernel.result(result), dim))
          other = dim;
    if (!inputs || !other)
      return "results that lie in memory in no common direction";
    if (!splitSweep(sweep, *inputs, *other))
      transposedSweep(sweep, *inputs, *other);
  }
  return reason;
}

Declined emitElementwise(SpecKernel &kernel) { return ElementwiseEmitter(kernel).run(); }

} // namespace nnc::emit
