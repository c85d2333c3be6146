// A function with its own derivative as nn.custom: two bodies of nodes.
#include "compiler/Import/ImportNode.h"

using namespace mlir;

namespace nnc::import {

static bool isFloat(Value value) { return isa<FloatType>(getElementTypeOrSelf(value.getType())); }

LogicalResult NodeImporter::customBody(ArrayRef<dsl::Node> nodes, ArrayRef<dsl::ValueId> yields, Region *region,
                                       TypeRange arguments, Location loc, SmallVectorImpl<Value> &yielded) {
  Block &body = region->emplaceBlock();
  SmallVector<Value> values;
  for (Type argument : arguments)
    values.push_back(body.addArgument(argument, loc));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  for (const dsl::Node &inner : nodes)
    if (failed(node(inner, values)))
      return failure();
  for (dsl::ValueId yield : yields) {
    if (yield >= values.size())
      return emitError(loc) << "import: a function with a derivative of its own has no value " << yield;
    yielded.push_back(values[yield]);
  }
  nn::YieldOp::create(builder, loc, yielded);
  return success();
}

LogicalResult NodeImporter::custom(const dsl::Node &node, OperationState &state) {
  const dsl::Custom &custom = *node.custom;
  SmallVector<Type> arguments;
  for (Value operand : state.operands)
    arguments.push_back(operand.getType());
  SmallVector<Value> made, given;
  Region *forward = state.addRegion(), *backward = state.addRegion();
  if (failed(customBody(custom.forward, custom.made, forward, arguments, state.location, made)))
    return failure();
  for (Value value : made)
    arguments.push_back(value.getType());
  for (Value result : ArrayRef(made).take_front(node.results.size()))
    if (isFloat(result))
      arguments.push_back(result.getType());
  return customBody(custom.backward, custom.given, backward, arguments, state.location, given);
}

} // namespace nnc::import
