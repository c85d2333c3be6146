#include "test/unit/autodiff/RuleCheck.h"

#include <cmath>
#include <sstream>

namespace nnc::test {

using namespace reference;

std::optional<Differentiated> differentiate(const std::string &text) {
  Differentiated both;
  both.forward = parse(text);
  if (!both.forward)
    return std::nullopt;
  both.backward = both.forward->clone();
  mlir::PassManager manager(&context());
  manager.addPass(autodiff::createCheckDerivatives());
  manager.addPass(autodiff::createDifferentiate());
  if (mlir::failed(manager.run(*both.backward)))
    return std::nullopt;
  return both;
}

static double number(Fill fill, Draw &draw) {
  switch (fill) {
  case Fill::Positive:
    return draw.uniform(0.5, 2);
  case Fill::AwayFromZero:
    return draw.uniform(0.1, 2) * (draw.chance(50) ? 1 : -1);
  case Fill::Fractional:
    return double(draw.below(5) - 2) + draw.uniform(0.1, 0.4) + (draw.chance(50) ? 0.5 : 0);
  case Fill::SomeZeros:
    return draw.chance(8) ? 0 : draw.uniform(0.7, 1.4) * (draw.chance(50) ? 1 : -1);
  default:
    return draw.uniform(-2, 2);
  }
}

Point pointOf(const Instance &instance, uint64_t seed) {
  Draw draw(seed);
  std::vector<double> distinct;
  for (const Parameter &parameter : instance.parameters)
    if (parameter.fill == Fill::Distinct)
      distinct.resize(distinct.size() + count(parameter.shape));
  for (size_t i = 0; i < distinct.size(); ++i)
    distinct[i] = (double(i) + draw.uniform(0.2, 0.8)) / double(distinct.size()) * 4 - 2;
  draw.shuffle(distinct);
  Point point;
  std::vector<Parameter> all = instance.parameters;
  all.push_back({"w", instance.result, Fill::Any});
  for (const Parameter &parameter : all) {
    bool labels = parameter.fill == Fill::Labels;
    Tensor<double> value(labels ? ElementKind::I32 : ElementKind::Real, parameter.shape);
    for (int64_t &label : value.integers)
      label = draw.below(parameter.bound);
    Tensor<double> direction = value;
    for (auto [x, along] : llvm::zip(value.reals, direction.reals)) {
      x = parameter.fill == Fill::Distinct ? distinct.back() : number(parameter.fill, draw);
      if (parameter.fill == Fill::Distinct)
        distinct.pop_back();
      along = draw.uniform(-1, 1);
    }
    point.values[parameter.name] = std::move(value);
    point.direction[parameter.name] = std::move(direction);
  }
  return point;
}

template <class S> static EntryArguments<S> argumentsOf(TensorMap<S> state) {
  EntryArguments<S> arguments;
  arguments.state = std::move(state);
  arguments.sizes = {{"B", 7}};
  return arguments;
}

std::optional<Truth> truthOf(mlir::ModuleOp forward, const Point &point) {
  TensorMap<scalar::Dual> state;
  for (const auto &[name, tensor] : point.values) {
    Tensor<scalar::Dual> dual(tensor.kind, tensor.shape);
    dual.integers = tensor.integers;
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      dual.reals[i] = {tensor.reals[i], point.direction.at(name).reals[i]};
    state[name] = std::move(dual);
  }
  EntryResults<scalar::Dual> results;
  if (mlir::failed(evaluateEntry(forward, "grad", argumentsOf(state), results)))
    return std::nullopt;
  Truth truth;
  truth.loss = results.outputs[0].second.reals[0].d;
  const auto &y = results.outputs[1].second.reals, &w = state.at("w").reals;
  for (size_t i = 0; i < y.size(); ++i) {
    double term = y[i].d * w[i].value;
    truth.adjoint += term;
    truth.adjointScale += std::fabs(term);
    truth.lossScale += std::fabs(term) + std::fabs(y[i].value * w[i].d);
  }
  return truth;
}

namespace {

/// Gradient · direction, over all parameters and over all but w.
struct Reverse {
  double loss = 0, adjoint = 0, lossScale = 0, adjointScale = 0;
};

std::optional<Reverse> reverseOf(mlir::ModuleOp backward, const Point &point) {
  EntryResults<double> results;
  if (mlir::failed(evaluateEntry(backward, "grad", argumentsOf(point.values), results)))
    return std::nullopt;
  Reverse reverse;
  for (size_t i = 2; i < results.outputs.size(); ++i) {
    std::string name = results.outputs[i].first.substr(5); // without "grad."
    const auto &gradient = results.outputs[i].second.reals, &direction = point.direction.at(name).reals;
    for (size_t k = 0; k < gradient.size(); ++k) {
      double term = gradient[k] * direction[k];
      reverse.loss += term;
      reverse.lossScale += std::fabs(term);
      if (name != "w") {
        reverse.adjoint += term;
        reverse.adjointScale += std::fabs(term);
      }
    }
  }
  return reverse;
}

/// The message if |got - wanted| is over the bound or not a number.
std::string compare(const char *what, double got, double wanted, double bound) {
  if (std::fabs(got - wanted) <= bound)
    return "";
  std::ostringstream text;
  text.precision(17);
  text << what << ": reverse mode " << got << ", wanted " << wanted << ", bound " << bound;
  return text.str();
}

} // namespace

std::string disagreement(mlir::ModuleOp backward, const Point &point, const Truth &truth) {
  std::optional<Reverse> reverse = reverseOf(backward, point);
  if (!reverse)
    return "reverse mode cannot be evaluated";
  std::string wrong =
      compare("dual numbers", reverse->loss, truth.loss, 1e-12 * std::max(reverse->lossScale, truth.lossScale));
  if (wrong.empty())
    wrong = compare("adjoint identity", reverse->adjoint, truth.adjoint,
                    1e-12 * std::max(reverse->adjointScale, truth.adjointScale));
  return wrong;
}

std::string disagreementWithDifferences(mlir::ModuleOp backward, mlir::ModuleOp forward, const Point &point) {
  std::optional<Reverse> reverse = reverseOf(backward, point);
  if (!reverse)
    return "reverse mode cannot be evaluated";
  constexpr double step = 1e-5;
  double loss[2];
  for (int side : {0, 1}) {
    TensorMap<double> state = point.values;
    for (auto &[name, tensor] : state)
      for (size_t i = 0; i < tensor.reals.size(); ++i)
        tensor.reals[i] += (side ? step : -step) * point.direction.at(name).reals[i];
    EntryResults<double> results;
    if (mlir::failed(evaluateEntry(forward, "grad", argumentsOf(state), results)))
      return "the loss cannot be evaluated";
    loss[side] = results.outputs[0].second.reals[0];
  }
  double bound = 1e-6 * reverse->lossScale + 1e-7;
  return compare("central differences", reverse->loss, (loss[1] - loss[0]) / (2 * step), bound);
}

std::string disagreementAtKink(mlir::ModuleOp backward, const Kink &kink) {
  TensorMap<double> state;
  for (const Parameter &parameter : kink.instance.parameters) {
    Tensor<double> tensor(ElementKind::Real, parameter.shape);
    tensor.reals = kink.values.at(parameter.name);
    state[parameter.name] = std::move(tensor);
  }
  Tensor<double> ones(ElementKind::Real, kink.instance.result);
  std::fill(ones.reals.begin(), ones.reals.end(), 1);
  state["w"] = std::move(ones);
  EntryResults<double> results;
  if (mlir::failed(evaluateEntry(backward, "grad", argumentsOf(state), results)))
    return "reverse mode cannot be evaluated";
  for (const auto &[output, gradient] : results.outputs) {
    auto wanted = output.starts_with("grad.") ? kink.gradients.find(output.substr(5)) : kink.gradients.end();
    if (wanted == kink.gradients.end())
      continue;
    for (size_t i = 0; i < wanted->second.size(); ++i) {
      double a = gradient.reals[i], b = wanted->second[i];
      bool same = a == b || (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= 1e-12 * std::fabs(b);
      if (!same)
        return output + "[" + std::to_string(i) + "] is " + std::to_string(a) + ", not " + std::to_string(b);
    }
  }
  return "";
}

} // namespace nnc::test
