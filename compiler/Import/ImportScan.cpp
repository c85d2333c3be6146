// A loop over time as nn.scan: operands, then the body as nodes of its own.
#include "compiler/Import/ImportNode.h"

using namespace mlir;

namespace nnc::import {

LogicalResult NodeImporter::scanBody(const dsl::Scan &scan, OperationState &state) {
  Block &body = state.addRegion()->emplaceBlock();
  SmallVector<Value> values;
  for (const dsl::Type &argument : scan.arguments)
    values.push_back(body.addArgument(type(argument), state.location));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  for (const dsl::Node &inner : scan.body)
    if (failed(node(inner, values)))
      return failure();
  SmallVector<Value> yields;
  for (dsl::ValueId yield : scan.yields) {
    if (yield >= values.size())
      return emitError(state.location) << "import: the body of a scan has no value " << yield;
    yields.push_back(values[yield]);
  }
  nn::YieldOp::create(builder, state.location, yields);
  return success();
}

LogicalResult NodeImporter::scan(const dsl::Node &node, OperationState &state) {
  const dsl::Scan &scan = *node.scan;
  if (state.operands.size() != scan.consts + scan.carries + scan.xsAxes.size() + scan.lengths)
    return emitError(state.location) << "import: a scan has " << state.operands.size()
                                     << " operands, which are not its consts, starts, scanned values and lengths";
  state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({int32_t(scan.consts), int32_t(scan.carries),
                                                                          int32_t(scan.xsAxes.size()), scan.lengths}));
  state.addAttribute("steps", nn::makeDims(builder.getContext(), {size(scan.steps)}));
  state.addAttribute("xs_axes", builder.getDenseI64ArrayAttr(scan.xsAxes));
  state.addAttribute("ys_axes", builder.getDenseI64ArrayAttr(scan.ysAxes));
  if (scan.reverse)
    state.addAttribute("reverse", builder.getUnitAttr());
  return scanBody(scan, state);
}

} // namespace nnc::import
