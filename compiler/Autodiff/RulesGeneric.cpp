// Derivative of nn.generic: for each input another generic over the same domain, whose body is the derivative of the
// body times g, summed into the input's element. Axes that are not read by one plain index make the domain larger.
#include "compiler/Autodiff/Reverse.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

SmallVector<AffineMap> mapsOf(nn::GenericOp op) {
  return SmallVector<AffineMap>(op.getMaps().getAsValueRange<AffineMapAttr>());
}

/// Where the cotangent of one input stands: which index of the new domain runs over each of its axes. An axis that an
/// index of the old domain names alone and in full keeps it; any other (a slice, a shift, a window, a diagonal) gets an
/// index of its own, and the body adds only at the points that read this element.
struct InputAxes {
  SmallVector<unsigned> index;                          // for each axis
  SmallVector<std::pair<AffineExpr, unsigned>> matched; // the position read, and the new index that must equal it
  SmallVector<nn::SizeExpr> domain;                     // the old one, then the new indices

  InputAxes(nn::GenericOp op, unsigned input) : domain(nn::sizesOf(op.getDomain())) {
    auto type = cast<RankedTensorType>(op.getInputs()[input].getType());
    for (auto [axis, expr] : llvm::enumerate(mapsOf(op)[input].getResults())) {
      auto plain = dyn_cast<AffineDimExpr>(expr);
      if (plain && !llvm::is_contained(index, plain.getPosition()) &&
          domain[plain.getPosition()] == nn::sizeOf(type, axis)) {
        index.push_back(plain.getPosition());
        continue;
      }
      index.push_back(domain.size());
      matched.push_back({expr, unsigned(domain.size())});
      domain.push_back(nn::sizeOf(type, axis));
    }
  }
};

/// Positions that the body can compute: sums of multiples of indices.
bool isSumOfProducts(AffineExpr expr) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return true;
  return (binary.getKind() == AffineExprKind::Add || binary.getKind() == AffineExprKind::Mul) &&
         isSumOfProducts(binary.getLHS()) && isSumOfProducts(binary.getRHS());
}

