#include "tools/nnc-random/Stability.h"

#include <cmath>

using namespace mlir;

namespace nnc::random {
namespace {

bool isFloat(Value value) { return isa<FloatType>(cast<RankedTensorType>(value.getType()).getElementType()); }

/// The ops whose result jumps, with what is looked at: two operands that must differ, or one.
bool jumps(Operation *op) {
  if (op->getNumOperands() == 0 || !isFloat(op->getOperand(0)))
    return false;
  if (auto cast = dyn_cast<nn::CastOp>(op))
    return !isFloat(cast.getY());
  return isa<nn::CompareOp, nn::SignOp, nn::StepOp, nn::FloorOp, nn::CeilOp, nn::RoundOp, nn::ArgMaxOp, nn::ArgMinOp,
             nn::ReluGradOp>(op);
}

constexpr double near = 1e-4;

bool apart(double a, double b) { return a == b || !(std::fabs(a - b) <= near * (std::fabs(a) + std::fabs(b)) + 1e-6); }

/// Is x far from every multiple of `step`?
bool offGrid(double x, double step) {
  double nearest = std::nearbyint(x / step) * step;
  return apart(x, nearest);
}

/// Along `axis` the best element must lead.
bool leads(const reference::Tensor<double> &x, int64_t axis, bool largest) {
  int64_t inner = 1, extent = x.shape[size_t(axis)];
  for (size_t i = size_t(axis) + 1; i < x.shape.size(); ++i)
    inner *= x.shape[i];
  for (int64_t start = 0; start < x.size(); ++start) {
    if (start / inner % extent != 0)
      continue;
    double best = x.reals[size_t(start)], second = largest ? -INFINITY : INFINITY;
    for (int64_t i = 1; i < extent; ++i) {
      double next = x.reals[size_t(start + i * inner)];
      if (largest ? next > best : next < best)
        std::swap(best, next);
      second = largest ? std::max(second, next) : std::min(second, next);
    }
    if (extent > 1 && !apart(best, second))
      return false;
  }
  return true;
}

bool isFarFromJump(Operation *op, const reference::Tensor<double> &x, const reference::Tensor<double> *other) {
  if (isa<nn::ArgMaxOp, nn::ArgMinOp>(op))
    return leads(x, op->getAttrOfType<IntegerAttr>("axis").getInt(), isa<nn::ArgMaxOp>(op));
  auto cast = dyn_cast<nn::CastOp>(op);
  bool toBool = cast && cast.getY().getType().getElementType().isInteger(1);
  for (size_t i = 0; i < x.reals.size(); ++i) {
    double value = x.reals[i];
    bool far = isa<nn::CompareOp>(op)                                      ? apart(value, other->reals[i])
               : isa<nn::SignOp, nn::StepOp, nn::ReluGradOp>(op) || toBool ? apart(value, 0)
               : isa<nn::RoundOp>(op)                                      ? offGrid(value, 0.5)
                                                                           : offGrid(value, 1);
    if (!far)
      return false;
  }
  return true;
}

} // namespace

bool isStable(ModuleOp module, const std::string &name, const reference::EntryArguments<double> &arguments) {
  OwningOpRef<ModuleOp> copy(module.clone());
  auto entry = copy->lookupSymbol<nn::EntryOp>(name);
  auto last = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
  std::vector<Operation *> ops;
  std::vector<std::string> names;
  for (Operation &op : entry.getBody().front()) {
    if (!jumps(&op))
      continue;
    ops.push_back(&op);
    for (unsigned i = 0; i < (isa<nn::CompareOp>(op) ? 2u : 1u); ++i) {
      Value operand = op.getOperand(i);
      std::string port = "jump" + std::to_string(ops.size()) + "." + std::to_string(i);
      Builder builder(op.getContext());
      last.getOutputsMutable().append(operand);
      if (failed(entry.insertResult(
              entry.getNumResults(), operand.getType(),
              builder.getDictionaryAttr({builder.getNamedAttr("nn.name", builder.getStringAttr(port))}))))
        return false;
    }
  }
  if (ops.empty())
    return true;
  reference::EntryResults<double> results;
  if (failed(reference::evaluateEntry(*copy, name, arguments, results)))
    return false;
  reference::TensorMap<double> values;
  for (auto &[port, tensor] : results.outputs)
    values[port] = std::move(tensor);
  for (size_t i = 0; i < ops.size(); ++i) {
    std::string port = "jump" + std::to_string(i + 1) + ".";
    auto other = values.find(port + "1");
    if (!isFarFromJump(ops[i], values.at(port + "0"), other == values.end() ? nullptr : &other->second))
      return false;
  }
  return true;
}

} // namespace nnc::random
