// The evaluator's interface: what it takes, what it refuses.
#include "test/unit/autodiff/Programs.h"

#include <gtest/gtest.h>

using namespace nnc;
using namespace nnc::reference;

namespace {

const char *const text = R"(
nn.entry @forward(%x: tensor<?x2xf32, #nn.dims<B, 2>> {nn.name = "x"}, %i: tensor<?xi32, #nn.dims<B>> {nn.name = "i", nn.index_bound = 3 : i64})
    -> (tensor<?x2xf32, #nn.dims<B, 2>> {nn.name = "y"}) attributes {sizes = [#nn.size<"B" max 8>]} {
  %y = nn.exp %x : tensor<?x2xf32, #nn.dims<B, 2>>
  nn.return %y : tensor<?x2xf32, #nn.dims<B, 2>>
}
)";

struct Quiet : mlir::ScopedDiagnosticHandler {
  std::string text;
  Quiet() : ScopedDiagnosticHandler(&test::context()) {
    setHandler([this](mlir::Diagnostic &diagnostic) { text += diagnostic.str(); });
  }
};

EntryArguments<float> inputs(int64_t rows, int64_t index) {
  EntryArguments<float> arguments;
  Tensor<float> x(ElementKind::Real, {rows, 2}), i(ElementKind::I32, {rows});
  i.integers[0] = index;
  arguments.inputs["x"] = x;
  arguments.inputs["i"] = i;
  return arguments;
}

TEST(Reference, ReadsFreeSizesOffInputs) {
  auto module = test::parse(text);
  ASSERT_TRUE(module);
  EntryResults<float> results;
  ASSERT_TRUE(mlir::succeeded(evaluateEntry(*module, "forward", inputs(5, 0), results)));
  ASSERT_EQ(results.outputs.size(), 1u);
  EXPECT_EQ(results.outputs[0].first, "y");
  EXPECT_EQ(results.outputs[0].second.shape, (Shape{5, 2}));
  EXPECT_EQ(results.outputs[0].second.reals[9], 1.0f);
}

TEST(Reference, RefusesSizesBeyondTheirBound) {
  auto module = test::parse(text);
  Quiet quiet;
  EntryResults<float> results;
  EXPECT_TRUE(mlir::failed(evaluateEntry(*module, "forward", inputs(9, 0), results)));
  EXPECT_NE(quiet.text.find("the size B = 9 is out of bounds"), std::string::npos) << quiet.text;
}

TEST(Reference, RefusesIndicesBeyondTheirBound) {
  auto module = test::parse(text);
  Quiet quiet;
  EntryResults<float> results;
  EXPECT_TRUE(mlir::failed(evaluateEntry(*module, "forward", inputs(2, 3), results)));
  EXPECT_NE(quiet.text.find("holds 3"), std::string::npos) << quiet.text;
}

TEST(Reference, RefusesMissingAndMisshapenInputs) {
  auto module = test::parse(text);
  Quiet quiet;
  EntryResults<float> results;
  EntryArguments<float> arguments = inputs(2, 0);
  arguments.inputs.erase("i");
  EXPECT_TRUE(mlir::failed(evaluateEntry(*module, "forward", arguments, results)));
  EXPECT_NE(quiet.text.find("the input 'i' has no value"), std::string::npos) << quiet.text;
  arguments = inputs(2, 0);
  arguments.inputs["i"] = Tensor<float>(ElementKind::I32, {3});
  EXPECT_TRUE(mlir::failed(evaluateEntry(*module, "forward", arguments, results)));
  EXPECT_NE(quiet.text.find("the input 'i' is not of type"), std::string::npos) << quiet.text;
}

TEST(Reference, RoundsToEvenAndKeepsSignsOfZeros) {
  EXPECT_EQ(scalar::roundEven(2.5f), 2.0f);
  EXPECT_EQ(scalar::roundEven(3.5f), 4.0f);
  EXPECT_TRUE(std::signbit(scalar::roundEven(-0.3f)));
}

} // namespace
