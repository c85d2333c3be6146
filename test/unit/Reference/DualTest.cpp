// The evaluator on dual numbers: along a random direction the derivative that it carries is the one that central
// differences of the f64 values give.
#include "compiler/Dialect/Nn.h"
#include "compiler/Reference/Reference.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <random>

using namespace nnc;
using namespace nnc::reference;

namespace {

struct Op {
  const char *name;
  std::vector<std::string> inputs; // shapes: "2x3"
  std::string result;              // type of the result
  std::string body;                // an op that makes %y of %0, %1, …
};

const std::string f64x(const std::string &shape) { return "tensor<" + shape + "xf64>"; }

const Op ops[] = {
    {"conv",
     {"2x4x7", "6x2x3", "2x6x4"},
     f64x("2x6x4"),
     "%y = nn.conv %0, %1 init %2 : tensor<2x6x4xf64> stride [2] dilation [1] pad [1], [1] groups 2 : "
     "(tensor<2x4x7xf64>, tensor<6x2x3xf64>) -> tensor<2x6x4xf64>"},
    {"conv_input_grad",
     {"1x2x3x3", "2x3x2x2"},
     f64x("1x3x6x4"),
     "%y = nn.conv_input_grad %0, %1 stride [2, 1] dilation [1, 1] pad [0, 0], [0, 0] : (tensor<1x2x3x3xf64>, "
     "tensor<2x3x2x2xf64>) -> tensor<1x3x6x4xf64>"},
    {"conv_filter_grad",
     {"2x3x5", "2x2x3"},
     f64x("2x3x3"),
     "%y = nn.conv_filter_grad %0, %1 stride [1] dilation [1] pad [0], [0] : (tensor<2x3x5xf64>, tensor<2x2x3xf64>) -> "
     "tensor<2x3x3xf64>"},
    {"max_pool",
     {"2x3x5x5"},
     f64x("2x3x3x3"),
     "%y = nn.max_pool %0 kernel [3, 3] stride [2, 2] dilation [1, 1] pad [1, 1], [1, 1] : tensor<2x3x5x5xf64> -> "
     "tensor<2x3x3x3xf64>"},
    {"avg_pool",
     {"2x3x6"},
     f64x("2x3x4"),
     "%y = nn.avg_pool %0 kernel [3] stride [2] pad [1], [1] ceil : tensor<2x3x6xf64> -> tensor<2x3x4xf64>"},
    {"softmax",
     {"3x5"},
     f64x("3x5"),
     "%y = nn.softmax %0 axis 1 mask #nn.mask<2 and(d1 ge d0, d0 lt 2)>() : tensor<3x5xf64>"},
    {"log_softmax",
     {"3x5"},
     f64x("3x5"),
     "%m = nn.log_softmax %0 axis 0 mask #nn.mask<2 d1 ge d0>() : tensor<3x5xf64>\n"
     "%y = nn.exp %m : tensor<3x5xf64>"},
    {"logsumexp",
     {"3x5"},
     f64x("3"),
     "%y = nn.logsumexp %0 axis 1 mask #nn.mask<2 d1 ge d0>() : tensor<3x5xf64> -> tensor<3xf64>"},
    {"attention",
     {"2x4x3x2", "2x2x5x2", "2x2x5x3", "2x4x3x5"},
     f64x("2x4x3x3"),
     "%y, %l = nn.attention %0, %1, %2 bias %3 : tensor<2x4x3x5xf64> mask #nn.mask<4 and(d3 le d2 + 1, d2 gt 0)>() "
     "scale 0.5 dropout 0.25 site \"dropout:a\" : (tensor<2x4x3x2xf64>, tensor<2x2x5x2xf64>, tensor<2x2x5x3xf64>) -> "
     "(tensor<2x4x3x3xf64>, tensor<2x4x3xf64>)"},
    {"gather",
     {"4x3"},
     f64x("2x2x3"),
     "%i = nn.constant dense<[[3, 0], [3, 1]]> : tensor<2x2xi64> : tensor<2x2xi64>\n"
     "%y = nn.gather %0 at %i axis 0 : (tensor<4x3xf64>, tensor<2x2xi64>) -> tensor<2x2x3xf64>"},
    {"scatter",
     {"3x2", "4x2"},
     f64x("4x2"),
     "%i = nn.constant dense<[3, 0, 3]> : tensor<3xi64> : tensor<3xi64>\n"
     "%s = nn.scatter mul %0 at %i init %1 : tensor<4x2xf64> axis 0 : (tensor<3x2xf64>, tensor<3xi64>) -> "
     "tensor<4x2xf64>\n"
     "%m = nn.scatter max %0 at %i init %1 : tensor<4x2xf64> axis 0 : (tensor<3x2xf64>, tensor<3xi64>) -> "
     "tensor<4x2xf64>\n"
     "%y = nn.add %s, %m : tensor<4x2xf64>"},
    {"cumsum", {"3x4"}, f64x("3x4"), "%y = nn.cumsum reverse %0 axis 1 : tensor<3x4xf64>"},
    {"sort",
     {"3x4"},
     f64x("3x2"),
     "%y, %i = nn.sort descending %0 axis 1 : tensor<3x4xf64> -> (tensor<3x2xf64>, tensor<3x2xi64>)"},
    {"flip", {"3x4"}, f64x("3x4"), "%y = nn.flip %0 dims [0, 1] : tensor<3x4xf64>"},
    {"dropout", {"3x40"}, f64x("3x40"), "%y = nn.dropout %0 rate 0.3 site \"dropout:d\" : tensor<3x40xf64>"},
    {"custom",
     {"4"},
     f64x("4"),
     "%y = nn.custom(%0) : (tensor<4xf64>) -> tensor<4xf64> {\n^bb0(%a: tensor<4xf64>):\n  %e = nn.exp %a : "
     "tensor<4xf64>\n  nn.yield %e : tensor<4xf64>\n} backward {\n^bb0(%a: tensor<4xf64>, %r: tensor<4xf64>, %g: "
     "tensor<4xf64>):\n  nn.yield %g : tensor<4xf64>\n}"},
};

std::string moduleText(const Op &op) {
  std::string arguments;
  for (size_t i = 0; i < op.inputs.size(); ++i)
    arguments += (i ? ", %" : "%") + std::to_string(i) + ": " + f64x(op.inputs[i]) + " {nn.name = \"" +
                 std::to_string(i) + "\"}";
  return "nn.entry @forward(" + arguments + ") -> (" + op.result + " {nn.name = \"y\"}) attributes {sizes = []} {\n" +
         op.body + "\nnn.return %y : " + op.result + "\n}\n";
}

template <class S> std::vector<S> valuesOf(mlir::ModuleOp module, const TensorMap<S> &inputs) {
  EntryArguments<S> arguments;
  arguments.inputs = inputs;
  EntryResults<S> results;
  if (mlir::failed(evaluateEntry(module, "forward", arguments, results)))
    return {};
  return results.outputs.front().second.reals;
}

class Duals : public testing::TestWithParam<Op> {};

TEST_P(Duals, FollowCentralDifferences) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<nn::NNDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(moduleText(GetParam()), &context);
  ASSERT_TRUE(module);
  auto inputs = randomInputs<double>(*module, "forward", {}, 5);
  ASSERT_TRUE(mlir::succeeded(inputs));
  constexpr double h = 1e-5;
  std::mt19937_64 random(11);
  TensorMap<scalar::Dual> dual;
  TensorMap<double> above = *inputs, below = *inputs;
  for (auto &[name, tensor] : *inputs) {
    Tensor<scalar::Dual> made(ElementKind::Real, tensor.shape);
    for (int64_t i = 0; i < tensor.size(); ++i) {
      double direction = std::uniform_real_distribution<double>(-1, 1)(random);
      made.reals[i] = {tensor.reals[i], direction};
      above[name].reals[i] += h * direction;
      below[name].reals[i] -= h * direction;
    }
    dual[name] = made;
  }
  auto values = valuesOf(*module, *inputs), up = valuesOf(*module, above), down = valuesOf(*module, below);
  auto duals = valuesOf(*module, dual);
  ASSERT_FALSE(values.empty());
  ASSERT_EQ(duals.size(), values.size());
  double largest = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(duals[i].value, values[i]) << i;
    EXPECT_NEAR(duals[i].d, (up[i] - down[i]) / (2 * h), 1e-6) << i;
    largest = std::max(largest, std::abs(duals[i].d));
  }
  EXPECT_GT(largest, 1e-3); // something depends on the inputs
}

std::string nameOf(const testing::TestParamInfo<Op> &info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Ops, Duals, testing::ValuesIn(ops), nameOf);

} // namespace
