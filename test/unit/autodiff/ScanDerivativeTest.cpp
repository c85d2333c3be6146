// The derivative of loops over time against dual numbers in f64, and what nn-select-saved does with it.
#include "compiler/Autodiff/Reverse.h"
#include "test/unit/autodiff/ScanPrograms.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace nnc;
using namespace nnc::reference;
using nnc::test::ScanProgram;

namespace {

mlir::OwningOpRef<mlir::ModuleOp> derived(mlir::ModuleOp forward, autodiff::ScanPolicy policy) {
  mlir::OwningOpRef<mlir::ModuleOp> module(forward.clone());
  if (!test::runGradPhase(*module, policy))
    return {};
  return module;
}

EntryResults<double> gradientsAt(mlir::ModuleOp module, const TensorMap<double> &state) {
  EntryArguments<double> arguments;
  arguments.state = state;
  EntryResults<double> results;
  EXPECT_TRUE(mlir::succeeded(evaluateEntry(module, "grad", arguments, results)));
  return results;
}

/// The derivative of the loss along one direction of one parameter.
double exactDerivative(mlir::ModuleOp forward, const TensorMap<double> &state, const std::string &name,
                       const std::vector<double> &direction) {
  EntryArguments<scalar::Dual> arguments;
  for (const auto &[other, tensor] : state) {
    Tensor<scalar::Dual> dual(tensor.kind, tensor.shape);
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      dual.reals[i] = {tensor.reals[i], other == name ? direction[i] : 0};
    arguments.state[other] = std::move(dual);
  }
  EntryResults<scalar::Dual> results;
  EXPECT_TRUE(mlir::succeeded(evaluateEntry(forward, "grad", arguments, results)));
  return results.outputs.front().second.reals[0].d;
}

class ScanDerivative : public testing::TestWithParam<ScanProgram> {};

TEST_P(ScanDerivative, AgreesWithDualNumbers) {
  auto forward = test::parse(test::moduleOf(GetParam()));
  ASSERT_TRUE(forward);
  auto backward = derived(*forward, autodiff::ScanPolicy::All);
  ASSERT_TRUE(backward);
  for (uint64_t seed : {1, 2}) {
    TensorMap<double> state = initialState<double>(*forward, seed);
    EntryResults<double> results = gradientsAt(*backward, state);
    ASSERT_EQ(results.outputs.size(), GetParam().parameters.size() + 2); // the loss and w
    for (size_t i = 1; i < results.outputs.size(); ++i) {
      const auto &[output, gradient] = results.outputs[i];
      std::vector<double> direction;
      double sum = 0, scale = 1e-3;
      for (double g : gradient.reals) {
        direction.push_back(std::sin(1.7 * (1 + direction.size()) + double(i)));
        sum += g * direction.back();
        scale += std::fabs(g * direction.back());
      }
      EXPECT_NEAR(sum, exactDerivative(*forward, state, output.substr(5), direction), 1e-12 * scale)
          << output << ", seed " << seed;
    }
  }
}

TEST_P(ScanDerivative, HasTheSameBitsWhateverIsSaved) {
  auto forward = test::parse(test::moduleOf(GetParam()));
  ASSERT_TRUE(forward);
  auto all = derived(*forward, autodiff::ScanPolicy::All), carry = derived(*forward, autodiff::ScanPolicy::Carry);
  ASSERT_TRUE(all && carry);
  TensorMap<double> state = initialState<double>(*forward, 1);
  EntryResults<double> a = gradientsAt(*all, state), b = gradientsAt(*carry, state);
  ASSERT_EQ(a.outputs.size(), b.outputs.size());
  for (size_t i = 0; i < a.outputs.size(); ++i)
    EXPECT_EQ(a.outputs[i].second.reals, b.outputs[i].second.reals) << a.outputs[i].first;
}

/// How many ops of a kind there are in loops of backward.
unsigned countInBackward(mlir::ModuleOp module, llvm::StringRef name) {
  unsigned count = 0;
  module.walk([&](mlir::Operation *op) {
    auto scan = op->getParentOfType<nn::ScanOp>();
    count += scan && autodiff::isGradLocation(scan.getLoc()) && op->getName().getStringRef() == name;
  });
  return count;
}

TEST(ScanPolicy, AllComputesNoStepAgain) {
  for (const ScanProgram &program : test::scanPrograms()) {
    if (program.name != "const in two contractions")
      continue;
    auto forward = test::parse(test::moduleOf(program));
    auto all = derived(*forward, autodiff::ScanPolicy::All), carry = derived(*forward, autodiff::ScanPolicy::Carry);
    EXPECT_EQ(countInBackward(*all, "nn.tanh"), 0u);
    EXPECT_EQ(countInBackward(*all, "nn.contract"), 2u); // to the state, and to what the first one gave
    EXPECT_EQ(countInBackward(*carry, "nn.tanh"), 1u);
    EXPECT_EQ(countInBackward(*carry, "nn.contract"), 4u);
    return;
  }
  FAIL() << "the program is gone";
}

std::string testName(const testing::TestParamInfo<ScanProgram> &info) {
  std::string name;
  for (char c : info.param.name)
    name += std::isalnum(uint8_t(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Loops, ScanDerivative, testing::ValuesIn(test::scanPrograms()), testName);

} // namespace
