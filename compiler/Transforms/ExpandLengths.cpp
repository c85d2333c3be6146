// nn-expand-lengths: rows of a scan that end early keep their carries and yield zeros by selects in its body.
#include "compiler/Dialect/Nn.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/ScanEdit.h"

namespace nnc {
#define GEN_PASS_DEF_EXPANDLENGTHS
#include "compiler/Transforms/Passes.h.inc"
} // namespace nnc

using namespace mlir;
using namespace nnc::nn;

namespace {

constexpr StringLiteral kIndexBound = "nn.index_bound";

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value zeroOf(OpBuilder &builder, Location loc, RankedTensorType type) {
  RankedTensorType scalar = scalarType(type.getElementType());
  auto zero = DenseElementsAttr::get(scalar, builder.getZeroAttr(type.getElementType()));
  Value constant = ConstantOp::create(builder, loc, scalar, cast<ElementsAttr>(zero));
  return type == scalar ? constant : BroadcastOp::create(builder, loc, type, constant, ArrayRef<int64_t>()).getResult();
}

/// Writes the selects of one scan.
class Expander {
public:
  explicit Expander(ScanOp scan) : scan(scan), loc(scan.getLoc()), builder(scan) {}

  void run() {
    auto i64 = builder.getI64Type();
    Value lengths = scan.getLengths();
    if (!tensorType(lengths).getElementType().isInteger(64)) // no step is too large for i64
      lengths = CastOp::create(builder, loc, lengths, i64);
    Block &body = scan.getBody().front();
    Value inside = body.insertArgument(1 + scan.getConsts().size(), lengths.getType(), lengths.getLoc());
    scan.getConstsMutable().append(lengths);
    scan.getLengthsMutable().clear();

    Operation *yield = body.getTerminator();
    builder.setInsertionPoint(yield);
    Value t = BroadcastOp::create(builder, loc, tensorType(lengths), scan.stepArgument(), ArrayRef<int64_t>());
    running = CompareOp::create(builder, loc, ComparePred::lt, t, inside);
    for (auto [i, carry] : llvm::enumerate(scan.carryArguments()))
      yield->setOperand(i, select(yield->getOperand(i), carry));
    for (unsigned i = scan.numCarries(); i < yield->getNumOperands(); ++i) {
      Value y = yield->getOperand(i);
      yield->setOperand(i, select(y, zeroOf(builder, loc, tensorType(y))));
    }
  }

private:
  /// `going` in the rows that have not ended, else `ended`.
  Value select(Value going, Value ended) {
    if (going == ended)
      return going;
    RankedTensorType type = tensorType(going);
    Value &mask = masks[withElement(type, builder.getI1Type())];
    if (!mask && type.getRank() == 1)
      mask = running;
    if (!mask)
      mask = BroadcastOp::create(builder, loc, withElement(type, builder.getI1Type()), running, ArrayRef<int64_t>{0});
    return SelectOp::create(builder, loc, type, mask, going, ended);
  }

  ScanOp scan;
  Location loc;
  OpBuilder builder;
  Value running; // by row
  llvm::DenseMap<Type, Value> masks;
};

/// What comes into the entry as lengths is checked there: from 0 to the number of steps.
void boundInput(ScanOp scan) {
  auto input = dyn_cast<BlockArgument>(nnc::outermost(scan.getLengths()));
  auto entry = input ? dyn_cast<EntryOp>(input.getOwner()->getParentOp()) : EntryOp();
  if (!entry)
    return;
  Builder builder(scan.getContext());
  unsigned number = input.getArgNumber();
  SizeExpr bound = scan.stepCount() + SizeExpr::constant(scan.getContext(), 1);
  auto old = entry.getArgAttrOfType<IntegerAttr>(number, kIndexBound);
  if (!bound.isConstant()) {
    if (!entry.getArgAttr(number, kIndexBound))
      entry.setArgAttr(number, kIndexBound, makeDims(scan.getContext(), {bound}));
  } else if (!old || old.getInt() > *bound.asConstant()) {
    entry.setArgAttr(number, kIndexBound, builder.getI64IntegerAttr(*bound.asConstant()));
  }
}

/// What the steps behind an end read instead: the select of a result stops their cotangent, but its zeros times a NaN
/// are NaN, so a body may not see what stands there. It sees the row's first step, which it can compute with.
class Padding {
public:
  explicit Padding(ScanOp scan) : scan(scan), loc(scan.getLoc()), builder(scan), lengths(scan.getLengths()) {}

