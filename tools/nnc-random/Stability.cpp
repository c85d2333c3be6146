#include "tools/nnc-random/Stability.h"

#include <algorithm>
#include <cmath>
#include <optional>

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

constexpr double near = 1e-5;

bool apart(double a, double b) {
  double distance = std::fabs(a - b); // of a number and infinity, as in the check of a norm: far
  return a == b || !std::isfinite(distance) || distance > near * (std::fabs(a) + std::fabs(b)) + 1e-7;
}

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

/// The operands of some ops of an entry, evaluated in f64: one list an op. Nothing if that fails.
static std::optional<std::vector<std::pair<Operation *, std::vector<reference::Tensor<double>>>>>
operandsOf(ModuleOp copy, const std::string &name, const reference::EntryArguments<double> &arguments,
           llvm::function_ref<bool(Operation *)> isWanted) {
  auto entry = copy.lookupSymbol<nn::EntryOp>(name);
  auto last = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
  std::vector<std::pair<Operation *, std::vector<reference::Tensor<double>>>> all;
  size_t before = last.getOutputs().size();
  for (Operation &op : entry.getBody().front()) {
    if (!isWanted(&op))
      continue;
    all.push_back({&op, {}});
    for (Value operand : op.getOperands()) {
      Builder builder(op.getContext());
      auto port = builder.getStringAttr("probe" + std::to_string(entry.getNumResults()));
      last.getOutputsMutable().append(operand);
      if (failed(entry.insertResult(entry.getNumResults(), operand.getType(),
                                    builder.getDictionaryAttr({builder.getNamedAttr("nn.name", port)}))))
        return std::nullopt;
    }
  }
  reference::EntryResults<double> results;
  if (!all.empty() && failed(reference::evaluateEntry(copy, name, arguments, results)))
    return std::nullopt;
  for (auto &[op, operands] : all)
    for (size_t i = 0; i < op->getNumOperands(); ++i)
      operands.push_back(std::move(results.outputs[before++].second));
  return all;
}

bool isStable(ModuleOp module, const std::string &name, const reference::EntryArguments<double> &arguments) {
  OwningOpRef<ModuleOp> copy(module.clone());
  auto all = operandsOf(*copy, name, arguments, jumps);
  return all && llvm::all_of(*all, [](auto &probe) {
           auto &[op, operands] = probe;
           return isFarFromJump(op, operands[0], operands.size() > 1 ? &operands[1] : nullptr);
         });
}

bool isOnKink(ModuleOp module, const std::string &name, const reference::EntryArguments<double> &arguments) {
  OwningOpRef<ModuleOp> copy(module.clone());
  auto all = operandsOf(*copy, name, arguments, [](Operation *op) {
    auto reduce = dyn_cast<nn::ReduceOp>(op);
    return isa<nn::MaxOp, nn::MinOp, nn::ReluOp, nn::AbsOp>(op) ||
           (reduce && (reduce.getKind() == nn::ReduceKind::max || reduce.getKind() == nn::ReduceKind::min));
  });
  if (!all)
    return true;
  for (auto &[op, operands] : *all) {
    std::vector<double> numbers = operands[0].reals;
    if (isa<nn::ReluOp, nn::AbsOp>(op) && llvm::is_contained(numbers, 0.0))
      return true;
    if (isa<nn::MaxOp, nn::MinOp>(op) && op->getOperand(0) != op->getOperand(1))
      for (auto [a, b] : llvm::zip(numbers, operands[1].reals))
        if (a == b)
          return true;
    llvm::sort(numbers);
    if (isa<nn::ReduceOp>(op) && std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end())
      return true;
  }
  return false;
}

} // namespace nnc::random
