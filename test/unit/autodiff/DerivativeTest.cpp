// Every record of the derivative table against two independent derivatives in f64: dual numbers (1e-12 relative) and
// central differences (1e-6).
#include "compiler/Autodiff/Reverse.h"
#include "test/unit/autodiff/Programs.h"

#include "mlir/IR/Matchers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

using namespace nnc;
using namespace nnc::reference;
using nnc::test::RuleProgram;

namespace {

std::vector<RuleProgram> programs() {
  std::vector<RuleProgram> list;
  std::string t = "tensor<3x4xf64>";
  auto unary = [&](const char *op, double low, double high) {
    list.push_back({op, "3x4", "", "3x4", std::string("%y = nn.") + op + " %p : " + t, low, high});
  };
  for (const char *op : {"neg", "exp", "expm1", "tanh", "sigmoid", "softplus", "gelu", "erf", "sin", "cos"})
    unary(op, -2, 2);
  for (const char *op : {"log", "log1p", "sqrt", "rsqrt"})
    unary(op, 0.5, 3);
  // Kinked ones away from their kink, on both sides.
  for (const char *op : {"relu", "abs"}) {
    unary(op, 0.1, 2);
    unary(op, -2, -0.1);
  }
  auto binary = [&](const char *op, double low, double high) {
    list.push_back({op, "3x4", "3x4", "3x4", std::string("%y = nn.") + op + " %p, %q : " + t, low, high});
    list.push_back({std::string(op) + " with itself", "3x4", "", "3x4", std::string("%y = nn.") + op + " %p, %p : " + t,
                    low, high});
  };
  for (const char *op : {"add", "sub", "mul", "mse"})
    binary(op, -2, 2);
  binary("div", 0.5, 2);
  binary("pow", 0.5, 2);
  for (const char *op : {"max", "min"})
    list.push_back({op, "3x4", "3x4", "3x4", std::string("%y = nn.") + op + " %p, %q : " + t});
  list.push_back(
      {"relu_grad", "3x4", "3x4", "3x4", "%c = nn.stop_gradient %p : " + t + "\n%y = nn.relu_grad %c, %q : " + t});
  list.push_back({"select", "3x4", "3x4", "3x4",
                  "%z = nn.constant dense<0.25> : tensor<3x4xf64> : tensor<3x4xf64>\n"
                  "%c = nn.compare lt %p, %z : tensor<3x4xf64> -> tensor<3x4xi1>\n"
                  "%y = nn.select %c, %p, %q : tensor<3x4xi1>, tensor<3x4xf64>"});
  list.push_back({"cast", "3x4", "", "3x4",
                  "%e = nn.exp %p : tensor<3x4xf64>\n%i = nn.cast %e : tensor<3x4xf64> -> tensor<3x4xi32>\n"
                  "%f = nn.cast %i : tensor<3x4xi32> -> tensor<3x4xf64>\n%y = nn.mul %f, %p : tensor<3x4xf64>"});
  list.push_back(
      {"broadcast", "4", "3", "3x4",
       "%a = nn.broadcast %p dims [1] : tensor<4xf64> -> tensor<3x4xf64>\n"
       "%b = nn.broadcast %q dims [0] : tensor<3xf64> -> tensor<3x4xf64>\n%y = nn.mul %a, %b : tensor<3x4xf64>"});
  list.push_back({"reshape", "3x4", "", "2x6",
                  "%e = nn.exp %p : tensor<3x4xf64>\n%y = nn.reshape %e : tensor<3x4xf64> -> tensor<2x6xf64>"});
  list.push_back({"transpose", "2x3x4", "", "4x2x3",
                  "%e = nn.exp %p : tensor<2x3x4xf64>\n"
                  "%y = nn.transpose %e perm [2, 0, 1] : tensor<2x3x4xf64> -> tensor<4x2x3xf64>"});
  list.push_back(
      {"slice", "3x4", "", "2x2",
       "%e = nn.exp %p : tensor<3x4xf64>\n%y = nn.slice %e low [1, 2] : tensor<3x4xf64> -> tensor<2x2xf64>"});
  list.push_back({"pad", "2x2", "", "3x4",
                  "%e = nn.exp %p : tensor<2x2xf64>\n%y = nn.pad %e low [1, 2] : tensor<2x2xf64> -> tensor<3x4xf64>"});
  list.push_back({"concat", "3x4", "3x2", "3x6",
                  "%e = nn.exp %p : tensor<3x4xf64>\n%y = nn.concat %q, %e axis 1 : (tensor<3x2xf64>, "
                  "tensor<3x4xf64>) -> tensor<3x6xf64>"});
  list.push_back(
      {"split", "3x4", "3x1", "3x2",
       "%e = nn.exp %p : tensor<3x4xf64>\n%a, %b, %c = nn.split %e axis 1 : (tensor<3x4xf64>) -> "
       "(tensor<3x1xf64>, tensor<3x1xf64>, tensor<3x2xf64>)\n"
       "%d = nn.mul %a, %q : tensor<3x1xf64>\n%r = nn.reshape %d : tensor<3x1xf64> -> tensor<3xf64>\n"
       "%s = nn.broadcast %r dims [0] : tensor<3xf64> -> tensor<3x2xf64>\n%y = nn.mul %s, %c : tensor<3x2xf64>"});
  // Its other programs are those of ScanDerivativeTest.cpp. What is computed again matters with its sign here.
  list.push_back({"scan", "3x4", "3", "3",
                  "%y = nn.scan steps #nn.dims<4> consts(%q) init(%q) xs(%p) [1] ys [] : (tensor<3xf64>, "
                  "tensor<3xf64>, tensor<3x4xf64>) -> tensor<3xf64> {\n"
                  "^bb0(%t: tensor<i64>, %c: tensor<3xf64>, %h: tensor<3xf64>, %x: tensor<3xf64>):\n"
                  "%a = nn.mul %h, %c : tensor<3xf64>\n%b = nn.add %a, %x : tensor<3xf64>\n"
                  "%n = nn.softplus %b : tensor<3xf64>\nnn.yield %n : tensor<3xf64>\n}"});
  for (const char *kind : {"add", "max", "min", "mul"}) {
    std::string reduce = std::string("%y = nn.reduce ") + kind;
    list.push_back({std::string("reduce ") + kind, "2x3x4", "", "3",
                    reduce + " %p dims [0, 2] : tensor<2x3x4xf64> -> tensor<3xf64>"});
    list.push_back({std::string("reduce all, ") + kind, "2x3", "", "",
                    reduce + " %p dims [0, 1] : tensor<2x3xf64> -> tensor<f64>"});
  }
  for (auto [spec, p, q, y] : std::initializer_list<std::tuple<const char *, const char *, const char *, const char *>>{
           {"bi,oi->bo", "2x3", "4x3", "2x4"},
           {"bhtd,bhsd->bhts", "2x2x3x4", "2x2x2x4", "2x2x3x2"},
           {"a,b->ab", "2", "3", "2x3"},
           {"bi,bi->b", "2x3", "2x3", "2"},
           {"ab,ab->", "2x3", "2x3", ""},
           {"ab,bc->ca", "2x3", "3x4", "4x2"}})
    list.push_back({std::string("contract ") + spec, p, q, y,
                    std::string("%y = nn.contract %p, %q \"") + spec + "\" : (" + test::tensor(p) + ", " +
                        test::tensor(q) + ") -> " + test::tensor(y)});
  list.push_back(
      {"contract with init", "2x3", "2x2", "2x2",
       "%y = nn.contract %p, %p init %q : tensor<2x2xf64> \"ai,bi->ab\" : (tensor<2x3xf64>, tensor<2x3xf64>) -> "
       "tensor<2x2xf64>"});
  list.push_back(
      {"generic", "3x4", "4", "3",
       "%y = nn.generic add over <3, 4> (%p, %q) maps [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, "
       "affine_map<(i, j) -> (i)>] : (tensor<3x4xf64>, tensor<4xf64>) -> tensor<3xf64> {\n"
       "^bb0(%a: tensor<f64>, %b: tensor<f64>, %i: tensor<i64>, %j: tensor<i64>):\n"
       "%f = nn.cast %j : tensor<i64> -> tensor<f64>\n%m = nn.mul %a, %b : tensor<f64>\n"
       "%s = nn.sin %m : tensor<f64>\n%r = nn.mul %s, %f : tensor<f64>\nnn.yield %r : tensor<f64>\n}"});
  list.push_back(
      {"generic without reduction", "3x4", "", "4x3",
       "%y = nn.generic add over <4, 3> (%p) maps [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>] : "
       "(tensor<3x4xf64>) -> tensor<4x3xf64> {\n^bb0(%a: tensor<f64>):\n%e = nn.exp %a : tensor<f64>\n"
       "nn.yield %e : tensor<f64>\n}"});
  // Reads that are no plain index: a slice, a shift over the border, a window, backwards, a diagonal.
  for (auto [name, p, domain, map, y] :
       std::initializer_list<std::tuple<const char *, const char *, const char *, const char *, const char *>>{
           {"slice", "3x4", "3", "(i) -> (i, 2)", "3"},
           {"shift", "3x4", "3, 4", "(i, j) -> (i, j + 1)", "3x4"},
           {"window", "6", "4, 3", "(i, j) -> (i + j)", "4"},
           {"stride", "7", "3", "(i) -> (2 * i + 1)", "3"},
           {"backwards", "5", "5", "(i) -> (4 - i)", "5"},
           {"diagonal", "4x4", "4", "(i) -> (i, i)", "4"}}) {
    bool window = std::string(name) == "window";
    std::string indices = std::string(domain).find(',') == std::string::npos ? "(i)" : "(i, j)";
    list.push_back({std::string("generic, ") + name, p, "", y,
                    std::string("%y = nn.generic add over <") + domain + "> (%p) maps [affine_map<" + map +
                        ">, affine_map<" + indices + " -> " + (window ? "(i)" : indices) + ">] outside [0.5] : (" +
                        test::tensor(p) + ") -> " + test::tensor(y) +
                        " {\n^bb0(%a: tensor<f64>):\n%s = nn.sin %a : tensor<f64>\n"
                        "%r = nn.mul %s, %a : tensor<f64>\nnn.yield %r : tensor<f64>\n}"});
  }
  for (const char *op : {"softmax", "log_softmax"})
    for (const char *axis : {"0", "1"})
      list.push_back({std::string(op) + " axis " + axis, "3x4", "", "3x4",
                      std::string("%y = nn.") + op + " %p axis " + axis + " : tensor<3x4xf64>"});
  list.push_back({"logsumexp", "3x4", "", "3", "%y = nn.logsumexp %p axis 1 : tensor<3x4xf64> -> tensor<3xf64>"});
  list.push_back(
      {"logsumexp axis 0", "3x4", "", "4", "%y = nn.logsumexp %p axis 0 : tensor<3x4xf64> -> tensor<4xf64>"});
  for (const char *smoothing : {"", " smoothing 0.2"})
    for (const char *result : {"%y, %other", "%other, %y"})
      list.push_back({std::string("softmax_cross_entropy") + smoothing + " " + result, "3x4", "", "3",
                      std::string("%l = nn.constant dense<[0, 3, 2]> : tensor<3xi32> : tensor<3xi32>\n") + result +
                          " = nn.softmax_cross_entropy %p, %l" + smoothing +
                          " : (tensor<3x4xf64>, tensor<3xi32>) -> (tensor<3xf64>, tensor<3xf64>)"});
  return list;
}

/// A direction for every parameter, small irrational numbers of both signs.
TensorMap<double> directionFor(const TensorMap<double> &state) {
  TensorMap<double> direction = state;
  double n = 1;
  for (auto &[name, tensor] : direction)
    for (double &x : tensor.reals)
      x = std::sin(n++ * 1.7);
  return direction;
}

double lossOf(const EntryResults<double> &results) { return results.outputs.front().second.reals[0]; }

double lossAt(mlir::ModuleOp module, const TensorMap<double> &state, const TensorMap<double> &direction, double step) {
  EntryArguments<double> arguments;
  arguments.state = state;
  for (auto &[name, tensor] : arguments.state)
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      tensor.reals[i] += step * direction.at(name).reals[i];
  EntryResults<double> results;
  EXPECT_TRUE(mlir::succeeded(evaluateEntry(module, "grad", arguments, results)));
  return lossOf(results);
}

double dualDerivative(mlir::ModuleOp module, const TensorMap<double> &state, const TensorMap<double> &direction) {
  EntryArguments<scalar::Dual> arguments;
  for (const auto &[name, tensor] : state) {
    Tensor<scalar::Dual> dual(tensor.kind, tensor.shape);
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      dual.reals[i] = {tensor.reals[i], direction.at(name).reals[i]};
    arguments.state[name] = std::move(dual);
  }
  EntryResults<scalar::Dual> results;
  EXPECT_TRUE(mlir::succeeded(evaluateEntry(module, "grad", arguments, results)));
  return results.outputs.front().second.reals[0].d;
}

/// The derivative of the loss along one direction, twice.
struct Directional {
  double reverse = 0; // gradient · direction, from reverse mode
  double scale = 0;   // sum of the terms' magnitudes
  double exact = 0;   // from dual numbers
};

/// `backward` holds the entry after phase grad, `forward` the same one before.
Directional differentiate(mlir::ModuleOp backward, mlir::ModuleOp forward, const TensorMap<double> &state) {
  EntryArguments<double> arguments;
  arguments.state = state;
  EntryResults<double> results;
  EXPECT_TRUE(mlir::succeeded(evaluateEntry(backward, "grad", arguments, results)));
  TensorMap<double> direction = directionFor(state);
  Directional along;
  for (size_t i = 1; i < results.outputs.size(); ++i) {
    const auto &[name, gradient] = results.outputs[i];
    for (size_t k = 0; k < gradient.reals.size(); ++k) {
      double term = gradient.reals[k] * direction.at(name.substr(5)).reals[k];
      along.reverse += term;
      along.scale += std::fabs(term);
    }
  }
  along.exact = dualDerivative(forward, state, direction);
  return along;
}

class Derivative : public testing::TestWithParam<RuleProgram> {};

TEST_P(Derivative, AgreesWithDualNumbersAndDifferences) {
  auto module = test::parse(test::gradModule(GetParam()));
  ASSERT_TRUE(module);
  mlir::OwningOpRef<mlir::ModuleOp> forward(module->clone());
  ASSERT_TRUE(test::runGradPhase(*module));
  for (uint64_t seed : {1, 2, 3}) {
    TensorMap<double> state = initialState<double>(*module, seed), direction = directionFor(state);
    Directional along = differentiate(*module, *forward, state);
    EXPECT_NEAR(along.reverse, along.exact, 1e-12 * along.scale) << "dual numbers, seed " << seed;
    constexpr double step = 1e-5;
    double difference =
        (lossAt(*forward, state, direction, step) - lossAt(*forward, state, direction, -step)) / (2 * step);
    EXPECT_NEAR(along.reverse, difference, 1e-6 * along.scale + 1e-7) << "central differences, seed " << seed;
  }
}

std::string testName(const testing::TestParamInfo<RuleProgram> &info) {
  std::string name;
  for (char c : info.param.name)
    name += std::isalnum(uint8_t(c)) ? c : '_';
  return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Rules, Derivative, testing::ValuesIn(programs()), testName);

/// A zero stays a zero under every mutation.
bool isZero(mlir::Operation *op) {
  if (auto broadcast = mlir::dyn_cast<nn::BroadcastOp>(op))
    op = broadcast.getX().getDefiningOp();
  auto constant = mlir::dyn_cast_or_null<nn::ConstantOp>(op);
  return constant && mlir::matchPattern(constant.getResult(), mlir::m_AnyZeroFloat());
}

/// What backward computes with floats, in program order.
std::vector<mlir::Operation *> backwardOps(mlir::ModuleOp module) {
  std::vector<mlir::Operation *> ops;
  module.walk([&](mlir::Operation *op) {
    if (autodiff::isGradLocation(op->getLoc()) && op->getNumResults() == 1 && autodiff::isFloat(op->getResult(0)) &&
        !isZero(op))
      ops.push_back(op);
  });
  return ops;
}

enum Mutation { Negate, SwapOperands, DropTerm };

/// Breaks an op; false if the mutation does not apply to it.
bool mutate(mlir::Operation *op, Mutation mutation) {
  mlir::OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  if (mutation == Negate) {
    auto negated = nn::NegOp::create(builder, op->getLoc(), op->getResult(0).getType(), op->getResult(0));
    op->getResult(0).replaceAllUsesExcept(negated.getY(), negated);
    return true;
  }
  if (mutation == SwapOperands) {
    if (!mlir::isa<nn::SubOp, nn::DivOp, nn::PowOp>(op))
      return false;
    mlir::Value first = op->getOperand(0), second = op->getOperand(1);
    op->setOperands({second, first});
    return first != second;
  }
  if (!mlir::isa<nn::AddOp>(op))
    return false;
  op->getResult(0).replaceAllUsesWith(op->getOperand(0));
  return true;
}

bool survives(mlir::ModuleOp mutant, mlir::ModuleOp forward) {
  for (uint64_t seed : {1, 2, 3}) {
    Directional along = differentiate(mutant, forward, initialState<double>(mutant, seed));
    if (!(std::fabs(along.reverse - along.exact) <= 1e-9 * along.scale))
      return false;
  }
  return true;
}

// Every formula of the table broken in every way must fail the test above. Listed are those that matter at kinks only;
// test/Autodiff/kinks.mlir sees them.
TEST(DerivativeTable, BrokenFormulasAreFound) {
  // A mutant counts as found if one program of its name finds it: relu is tried on both sides of its kink.
  std::map<std::pair<size_t, std::string>, bool> found;
  for (const RuleProgram &program : programs()) {
    if (program.name.ends_with("with itself")) // some are constant: every formula is right there
      continue;
    auto module = test::parse(test::gradModule(program));
    ASSERT_TRUE(module);
    mlir::OwningOpRef<mlir::ModuleOp> forward(module->clone());
    ASSERT_TRUE(test::runGradPhase(*module));
    for (size_t i = 0, n = backwardOps(*module).size(); i < n; ++i)
      for (Mutation mutation : {Negate, SwapOperands, DropTerm}) {
        mlir::OwningOpRef<mlir::ModuleOp> mutant(module->clone());
        mlir::Operation *op = backwardOps(*mutant)[i];
        std::string name = program.name + ": " + op->getName().getStringRef().str() +
                           (mutation == Negate         ? " negated"
                            : mutation == SwapOperands ? " swapped"
                                                       : " cut");
        if (mutate(op, mutation))
          found[{i, name}] |= !survives(*mutant, *forward);
      }
  }
  std::set<std::string> survivors, atKinksOnly;
  for (const auto &[key, isFound] : found)
    if (!isFound)
      survivors.insert(key.second);
  for (const char *program : {"max", "min"}) // the halves of a tie
    for (const char *op : {"broadcast", "mul", "select"})
      atKinksOnly.insert(std::string(program) + ": nn." + op + " negated");
  for (const char *program : {"reduce mul", "reduce all, mul"}) // elements that are 0
    for (const char *op : {"broadcast", "cast", "mul", "reduce", "select"})
      atKinksOnly.insert(std::string(program) + ": nn." + op + " negated");
  EXPECT_GT(found.size(), 300u);
  EXPECT_EQ(survivors, atKinksOnly);
}

TEST(DerivativeTable, EveryActiveRecordHasAProgram) {
  std::set<std::string> tried;
  for (const RuleProgram &program : programs()) {
    auto module = test::parse(test::gradModule(program));
    ASSERT_TRUE(module) << program.name;
    module->walk([&](mlir::Operation *op) { tried.insert(op->getName().getStringRef().str()); });
  }
  const auto &table = autodiff::DerivativeTable::get();
  for (const std::string &name : table.names())
    if (table.lookup(name)->kind != autodiff::Record::Inactive)
      EXPECT_TRUE(tried.count(name)) << name << " has a rule and no test";
}

} // namespace
