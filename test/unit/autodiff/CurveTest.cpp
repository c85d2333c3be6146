// 200 training steps of a small network in f64 against PyTorch's loss curve (test/golden/curves/make.py), 1e-9
// relative.
#include "test/unit/autodiff/Programs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

using namespace nnc;
using namespace nnc::reference;

namespace {

constexpr int steps = 200, rows = 16;

const char *const head = R"(
nn.param @w1 : tensor<16x4xf64> = <constant, [0.0]>
nn.param @b1 : tensor<16xf64> = <constant, [0.0]>
nn.param @w2 : tensor<3x16xf64> = <constant, [0.0]>
nn.param @b2 : tensor<3xf64> = <constant, [0.0]>
nn.entry @step(%x: tensor<?x4xf64, #nn.dims<B, 4>> {nn.name = "x"}, %y: tensor<?xi32, #nn.dims<B>> {nn.name = "y", nn.index_bound = 3 : i64})
    -> (tensor<f64> {nn.name = "loss"}) attributes {sizes = [#nn.size<"B" max 16>], optimizer = #nn.optimizer<)";

const char *const tail = R"(} {
  %w1 = nn.get @w1 : tensor<16x4xf64>
  %b1 = nn.get @b1 : tensor<16xf64>
  %w2 = nn.get @w2 : tensor<3x16xf64>
  %b2 = nn.get @b2 : tensor<3xf64>
  %c1 = nn.broadcast %b1 dims [1] : tensor<16xf64> -> tensor<?x16xf64, #nn.dims<B, 16>>
  %a1 = nn.contract %x, %w1 init %c1 : tensor<?x16xf64, #nn.dims<B, 16>> "bi,oi->bo" : (tensor<?x4xf64, #nn.dims<B, 4>>, tensor<16x4xf64>) -> tensor<?x16xf64, #nn.dims<B, 16>>
  %h = nn.gelu %a1 : tensor<?x16xf64, #nn.dims<B, 16>>
  %c2 = nn.broadcast %b2 dims [1] : tensor<3xf64> -> tensor<?x3xf64, #nn.dims<B, 3>>
  %z = nn.contract %h, %w2 init %c2 : tensor<?x3xf64, #nn.dims<B, 3>> "bi,oi->bo" : (tensor<?x16xf64, #nn.dims<B, 16>>, tensor<3x16xf64>) -> tensor<?x3xf64, #nn.dims<B, 3>>
  %l, %lse = nn.softmax_cross_entropy %z, %y : (tensor<?x3xf64, #nn.dims<B, 3>>, tensor<?xi32, #nn.dims<B>>) -> (tensor<?xf64, #nn.dims<B>>, tensor<?xf64, #nn.dims<B>>)
  %s = nn.reduce add %l dims [0] : tensor<?xf64, #nn.dims<B>> -> tensor<f64>
  %n = nn.size "B" : tensor<f64>
  %loss = nn.div %s, %n : tensor<f64>
  nn.return %loss : tensor<f64>
}
)";

/// The curve of that name in curves.txt.
std::vector<double> goldenCurve(const std::string &name) {
  std::ifstream file(NNC_GOLDEN "/curves/curves.txt");
  std::vector<double> curve;
  std::string line;
  while (std::getline(file, line) && line != name) {
  }
  while (int(curve.size()) < steps && std::getline(file, line))
    curve.push_back(std::stod(line));
  return curve;
}

void fill(Tensor<double> &tensor, double scale, int phase) {
  for (size_t i = 0; i < tensor.reals.size(); ++i)
    tensor.reals[i] = scale * std::sin(1.3 * double(int(i) + phase));
}

TensorMap<double> batch(int step) {
  Tensor<double> x(ElementKind::Real, {rows, 4}), y(ElementKind::I32, {rows});
  for (int b = 0; b < rows; ++b) {
    for (int i = 0; i < 4; ++i)
      x.reals[b * 4 + i] = std::sin(0.7 * (step * 64 + b * 4 + i));
    y.integers[b] = (step * 5 + b * 7 + (x.reals[b * 4] > 0 ? 1 : 0)) % 3;
  }
  return {{"x", x}, {"y", y}};
}

void train(const std::string &name, const std::string &optimizer, const std::string &clip = "") {
  auto module = test::parse(head + optimizer + ">" + clip + tail);
  ASSERT_TRUE(module && test::runGradPhase(*module));
  std::vector<double> golden = goldenCurve(name);
  ASSERT_EQ(int(golden.size()), steps);
  TensorMap<double> state = initialState<double>(*module, 0);
  fill(state["w1"], 0.5, 1);
  fill(state["b1"], 0.5, 2);
  fill(state["w2"], 0.25, 3);
  fill(state["b2"], 0.25, 4);
  auto entry = module->lookupSymbol<nn::EntryOp>("step");
  for (int step = 0; step < steps; ++step) {
    EntryArguments<double> arguments;
    arguments.state = state;
    arguments.inputs = batch(step);
    auto scalars = evaluateScalars(*module, "step.scalars", {}, step, steps, 10);
    ASSERT_TRUE(mlir::succeeded(scalars));
    for (unsigned i = 2; i < entry.getNumArguments(); ++i)
      arguments.scalars[entry.getArgName(i).str()] = (*scalars)[i - 2];
    EntryResults<double> results;
    ASSERT_TRUE(mlir::succeeded(evaluateEntry(*module, "step", arguments, results)));
    ASSERT_NEAR(results.outputs[0].second.reals[0], golden[step], 1e-9 * golden[step]) << "step " << step;
    for (auto &[symbol, update] : results.updates)
      state[symbol] = update;
  }
}

TEST(Curve, Sgd) { train("sgd", "\"sgd\", {lr = 0.1}"); }
TEST(Curve, Nesterov) {
  train("nesterov", "\"sgd\", {lr = 0.05, momentum = 0.9, nesterov = true, weight_decay = 0.01}");
}
TEST(Curve, Adam) { train("adam", "\"adam\", {lr = 0.01, weight_decay = 0.01}"); }
TEST(Curve, AdamWClipped) {
  train("adamw", "\"adamw\", {lr = 0.01, weight_decay = 0.1}", ", clip = #nn.clip<norm, 0.05>");
}

} // namespace
