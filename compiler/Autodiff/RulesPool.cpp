// Derivatives of pooling. What flows back to an element of x comes from the windows that hold it: for the mean a
// transposed convolution with ones, channel by channel; for the maximum index notation over those windows.
#include "compiler/Autodiff/DerivativeTable.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

SmallVector<nn::SizeExpr> sizesFrom(Value tensor, unsigned first) {
  SmallVector<nn::SizeExpr> sizes = nn::sizesOf(cast<RankedTensorType>(tensor.getType()));
  return {sizes.begin() + first, sizes.end()};
}

//===- The mean ------------------------------------------------------------------------------------------===//

/// The elements of each window that count: all but what `ceil` lets stick out.
Expr countsOf(Site &s, nn::AvgPoolOp op) {
  Expr g = s.g();
  int64_t whole = 1;
  for (int64_t taps : op.getKernel())
    whole *= taps;
  if (!op.getCeil())
    return g.constant(double(whole));
  SmallVector<nn::SizeExpr> places = sizesFrom(op.getY(), 2), extents = sizesFrom(op.getX(), 2);
  SmallVector<int64_t> counts{1}, dims;
  for (unsigned axis = 0; axis < places.size(); ++axis) {
    SmallVector<int64_t> longer;
    int64_t end = extents[axis].value() + op.getPadLow()[axis] + op.getPadHigh()[axis];
    for (int64_t count : counts)
      for (int64_t p = 0; p < places[axis].value(); ++p)
        longer.push_back(count * std::min(op.getKernel()[axis], end - p * op.getStride()[axis]));
    counts = std::move(longer);
    dims.push_back(2 + axis);
  }
  auto element = cast<FloatType>(g.type().getElementType());
  SmallVector<Attribute> numbers;
  for (int64_t count : counts)
    numbers.push_back(FloatAttr::get(element, double(count)));
  RankedTensorType type = nn::makeType(element, places);
  Value table = nn::ConstantOp::create(s.builder, s.loc, type, DenseElementsAttr::get(type, numbers));
  return s.expr(table).broadcast(g.type(), dims);
}

std::string refusesMean(Operation *op) {
  auto pool = cast<nn::AvgPoolOp>(op);
  auto isFree = [](const nn::SizeExpr &size) { return !size.isConstant(); };
  return pool.getCeil() && llvm::any_of(sizesFrom(pool.getX(), 2), isFree)
             ? "its last window may stick out over the end of a free size"
             : "";
}

void avgPool(Site &s) {
  if (!s.g())
    return;
  auto op = cast<nn::AvgPoolOp>(s.op);
  Expr share = s.g() / countsOf(s, op);
  MLIRContext *context = op.getContext();
  SmallVector<nn::SizeExpr> filter{nn::sizeOf(s.x().type(), 1), nn::SizeExpr::constant(context, 1)};
  SmallVector<int64_t> high(op.getPadHigh()), dense(high.size(), 1);
  for (auto [axis, taps] : llvm::enumerate(op.getKernel())) {
    filter.push_back(nn::SizeExpr::constant(context, taps));
    if (op.getCeil()) // as far as the last window reaches
      high[axis] = std::max<int64_t>((nn::sizeOf(s.y().type(), 2 + axis).value() - 1) * op.getStride()[axis] + taps -
                                         nn::sizeOf(s.x().type(), 2 + axis).value() - op.getPadLow()[axis],
                                     0);
  }
  Value ones = splatConstant(s.builder, s.loc, nn::makeType(s.x().type().getElementType(), filter), 1);
  s.give(0, s.expr(nn::ConvInputGradOp::create(s.builder, s.loc, s.x().type(), share.get(), ones, Value(),
                                               op.getStride(), dense, op.getPadLow(), high, filter[0].value())));
}

//===- The maximum ---------------------------------------------------------------------------------------===//

/// Arithmetic on indices inside of the body of a generic.
class Body {
public:
  Body(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}
  Value number(int64_t value) {
    auto type = nn::scalarType(builder.getI64Type());
    return nn::ConstantOp::create(builder, loc, type, DenseElementsAttr::get(type, value));
  }
  Value times(Value index, int64_t factor) {
    return nn::MulOp::create(builder, loc, index.getType(), index, number(factor));
  }
  Value plus(Value a, Value b) { return a ? Value(nn::AddOp::create(builder, loc, a.getType(), a, b)) : b; }
  /// The position in memory order of an element of an image.
  Value position(ArrayRef<Value> at, ArrayRef<nn::SizeExpr> extents) {
    Value sum;
    int64_t stride = 1;
    for (unsigned axis = at.size(); axis-- > 0; stride *= axis > 0 ? extents[axis].value() : 1)
      sum = plus(sum, times(at[axis], stride));
    return sum;
  }
  Value choose(Value a, Value b, Value then, Value otherwise) {
    Expr condition = Expr(builder, loc, a).compare(nn::ComparePred::eq, {builder, loc, b});
    return condition.select({builder, loc, then}, {builder, loc, otherwise}).get();
  }

private:
  OpBuilder &builder;
  Location loc;
};

/// One generic over batch, channels, the axes of `outer` and of `inner`; two inputs, whose last axes are read at
/// `first` and `second`.
struct Notation {
  Site &s;
  SmallVector<nn::SizeExpr> domain;
  unsigned axes;

  Notation(Site &s, Value outer, ArrayRef<int64_t> inner)
      : s(s), domain(nn::sizesOf(cast<RankedTensorType>(outer.getType()))), axes(inner.size()) {
    for (int64_t count : inner)
      domain.push_back(nn::SizeExpr::constant(s.op->getContext(), count));
  }
  AffineExpr outer(unsigned axis) const { return getAffineDimExpr(2 + axis, s.op->getContext()); }
  AffineExpr inner(unsigned axis) const { return getAffineDimExpr(2 + axes + axis, s.op->getContext()); }

