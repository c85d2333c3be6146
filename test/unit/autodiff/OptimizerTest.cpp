// Optimizers as they come out of nn-attach-optimizer, 100 steps in f64, against the formulas of PyTorch written down
// again here. The gradient of the loss sum(p · x) is x, so a step's gradient is its input.
#include "test/unit/autodiff/Programs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace nnc;
using namespace nnc::reference;

namespace {

constexpr int count = 4, steps = 100;

std::string stepModule(const std::string &optimizer, const std::string &clip = "") {
  return "nn.param @p : tensor<2x2xf64> = <uniform, [-1.0, 1.0]>\n"
         "nn.entry @step(%x: tensor<2x2xf64> {nn.name = \"x\"}) -> (tensor<f64> {nn.name = \"loss\"}) attributes "
         "{sizes = [], "
         "optimizer = #nn.optimizer<" +
         optimizer + ">" + clip +
         "} {\n%p = nn.get @p : tensor<2x2xf64>\n%m = nn.mul %p, %x : tensor<2x2xf64>\n"
         "%l = nn.reduce add %m dims [0, 1] : tensor<2x2xf64> -> tensor<f64>\nnn.return %l : tensor<f64>\n}\n";
}

double gradientAt(int step, int i) { return std::sin(0.3 * step + i) * (1 + 0.5 * i); }

using State = std::vector<double>;
/// Takes p and the gradient of step `t` (from 0).
using Formula = std::function<void(int t, State &p, const State &g)>;

void compare(const std::string &text, const Formula &formula) {
  auto module = test::parse(text);
  ASSERT_TRUE(module);
  ASSERT_TRUE(test::runGradPhase(*module));
  TensorMap<double> state = initialState<double>(*module, 7);
  State p = state["p"].reals;
  auto entry = module->lookupSymbol<nn::EntryOp>("step");
  for (int t = 0; t < steps; ++t) {
    EntryArguments<double> arguments;
    arguments.state = state;
    Tensor<double> x(ElementKind::Real, {2, 2});
    State g(count);
    for (int i = 0; i < count; ++i)
      x.reals[i] = g[i] = gradientAt(t, i);
    arguments.inputs["x"] = x;
    auto scalars = evaluateScalars(*module, "step.scalars", {}, t, steps, 10);
    ASSERT_TRUE(mlir::succeeded(scalars));
    for (unsigned i = 1; i < entry.getNumArguments(); ++i)
      arguments.scalars[entry.getArgName(i).str()] = (*scalars)[i - 1];
    EntryResults<double> results;
    ASSERT_TRUE(mlir::succeeded(evaluateEntry(*module, "step", arguments, results)));
    for (auto &[symbol, update] : results.updates)
      state[symbol] = update;
    formula(t, p, g);
    for (int i = 0; i < count; ++i)
      ASSERT_NEAR(state["p"].reals[i], p[i], 1e-14 * (1 + std::fabs(p[i]))) << "step " << t << ", element " << i;
  }
}

Formula sgd(double lr, double momentum, bool nesterov, double decay) {
  auto buffer = std::make_shared<State>();
  return [=](int t, State &p, const State &g) {
    if (buffer->empty())
      buffer->assign(p.size(), 0);
    for (size_t i = 0; i < p.size(); ++i) {
      double d = g[i] + decay * p[i];
      if (momentum != 0) {
        double &b = (*buffer)[i];
        b = t == 0 ? d : momentum * b + d;
        d = nesterov ? d + momentum * b : b;
      }
      p[i] -= lr * d;
    }
  };
}

Formula adam(double lr, double decay, bool decoupled) {
  auto m = std::make_shared<State>(count, 0.0), v = std::make_shared<State>(count, 0.0);
  return [=](int t, State &p, const State &g) {
    constexpr double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
    double bias1 = 1 - std::pow(beta1, t + 1), bias2 = 1 - std::pow(beta2, t + 1);
    for (size_t i = 0; i < p.size(); ++i) {
      double d = g[i];
      if (decoupled)
        p[i] *= 1 - lr * decay;
      else
        d += decay * p[i];
      (*m)[i] = beta1 * (*m)[i] + (1 - beta1) * d;
      (*v)[i] = beta2 * (*v)[i] + (1 - beta2) * d * d;
      p[i] -= lr / bias1 * (*m)[i] / (std::sqrt((*v)[i]) / std::sqrt(bias2) + eps);
    }
  };
}

Formula rmsprop(double lr, double alpha, double momentum, double decay) {
  auto square = std::make_shared<State>(count, 0.0), buffer = std::make_shared<State>(count, 0.0);
  return [=](int, State &p, const State &g) {
    for (size_t i = 0; i < p.size(); ++i) {
      double d = g[i] + decay * p[i];
      (*square)[i] = alpha * (*square)[i] + (1 - alpha) * d * d;
      d /= std::sqrt((*square)[i]) + 1e-8;
      (*buffer)[i] = momentum * (*buffer)[i] + d;
      p[i] -= lr * (*buffer)[i];
    }
  };
}

Formula adagrad(double lr, double decay) {
  auto sum = std::make_shared<State>(count, 0.0);
  return [=](int, State &p, const State &g) {
    for (size_t i = 0; i < p.size(); ++i) {
      double d = g[i] + decay * p[i];
      (*sum)[i] += d * d;
      p[i] -= lr * d / (std::sqrt((*sum)[i]) + 1e-10);
    }
  };
}

TEST(Optimizer, Sgd) { compare(stepModule("\"sgd\", {lr = 0.1}"), sgd(0.1, 0, false, 0)); }
TEST(Optimizer, SgdDecay) { compare(stepModule("\"sgd\", {lr = 0.1, weight_decay = 0.01}"), sgd(0.1, 0, false, 0.01)); }
TEST(Optimizer, Momentum) {
  compare(stepModule("\"sgd\", {lr = 0.1, momentum = 0.9, weight_decay = 0.01}"), sgd(0.1, 0.9, false, 0.01));
}
TEST(Optimizer, Nesterov) {
  compare(stepModule("\"sgd\", {lr = 0.1, momentum = 0.9, nesterov = true}"), sgd(0.1, 0.9, true, 0));
}
TEST(Optimizer, Adam) { compare(stepModule("\"adam\", {lr = 0.01}"), adam(0.01, 0, false)); }
TEST(Optimizer, AdamDecay) { compare(stepModule("\"adam\", {lr = 0.01, weight_decay = 0.1}"), adam(0.01, 0.1, false)); }
TEST(Optimizer, AdamW) { compare(stepModule("\"adamw\", {lr = 0.01, weight_decay = 0.1}"), adam(0.01, 0.1, true)); }
TEST(Optimizer, Rmsprop) { compare(stepModule("\"rmsprop\", {lr = 0.01}"), rmsprop(0.01, 0.99, 0, 0)); }
TEST(Optimizer, RmspropMomentum) {
  compare(stepModule("\"rmsprop\", {lr = 0.01, alpha = 0.9, momentum = 0.5, weight_decay = 0.1}"),
          rmsprop(0.01, 0.9, 0.5, 0.1));
}
TEST(Optimizer, Adagrad) { compare(stepModule("\"adagrad\", {lr = 0.1, weight_decay = 0.1}"), adagrad(0.1, 0.1)); }

TEST(Optimizer, ClipByNorm) {
  Formula update = sgd(0.1, 0, false, 0);
  compare(stepModule("\"sgd\", {lr = 0.1}", ", clip = #nn.clip<norm, 1.0>"), [=](int t, State &p, const State &g) {
    double squares = 0;
    for (double x : g)
      squares += x * x;
    State clipped = g;
    for (double &x : clipped)
      x *= std::min(1.0, 1.0 / (std::sqrt(squares) + 1e-6));
    update(t, p, clipped);
  });
}

TEST(Optimizer, ClipByValue) {
  Formula update = sgd(0.1, 0, false, 0);
  compare(stepModule("\"sgd\", {lr = 0.1}", ", clip = #nn.clip<value, 0.5>"), [=](int t, State &p, const State &g) {
    State clipped = g;
    for (double &x : clipped)
      x = std::min(std::max(x, -0.5), 0.5);
    update(t, p, clipped);
  });
}

TEST(Optimizer, NonFiniteGradientChangesNothing) {
  auto module = test::parse(stepModule("\"adam\", {lr = 0.01}"));
  ASSERT_TRUE(module && test::runGradPhase(*module));
  EntryArguments<double> arguments;
  arguments.state = initialState<double>(*module, 7);
  Tensor<double> x(ElementKind::Real, {2, 2});
  x.reals[1] = std::numeric_limits<double>::quiet_NaN();
  arguments.inputs["x"] = x;
  arguments.scalars = {{"lr", 0.01}, {"correction1", 10}, {"correction2", 1000}};
  EntryResults<double> results;
  ASSERT_TRUE(mlir::succeeded(evaluateEntry(*module, "step", arguments, results)));
  for (auto &[symbol, update] : results.updates)
    EXPECT_EQ(update.reals, arguments.state[symbol].reals) << symbol;
  EXPECT_EQ(results.outputs.back().first, "finite");
  EXPECT_EQ(results.outputs.back().second.reals[0], 0);
}

double rateAt(const std::string &schedule, int64_t step) {
  auto module = test::parse(stepModule("\"sgd\", {lr = 0.8, schedule = {" + schedule + "}}"));
  EXPECT_TRUE(module && test::runGradPhase(*module));
  auto scalars = evaluateScalars(*module, "step.scalars", {}, step, 110, 10);
  return mlir::succeeded(scalars) ? scalars->front() : NAN;
}

TEST(Schedule, IsAFunctionOfTheStep) {
  EXPECT_DOUBLE_EQ(rateAt("kind = \"constant\"", 50), 0.8);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"step_decay\", every = 2.0, by = 0.5", 19), 0.8);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"step_decay\", every = 2.0, by = 0.5", 20), 0.4);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"step_decay\", every = 2.0, by = 0.5", 59), 0.2);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"cosine\", warmup = 10.0", 0), 0.08);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"cosine\", warmup = 10.0", 9), 0.8);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"cosine\", warmup = 10.0", 10), 0.8);
  EXPECT_NEAR(rateAt("kind = \"cosine\", warmup = 10.0, final = 0.2", 60), 0.5, 1e-15);
  EXPECT_NEAR(rateAt("kind = \"cosine\", warmup = 10.0, final = 0.2", 110), 0.2, 1e-15);
  EXPECT_NEAR(rateAt("kind = \"linear\", warmup = 10.0", 35), 0.6, 1e-15);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"inverse_sqrt\", warmup = 10.0", 4), 0.4);
  EXPECT_DOUBLE_EQ(rateAt("kind = \"inverse_sqrt\", warmup = 10.0", 39), 0.4);
}

TEST(Schedule, SettingsMayBeChanged) {
  auto module = test::parse(stepModule("\"sgd\", {lr = 0.8}"));
  ASSERT_TRUE(module && test::runGradPhase(*module));
  auto scalars = evaluateScalars(*module, "step.scalars", {{"optimizer.lr", 0.25}}, 0, 1, 1);
  ASSERT_TRUE(mlir::succeeded(scalars));
  EXPECT_EQ(scalars->front(), 0.25);
}

} // namespace
