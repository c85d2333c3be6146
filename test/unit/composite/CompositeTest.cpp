// A `builtin fn` of the library with a body is an op and its definition: both are evaluated in f64 and in dual numbers,
// and must give the same values and the same derivatives. The functions are read from the library's text, so none can
// be missed.
#include "compiler/Dialect/Nn.h"
#include "compiler/Import/ImportProgram.h"
#include "compiler/Reference/Reference.h"
#include "mlir/IR/MLIRContext.h"
#include "test/unit/dsl_check/Compiling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

using namespace nnc;
using namespace nnc::reference;

namespace {

struct Composite {
  std::string name, parameters, result, body;
};

/// Every `builtin fn NAME(PARAMETERS) -> RESULT { BODY }` of the library whose body is not empty.
std::vector<Composite> composites() {
  static const std::regex form(R"(builtin fn (\w+)\(([^)]*)\) -> (\S[^{]*\S) \{ (\S.*) \})");
  std::vector<Composite> all;
  for (const auto &file : std::filesystem::directory_iterator(NNC_LIBRARY)) {
    std::ifstream stream(file.path());
    for (std::string line; std::getline(stream, line);)
      if (std::smatch found; std::regex_match(line, found, form))
        all.push_back({found[1], found[2], found[3], found[4]});
  }
  return all;
}

/// A model that applies the function and, under another name, its body. Axes are the last one.
std::string programOf(const Composite &f, const std::string &axes) {
  std::string arguments = "x";
  bool two = std::regex_search(f.parameters, std::regex(R"(,\s*\w+: float)"));
  bool sums = f.parameters.find("Axes") != std::string::npos;
  if (two)
    arguments += ", y";
  std::string plain = arguments;
  if (sums)
    arguments += ", over = " + axes;
  bool drops = f.result.find("without") != std::string::npos;
  std::string result = drops ? "float[B]" : "float[B, 7]";
  // The body on fixed types: what a function of any axes gives is for the library alone to say.
  std::string types = std::regex_replace(f.parameters, std::regex(R"(, over: Axes = all)"), "");
  types = std::regex_replace(types, std::regex(R"(float\[[^\]]*\])"), "float[B, 7]");
  std::string body = std::regex_replace(f.body, std::regex("over = over"), "over = " + axes);
  return "fn by_body(" + types + ") -> " + result + " { " + body + " }\n" +
         "model M(x: float[B, 7], y: float[B, 7]) -> (a: " + result + ", b: " + result + ") {\n  " + f.name + "(" +
         arguments + "), by_body(" + plain + ")\n}\n";
}

EntryArguments<scalar::Dual> numbers(double low, double high) {
  EntryArguments<scalar::Dual> arguments;
  arguments.sizes = {{"B", 9}};
  double n = 0;
  for (const char *name : {"x", "y"}) {
    Tensor<scalar::Dual> tensor(ElementKind::Real, {9, 7});
    for (scalar::Dual &x : tensor.reals) {
      n += 1;
      x = {low + (high - low) * std::fabs(std::sin(12.9898 * n)), std::cos(78.233 * n)};
    }
    arguments.inputs[name] = std::move(tensor);
  }
  return arguments;
}

void expectEqual(double a, double b, const char *what) {
  if (std::isnan(a) && std::isnan(b))
    return;
  EXPECT_NEAR(a, b, 1e-12 * (1 + std::fabs(a))) << what;
}

TEST(Composites, AreTheirBodies) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<nn::NNDialect>();
  std::vector<Composite> all = composites();
  EXPECT_GE(all.size(), 16u);
  for (const Composite &f : all) {
    SCOPED_TRACE(f.name);
    dsl::CompileOptions options;
    options.dtype = "f64";
    dsl::Compiled compiled(programOf(f, "axis(-1)"), options);
    ASSERT_TRUE(compiled.ok()) << compiled.messages();
    // The op is one node, the body several or another one.
    EXPECT_GE(compiled.program().entries[0].nodes.size(), 1u);
    auto module = importProgram(compiled.program(), context);
    ASSERT_TRUE(module);
    for (auto [low, high] : {std::pair{0.05, 3.0}, std::pair{-0.9, 0.9}, std::pair{-8.0, 8.0}}) {
      SCOPED_TRACE(std::to_string(low) + " to " + std::to_string(high));
      EntryResults<scalar::Dual> results;
      ASSERT_TRUE(mlir::succeeded(evaluateEntry(*module, "forward", numbers(low, high), results)));
      const auto &op = results.outputs[0].second.reals, &body = results.outputs[1].second.reals;
      ASSERT_EQ(op.size(), body.size());
      for (size_t i = 0; i < op.size(); ++i) {
        expectEqual(op[i].value, body[i].value, "value");
        if (f.name != "stop_gradient") // its derivative is all that it is for
          expectEqual(op[i].d, body[i].d, "derivative");
      }
    }
  }
}

} // namespace
