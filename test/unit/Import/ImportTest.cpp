// The import on programs written by hand: names, types, locations, and what it does with a program that is wrong.
#include "compiler/Dialect/Nn.h"
#include "compiler/Import/ImportProgram.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace nnc;

namespace {

dsl::Type f32(std::vector<dsl::Size> shape) { return {dsl::Elem::F32, std::move(shape), {}, {}}; }

dsl::Node node(std::string op, std::vector<dsl::ValueId> operands, dsl::Type result,
               std::map<std::string, dsl::Attr> attrs = {}) {
  dsl::Node made;
  made.op = std::move(op);
  made.operands = std::move(operands);
  made.results = {std::move(result)};
  made.attrs = std::move(attrs);
  made.place = {{0, 7, 5}};
  return made;
}

/// y = x @ w.T over a free batch, without training.
dsl::Program linear() {
  dsl::Size batch = dsl::Size::symbol("B");
  dsl::Program program;
  program.files = {"net.nn", "library/linear.nn"};
  program.model = "Net";
  dsl::Param weight;
  weight.name = "fc.weight";
  weight.type = f32({16, 4});
  weight.init = {dsl::Init::Uniform, -0.5, 0.5, {}};
  weight.decay = false;
  weight.place = {{0, 3, 1}};
  program.params = {weight};
  dsl::Entry entry;
  entry.sizes = {{"B", 1, 64}};
  entry.facts = {{batch, 100, "lt", "B < 100", {{0, 2, 9}}}};
  entry.inputs = {{"x", f32({batch, 4}), -1, {}}};
  entry.nodes = {node("get", {}, f32({16, 4}), {{"symbol", std::string("fc.weight")}}),
                 node("transpose", {1}, f32({4, 16}), {{"perm", std::vector<int64_t>{1, 0}}}),
                 node("contract", {0, 2}, f32({batch, 16}), {{"spec", std::string("bi,io->bo")}})};
  entry.nodes[2].place = {{0, 7, 5}, {1, 9, 3}};
  entry.nodes[2].path = "fc";
  entry.outputs = {{"y", 3, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  return program;
}

struct Import : testing::Test {
  Import()
      : handler(&context, [this](Diagnostic &diagnostic) {
          llvm::raw_string_ostream(messages) << diagnostic.getLocation() << ": " << diagnostic.str() << "\n";
          return success();
        }) {}
  std::string text(ModuleOp module) {
    std::string result;
    llvm::raw_string_ostream stream(result);
    module->print(stream);
    return result;
  }
  bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  std::string messages;
  ScopedDiagnosticHandler handler;
};

TEST_F(Import, Names) {
  OwningOpRef<ModuleOp> module = importProgram(linear(), context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "module @Net")) << ir;
  EXPECT_TRUE(has(ir, "nn.param @fc.weight : tensor<16x4xf32> = <uniform, [-5.000000e-01, 5.000000e-01]> no_decay"))
      << ir;
  EXPECT_TRUE(has(ir, "nn.entry @forward(%arg0: tensor<?x4xf32, #nn.dims<B, 4>> {nn.name = \"x\"})")) << ir;
  EXPECT_TRUE(has(ir, "-> (tensor<?x16xf32, #nn.dims<B, 16>> {nn.name = \"y\"})")) << ir;
  EXPECT_TRUE(has(ir, "#nn.size<\"B\" max 64>")) << ir;
  EXPECT_TRUE(has(ir, "#nn.fact<B + 1 le 100, \"B < 100\", \"net.nn:2:9\">")) << ir;
  EXPECT_TRUE(has(ir, "nn.contract %arg0, %1 \"bi,io->bo\"")) << ir;
}

TEST_F(Import, Locations) {
  OwningOpRef<ModuleOp> module = importProgram(linear(), context);
  ASSERT_TRUE(module) << messages;
  std::string place;
  module->walk([&](nn::ContractOp op) {
    llvm::raw_string_ostream stream(place);
    op->getLoc().print(stream);
  });
  EXPECT_TRUE(has(place, "\"fc\"(callsite(\"library/linear.nn\":9:3 at \"net.nn\":7:5))")) << place;
}

TEST_F(Import, TypesMustAgree) {
  dsl::Program program = linear();
  program.entries[0].nodes[2].results[0] = f32({dsl::Size::symbol("B"), 15});
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "C7: result has type")) << messages;
  EXPECT_TRUE(has(messages, "\"net.nn\":7:5")) << messages;
}

TEST_F(Import, UnknownOp) {
  dsl::Program program = linear();
  program.entries[0].nodes[2].op = "matmul";
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "the dialect has no op 'matmul'")) << messages;
}

TEST_F(Import, ValueThatDoesNotExist) {
  dsl::Program program = linear();
  program.entries[0].nodes[2].operands[1] = 9;
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "reads value 9 before it exists")) << messages;
}

/// z[i] = sum over k of x[i + k - 1 else 0] * k-th weight: a window, as index notation.
TEST_F(Import, IndexNotation) {
  auto generic = std::make_shared<dsl::Generic>();
  generic->names = {"i", "k"};
  generic->domain = {8, 3};
  generic->resultRank = 1;
  generic->maps = {{{{1, 1}, -1}}, {{{0, 1}, 0}}};
  generic->outside = {0.0, std::nullopt};
  generic->reduce = "add";
  generic->body = {node("mul", {0, 1}, f32({}))};
  generic->result = 2;
  dsl::Program program;
  program.files = {"window.nn"};
  program.model = "Window";
  dsl::Entry entry;
  entry.inputs = {{"x", f32({8}), -1, {}}, {"w", f32({3}), -1, {}}};
  entry.nodes = {node("generic", {0, 1}, f32({8}))};
  entry.nodes[0].generic = generic;
  entry.outputs = {{"z", 2, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  OwningOpRef<ModuleOp> module = importProgram(program, context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "affine_map<(d0, d1) -> (d0 + d1 - 1)>")) << ir;
  EXPECT_TRUE(has(ir, "nn.generic add over <8, 3>(%arg0, %arg1)")) << ir;
  EXPECT_TRUE(has(ir, "outside [0.000000e+00 : f32, unit]")) << ir;
  EXPECT_TRUE(has(ir, "nn.mul")) << ir;
}

} // namespace
