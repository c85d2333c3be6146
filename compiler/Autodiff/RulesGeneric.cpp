// Derivative of nn.generic: for each input another generic over the same domain, whose body is the derivative of the
// body times g, summed into the input's element.
#include "compiler/Autodiff/Reverse.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace nnc::autodiff {
namespace {

SmallVector<AffineMap> mapsOf(nn::GenericOp op) {
  return SmallVector<AffineMap>(op.getMaps().getAsValueRange<AffineMapAttr>());
}

/// Whether each element of the input is named by an index of the domain that runs over just this dimension. Then the
/// input's map can be the map of a result.
bool coversInput(nn::GenericOp op, unsigned input) {
  AffineMap map = mapsOf(op)[input];
  if (!map.isProjectedPermutation())
    return false;
  SmallVector<nn::SizeExpr> domain = nn::sizesOf(op.getDomain());
  auto type = cast<RankedTensorType>(op.getInputs()[input].getType());
  for (auto [dim, expr] : llvm::enumerate(map.getResults()))
    if (domain[cast<AffineDimExpr>(expr).getPosition()] != nn::sizeOf(type, dim))
      return false;
  return true;
}

std::string refuses(Operation *op) {
  auto generic = cast<nn::GenericOp>(op);
  bool reduces = mapsOf(generic).back().getNumResults() != generic.getDomain().getDims().size();
  if (reduces && generic.getReduce() != nn::ReduceKind::add)
    return "its reducer is '" + nn::stringifyReduceKind(generic.getReduce()).str() + "', not 'add'";
  for (auto [i, input] : llvm::enumerate(generic.getInputs()))
    if (isFloat(input) && !coversInput(generic, i))
      return "operand " + std::to_string(i) + " is read at positions that are no plain index";
  Block &body = generic.getBody().front();
  SmallVector<Value> floats;
  for (BlockArgument argument : body.getArguments())
    if (isFloat(argument))
      floats.push_back(argument);
  Activity activity(body, floats, {body.getTerminator()->getOperand(0)}, DerivativeTable::get());
  if (!activity.missingRules().empty())
    return "its body has " + activity.missingRules().front().op->getName().getStringRef().str() +
           ", which has no derivative";
  return "";
}

/// Cotangent of one input.
Expr inputCotangent(Site &site, unsigned input) {
  auto op = cast<nn::GenericOp>(site.op);
  SmallVector<AffineMap> maps = mapsOf(op);
  AffineMap resultMap = maps.pop_back_val();
  SmallVector<Value> inputs(op.getInputs());
  inputs.push_back(site.g().get());
  SmallVector<AffineMap> newMaps = maps;
  newMaps.push_back(resultMap);
  newMaps.push_back(maps[input]);
  ArrayAttr outside;
  if (op.getOutside()) {
    SmallVector<Attribute> values(op.getOutside()->begin(), op.getOutside()->end());
    values.push_back(site.builder.getUnitAttr());
    outside = site.builder.getArrayAttr(values);
  }
  auto type = cast<RankedTensorType>(op.getInputs()[input].getType());
  auto derivative = nn::GenericOp::create(site.builder, site.loc, type, nn::ReduceKind::add, inputs, op.getDomain(),
                                          site.builder.getAffineMapArrayAttr(newMaps), outside);

  OpBuilder::InsertionGuard guard(site.builder);
  Block *block = site.builder.createBlock(&derivative.getBody());
  IRMapping mapping;
  Block &body = op.getBody().front();
  unsigned count = op.getInputs().size();
  for (BlockArgument argument : body.getArguments().take_front(count))
    mapping.map(argument, block->addArgument(argument.getType(), argument.getLoc()));
  Value g = block->addArgument(nn::scalarType(type.getElementType()), site.loc);
  for (BlockArgument argument : body.getArguments().drop_front(count))
    mapping.map(argument, block->addArgument(argument.getType(), argument.getLoc()));

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
  Value result = cotangents.lookup(root);
  if (!result)
    result = splatConstant(site.builder, site.loc, nn::scalarType(type.getElementType()), 0);
  yield->setOperand(0, result);
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