  void run() {
    for (auto [i, slice] : llvm::enumerate(scan.sliceArguments()))
      if (isa<FloatType>(tensorType(slice).getElementType()) && isComputedWith(slice))
        scan.getXsMutable()[i].set(filled(scan.getXs()[i], scan.getXsAxes()[i]));
  }

private:
  static bool isComputedWith(Value slice) {
    return !llvm::all_of(slice.getUsers(), [](Operation *user) { return isa<YieldOp>(user); });
  }

  Value filled(Value x, int64_t axis) {
    RankedTensorType type = tensorType(x);
    SmallVector<int64_t> rowAndTime = {axis == 0 ? 1 : 0, axis};
    llvm::sort(rowAndTime);
    Value wide = BroadcastOp::create(builder, loc, withElement(type, builder.getI1Type()), running(axis), rowAndTime);
    return SelectOp::create(builder, loc, type, wide, x, filler(x, axis));
  }

  /// t < lengths[row], time in front of the rows or behind them.
  Value running(int64_t axis) {
    Value &mask = masks[axis == 0];
    if (mask)
      return mask;
    RankedTensorType rows = tensorType(lengths);
    SmallVector<SizeExpr> domain = {sizeOf(rows, 0), scan.stepCount()};
    if (axis == 0)
      std::swap(domain[0], domain[1]);
    unsigned row = axis == 0, time = axis != 0;
    MLIRContext *context = scan.getContext();
    SmallVector<AffineMap> maps = {AffineMap::get(2, 0, getAffineDimExpr(row, context)),
                                   AffineMap::getMultiDimIdentityMap(2, context)};
    auto made = GenericOp::create(builder, loc, makeType(builder.getI1Type(), domain), ReduceKind::any, lengths,
                                  makeDims(context, domain), builder.getAffineMapArrayAttr(maps), ArrayAttr());
    OpBuilder::InsertionGuard guard(builder);
    Block *body = builder.createBlock(&made.getBody());
    Value end = body->addArgument(scalarType(rows.getElementType()), loc);
    auto index = scalarType(builder.getI64Type());
    Value at[2] = {body->addArgument(index, loc), body->addArgument(index, loc)};
    if (end.getType() != index)
      end = CastOp::create(builder, loc, index, end);
    Value runs = CompareOp::create(builder, loc, scalarType(builder.getI1Type()), ComparePred::lt, at[time], end);
    YieldOp::create(builder, loc, runs);
    return mask = made;
  }

  /// The first step, along all steps; an ordinary number in rows that have none.
  Value filler(Value x, int64_t axis) {
    RankedTensorType type = tensorType(x);
    if (scan.stepCount().asConstant().value_or(0) == 0)
      return splat(type);
    SmallVector<SizeExpr> sizes = sizesOf(type);
    sizes[axis] = SizeExpr::constant(scan.getContext(), 1);
    RankedTensorType one = makeType(type.getElementType(), sizes), slice = sliceOfStack(type, axis);
    Value first = SliceOp::create(builder, loc, one, x, SmallVector<int64_t>(type.getRank(), 0));
    first = ReshapeOp::create(builder, loc, slice, first);
    RankedTensorType flags = withElement(tensorType(lengths), builder.getI1Type());
    Value none = zeroOf(builder, loc, tensorType(lengths));
    Value any = CompareOp::create(builder, loc, flags, ComparePred::lt, none, lengths);
    if (slice.getRank() > 1)
      any = BroadcastOp::create(builder, loc, withElement(slice, builder.getI1Type()), any, ArrayRef<int64_t>{0});
    first = SelectOp::create(builder, loc, slice, any, first, splat(slice));
    first = StopGradientOp::create(builder, loc, slice, first);
    SmallVector<int64_t> dims;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (dim != axis)
        dims.push_back(dim);
    return BroadcastOp::create(builder, loc, type, first, dims);
  }

  Value splat(RankedTensorType type) {
    RankedTensorType scalar = scalarType(type.getElementType());
    auto half = DenseElementsAttr::get(scalar, builder.getFloatAttr(type.getElementType(), 0.5));
    Value constant = ConstantOp::create(builder, loc, scalar, cast<ElementsAttr>(half));
    return type == scalar ? constant : BroadcastOp::create(builder, loc, type, constant, ArrayRef<int64_t>());
  }

  ScanOp scan;
  Location loc;
  OpBuilder builder;
  Value lengths, masks[2];
};

struct ExpandLengths : nnc::impl::ExpandLengthsBase<ExpandLengths> {
  void runOnOperation() override {
    getOperation().walk([](ScanOp scan) {
      if (!scan.getLengths())
        return;
      boundInput(scan);
      Padding(scan).run();
      Expander(scan).run();
      nnc::remarkPassed(scan.getLoc(), "nn-expand-lengths", "lengths of rows became selects in the body");
    });
  }
};

} // namespace
