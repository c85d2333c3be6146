#include "compiler/Autodiff/BackwardScan.h"

using namespace mlir;

namespace nnc::autodiff {

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

BackwardScan::BackwardScan(Site &site, nn::ScanOp forward)
    : site(site), forward(forward), flow(forward), body(region.emplaceBlock()) {
  active = flow.active([&](unsigned operand) { return site.wants(operand); },
                       [&](unsigned result) { return bool(site.g(result)); });
  addArguments();
}

/// The step, all consts, the carries' cotangents; the carries, xs, and the stacks' cotangents as slices.
void BackwardScan::addArguments() {
  Location loc = site.loc;
  mapping.map(forward.stepArgument(), body.addArgument(forward.stepArgument().getType(), loc));
  for (auto [argument, value] : llvm::zip_equal(forward.constArguments(), forward.getConsts())) {
    consts.push_back({body.addArgument(argument.getType(), loc), value});
    mapping.map(argument, consts.back().argument);
  }
  for (auto [i, init] : llvm::enumerate(forward.getInit()))
    if (active.isCarry(flow, i)) {
      Value start = site.g(i).get();
      if (!start)
        start = splatConstant(site.builder, loc, tensorType(init), 0);
      carries.push_back({body.addArgument(init.getType(), loc), start, Value(), unsigned(i)});
    }
  for (auto [i, argument] : llvm::enumerate(forward.carryArguments())) {
    slices.push_back(
        {body.addArgument(argument.getType(), loc), Value(), axisFor(forward, tensorType(argument)), unsigned(i)});
    mapping.map(argument, slices.back().argument);
  }
  for (auto [argument, value, axis] : llvm::zip_equal(forward.sliceArguments(), forward.getXs(), forward.getXsAxes())) {
    slices.push_back({body.addArgument(argument.getType(), loc), value, axis});
    mapping.map(argument, slices.back().argument);
  }
  for (auto [i, axis] : llvm::enumerate(forward.getYsAxes()))
    if (Expr g = site.g(forward.numCarries() + i)) {
      auto argument = body.addArgument(nn::sliceOfStack(g.type(), axis), loc);
      slices.push_back({argument, g.get(), axis});
      stackCotangents.push_back({forward.numCarries() + i, argument});
    }
}

nn::YieldOp BackwardScan::yield() { return cast<nn::YieldOp>(body.getTerminator()); }

void BackwardScan::differentiateBody() {
  OpBuilder builder(site.op->getContext());
  builder.setInsertionPointToEnd(&body);
  Block &step = forward.getBody().front();
  SmallVector<Operation *> again;
  for (Operation &op : step.without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    copy->walk([](Operation *inner) { inner->setLoc(gradLocation(inner->getLoc())); });
    again.push_back(copy);
  }
  builder.setInsertionPoint(nn::YieldOp::create(builder, site.loc, ValueRange()));

  SmallVector<Value> roots, targets;
  for (unsigned argument : active.arguments)
    roots.push_back(mapping.lookup<Value>(step.getArgument(argument)));
  // The last use first, like every sum of cotangents.
  auto start = [&](unsigned yielded, Value g) {
    targets.push_back(mapping.lookup(step.getTerminator()->getOperand(yielded)));
    cotangents.add(builder, site.loc, targets.back(), g);
  };
  for (auto [result, argument] : llvm::reverse(stackCotangents))
    start(result, argument);
  for (const Carry &carry : llvm::reverse(carries))
    start(*carry.forward, carry.argument);
  Activity inside(body, roots, targets, DerivativeTable::get());
  reverse(again, inside, DerivativeTable::get(), builder, cotangents);

  for (Carry &carry : carries) {
    carry.next = cotangentOf(forward.carryArguments()[*carry.forward]);
    if (!carry.next)
      carry.next = splatConstant(builder, site.loc, tensorType(carry.argument), 0);
  }
}

Value BackwardScan::cotangentOf(BlockArgument forwardArgument) const {
  return cotangents.lookup(mapping.lookup<Value>(forwardArgument));
}

unsigned BackwardScan::accumulate(ArrayRef<Value> parts) {
  Type type = parts.front().getType();
  Value start = splatConstant(site.builder, site.loc, cast<RankedTensorType>(type), 0);
  Value sum = body.insertArgument(1 + consts.size() + carries.size(), type, site.loc), next = sum;
  OpBuilder builder(yield());
  for (Value part : parts)
    next = nn::AddOp::create(builder, site.loc, type, next, part);
  carries.push_back({cast<BlockArgument>(sum), start, next, std::nullopt});
  return carries.size() - 1;
}

Stacked BackwardScan::stack(Value value, int64_t axis) {
  stacks.push_back({value, axis});
  return {true, unsigned(stacks.size() - 1), axis};
}

std::optional<Stacked> BackwardScan::stackedOf(Value value) {
  for (const Port &port : consts)
    if (port.argument == value)
      return std::nullopt;
  for (auto [i, port] : llvm::enumerate(slices))
    if (port.argument == value) {
      port.readOutside = true;
      return Stacked{false, unsigned(i), port.axis};
    }
  for (auto [i, result] : llvm::enumerate(stacks))
    if (result.value == value)
      return Stacked{true, unsigned(i), result.axis};
  return stack(value, axisFor(forward, tensorType(value)));
}

void BackwardScan::removeUnused(Block &body, SmallVector<Port> &ports) {
  for (Port &port : ports)
    if (port.argument.use_empty()) {
      body.eraseArgument(port.argument.getArgNumber());
      port.argument = nullptr;
    }
}

/// The forward scan again, yielding also the carries that come into a step and that backward reads.
void BackwardScan::stackForwardCarries() {
  SmallVector<Port *> wanted;
  for (Port &port : slices)
    if (!port.operand && (port.readOutside || !port.argument.use_empty()))
      wanted.push_back(&port);
  if (wanted.empty())
    return;
  unsigned first = forward.getNumResults();
  forward = withStacks(forward, llvm::map_to_vector(wanted, [&](Port *port) {
                         return StackedYield{forward.carryArguments()[port->carry], port->axis};
                       }));
  for (auto [i, port] : llvm::enumerate(wanted))
    port->operand = forward.getResult(first + i);
  site.replaceOp();
}

void BackwardScan::create() {
  SmallVector<Value> yields, constants, starts, xs;
  SmallVector<Type> types;
  SmallVector<int64_t> xsAxes, ysAxes;
  for (const Carry &carry : carries) {
    yields.push_back(carry.next);
    starts.push_back(carry.start);
    types.push_back(carry.start.getType());
  }
  for (const StackedYield &result : stacks) {
    yields.push_back(result.value);
    types.push_back(nn::stackOfSlice(tensorType(result.value), result.axis, forward.stepCount()));
    ysAxes.push_back(result.axis);
  }
  yield()->setOperands(yields);
  removeDeadOps(body); // what only a sum over all steps needed
  stackForwardCarries();
  removeUnused(body, consts);
  removeUnused(body, slices);
  for (const Port &port : consts)
    if (port.argument)
      constants.push_back(port.operand);
  for (const Port &port : slices)
    if (port.argument) {
      xs.push_back(port.operand);
      xsAxes.push_back(port.axis);
    }
  created = nn::ScanOp::create(site.builder, site.loc, types, constants, starts, xs, Value(), forward.getStepsAttr(),
                               xsAxes, ysAxes, !forward.getReverse());
  created.getBody().takeBody(region);
}

Value BackwardScan::cotangentOfStart(unsigned forwardCarry) {
  for (auto [i, carry] : llvm::enumerate(carries))
    if (carry.forward == forwardCarry)
      return finalCarry(i);
  return nullptr;
}

Value BackwardScan::valueOf(const Stacked &piece) {
  return piece.own ? created.stacks()[piece.number] : slices[piece.number].operand;
}

} // namespace nnc::autodiff