  AffineMap map(function_ref<AffineExpr(unsigned)> at) const {
    MLIRContext *context = s.op->getContext();
    SmallVector<AffineExpr> results{getAffineDimExpr(0, context), getAffineDimExpr(1, context)};
    for (unsigned axis = 0; axis < axes; ++axis)
      results.push_back(at(axis));
    return AffineMap::get(domain.size(), 0, results, context);
  }

  /// `body` gets the two elements, then the indices of the outer and of the inner axes.
  Value make(nn::ReduceKind reduce, RankedTensorType type, Value a, Value b, AffineMap readA, AffineMap readB,
             ArrayRef<Attribute> outside,
             function_ref<Value(Body &, Value, Value, ArrayRef<Value>, ArrayRef<Value>)> body) {
    AffineMap result = map([&](unsigned axis) { return outer(axis); });
    auto generic = nn::GenericOp::create(
        s.builder, s.loc, type, reduce, ValueRange{a, b}, nn::makeDims(s.op->getContext(), domain),
        s.builder.getAffineMapArrayAttr({readA, readB, result}), s.builder.getArrayAttr(outside));
    OpBuilder::InsertionGuard guard(s.builder);
    Block *block = s.builder.createBlock(&generic.getBody());
    for (Value input : {a, b})
      block->addArgument(nn::scalarType(cast<RankedTensorType>(input.getType()).getElementType()), s.loc);
    SmallVector<Value> indices;
    for (size_t i = 0; i < domain.size(); ++i)
      indices.push_back(block->addArgument(nn::scalarType(s.builder.getI64Type()), s.loc));
    Body words(s.builder, s.loc);
    ArrayRef<Value> spatial = ArrayRef(indices).drop_front(2);
    Value y =
        body(words, block->getArgument(0), block->getArgument(1), spatial.take_front(axes), spatial.take_back(axes));
    nn::YieldOp::create(s.builder, s.loc, y);
    return generic.getY();
  }
};

/// For each window the position of its first largest element; of a NaN there is none.
Value winners(Site &s, nn::MaxPoolOp op, ArrayRef<nn::SizeExpr> extents) {
  Notation over(s, op.getY(), op.getKernel());
  auto element = cast<FloatType>(s.x().type().getElementType());
  AffineMap read = over.map([&](unsigned i) {
    return over.outer(i) * op.getStride()[i] + over.inner(i) * op.getDilation()[i] - op.getPadLow()[i];
  });
  AffineMap own = over.map([&](unsigned i) { return over.outer(i); });
  RankedTensorType type = nn::makeType(s.builder.getI64Type(), nn::sizesOf(s.y().type()));
  // What lies outside equals nothing, -inf neither.
  auto nan = FloatAttr::get(element, APFloat::getNaN(element.getFloatSemantics()));
  return over.make(nn::ReduceKind::min, type, op.getX(), op.getY(), read, own, {nan, s.builder.getUnitAttr()},
                   [&](Body &b, Value x, Value y, ArrayRef<Value> p, ArrayRef<Value> k) {
                     SmallVector<Value> at;
                     for (unsigned i = 0; i < p.size(); ++i) {
                       Value sum = b.plus(b.times(p[i], op.getStride()[i]), b.times(k[i], op.getDilation()[i]));
                       at.push_back(b.plus(sum, b.number(-op.getPadLow()[i])));
                     }
                     return b.choose(x, y, b.position(at, extents), b.number(std::numeric_limits<int64_t>::max()));
                   });
}

std::string refusesMaximum(Operation *op) {
  auto isFree = [](const nn::SizeExpr &size) { return !size.isConstant(); };
  return llvm::any_of(sizesFrom(cast<nn::MaxPoolOp>(op).getX(), 3), isFree) ? "its input has a free size" : "";
}

void maxPool(Site &s) {
  if (!s.g())
    return;
  auto op = cast<nn::MaxPoolOp>(s.op);
  SmallVector<nn::SizeExpr> extents = sizesFrom(op.getX(), 2);
  Value winner = winners(s, op, extents);
  // Of the windows that can hold an element the last along each axis, the one before it …
  SmallVector<int64_t> windows;
  for (auto [axis, taps] : llvm::enumerate(op.getKernel()))
    windows.push_back(llvm::divideCeil((taps - 1) * op.getDilation()[axis] + 1, op.getStride()[axis]));
  Notation over(s, op.getX(), windows);
  AffineMap read = over.map(
      [&](unsigned i) { return (over.outer(i) + op.getPadLow()[i]).floorDiv(op.getStride()[i]) - over.inner(i); });
  Attribute none = s.builder.getI64IntegerAttr(-1), zero = FloatAttr::get(s.g().type().getElementType(), 0.0);
  s.give(0, s.expr(over.make(nn::ReduceKind::add, s.x().type(), winner, s.g().get(), read, read, {none, zero},
                             [&](Body &b, Value first, Value g, ArrayRef<Value> at, ArrayRef<Value>) {
                               Value nothing = splatConstant(s.builder, s.loc, cast<RankedTensorType>(g.getType()), 0);
                               return b.choose(first, b.position(at, extents), g, nothing);
                             })));
}

} // namespace

void registerPoolRules(DerivativeTable &table) {
  table.rule<nn::AvgPoolOp>(avgPool, Reads::Nothing).refuses = refusesMean;
  table.rule<nn::MaxPoolOp>(maxPool, Reads::Both, "the first of the largest").refuses = refusesMaximum;
}

} // namespace nnc::autodiff