/// An affine expression of the indices as ops on tensor<i64>.
Value positionOf(OpBuilder &builder, Location loc, AffineExpr expr, ValueRange indices) {
  auto type = nn::scalarType(builder.getI64Type());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return indices[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return nn::ConstantOp::create(builder, loc, type, DenseElementsAttr::get(type, constant.getValue()));
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value left = positionOf(builder, loc, binary.getLHS(), indices);
  Value right = positionOf(builder, loc, binary.getRHS(), indices);
  if (binary.getKind() == AffineExprKind::Add)
    return nn::AddOp::create(builder, loc, type, left, right);
  return nn::MulOp::create(builder, loc, type, left, right);
}

std::string refuses(Operation *op) {
  auto generic = cast<nn::GenericOp>(op);
  bool reduces = mapsOf(generic).back().getNumResults() != generic.getDomain().getDims().size();
  if (reduces && generic.getReduce() != nn::ReduceKind::add)
    return "of its reducers only `sum` and `mean` have one, and this is `" +
           nn::stringifyReduceKind(generic.getReduce()).str() + "`";
  for (auto [i, input] : llvm::enumerate(generic.getInputs()))
    if (isFloat(input) && !llvm::all_of(mapsOf(generic)[i].getResults(), isSumOfProducts))
      return "operand " + std::to_string(i) + " is read at positions with a division";
  Block &body = generic.getBody().front();
  SmallVector<Value> floats;
  for (BlockArgument argument : body.getArguments())
    if (isFloat(argument))
      floats.push_back(argument);
  Activity activity(body, floats, {body.getTerminator()->getOperand(0)}, DerivativeTable::get());
  if (!activity.missingRules().empty())
    return "its body has `" + activity.missingRules().front().op->getName().stripDialect().str() +
           "`, which has no derivative";
  return "";
}

/// The generic op of an input's cotangent, still without a body.
nn::GenericOp cotangentOp(Site &site, unsigned input, const InputAxes &axes) {
  auto op = cast<nn::GenericOp>(site.op);
  MLIRContext *context = op.getContext();
  SmallVector<Value> inputs(op.getInputs());
  inputs.push_back(site.g().get());
  SmallVector<AffineMap> maps;
  for (AffineMap map : mapsOf(op)) // the last one, the result's, reads g
    maps.push_back(AffineMap::get(axes.domain.size(), 0, map.getResults(), context));
  SmallVector<AffineExpr> result;
  for (unsigned index : axes.index)
    result.push_back(getAffineDimExpr(index, context));
  maps.push_back(AffineMap::get(axes.domain.size(), 0, result, context));
  ArrayAttr outside;
  if (op.getOutside()) {
    SmallVector<Attribute> values(op.getOutside()->begin(), op.getOutside()->end());
    values.push_back(site.builder.getUnitAttr());
    outside = site.builder.getArrayAttr(values);
  }
  return nn::GenericOp::create(site.builder, site.loc, op.getInputs()[input].getType(), nn::ReduceKind::add, inputs,
                               nn::makeDims(context, axes.domain), site.builder.getAffineMapArrayAttr(maps), outside);
}

/// Arguments of the new body: the old ones, g behind the inputs, and all indices if either body wants them.
Block *cotangentBlock(Site &site, nn::GenericOp derivative, const InputAxes &axes, IRMapping &mapping) {
  auto op = cast<nn::GenericOp>(site.op);
  Block *block = site.builder.createBlock(&derivative.getBody());
  Block &body = op.getBody().front();
  unsigned count = op.getInputs().size();
  for (BlockArgument argument : body.getArguments().take_front(count))
    mapping.map(argument, block->addArgument(argument.getType(), argument.getLoc()));
  block->addArgument(nn::scalarType(derivative.getType().getElementType()), site.loc);
  auto oldIndices = body.getArguments().drop_front(count);
  if (oldIndices.empty() && axes.matched.empty())
    return block;
  for (size_t i = 0; i < axes.domain.size(); ++i) {
    Value index = block->addArgument(nn::scalarType(site.builder.getI64Type()), site.loc);
    if (i < oldIndices.size())
      mapping.map(oldIndices[i], index);
  }
  return block;
}

/// Cotangent of one input.
Expr inputCotangent(Site &site, unsigned input) {
  auto op = cast<nn::GenericOp>(site.op);
  InputAxes axes(op, input);
  nn::GenericOp derivative = cotangentOp(site, input, axes);
  OpBuilder::InsertionGuard guard(site.builder);
  IRMapping mapping;
  Block *block = cotangentBlock(site, derivative, axes, mapping);
  Block &body = op.getBody().front();
  Value g = block->getArgument(op.getInputs().size());

  SmallVector<Operation *> forward;
  for (Operation &inner : body.without_terminator())
    forward.push_back(site.builder.clone(inner, mapping));
  Value yielded = mapping.lookup(body.getTerminator()->getOperand(0)), root = block->getArgument(input);
  // The terminator comes last; activity looks at the ops before it.
  auto yield = nn::YieldOp::create(site.builder, site.loc, ValueRange(g));
  Activity activity(*block, {root}, {yielded}, DerivativeTable::get());
  site.builder.setInsertionPoint(yield);
  Cotangents cotangents;
  cotangents.add(site.builder, site.loc, yielded, g);
  reverse(forward, activity, DerivativeTable::get(), site.builder, cotangents);
  Expr result = {site.builder, site.loc, cotangents.lookup(root)};
  auto zero = [&]() -> Expr {
    auto scalar = nn::scalarType(derivative.getType().getElementType());
    return {site.builder, site.loc, splatConstant(site.builder, site.loc, scalar, 0)};
  };
  if (!result)
    result = zero();
  ValueRange indices = ValueRange(block->getArguments()).drop_front(op.getInputs().size() + 1);
  for (auto [expr, index] : axes.matched) {
    Expr position = {site.builder, site.loc, positionOf(site.builder, site.loc, expr, indices)};
    result = position.compare(nn::ComparePred::eq, {site.builder, site.loc, indices[index]}).select(result, zero());
  }
  yield->setOperand(0, result.get());
  return site.expr(derivative.getY());
}

void differentiate(Site &site) {
  if (!site.g())
    return;
  for (unsigned input = 0; input < site.op->getNumOperands(); ++input)
    if (site.wants(input))
      site.give(input, inputCotangent(site, input));
}

} // namespace

void registerGenericRules(DerivativeTable &table) {
  table.rule<nn::GenericOp>(differentiate, Reads::Operands, "that of the ops in its body").refuses = refuses;
}

} // namespace nnc::autodiff
