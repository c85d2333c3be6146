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
  entry.inputs = {{"x", f32({batch, 4}), -1, {}, {}}};
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
  entry.inputs = {{"x", f32({8}), -1, {}, {}}, {"w", f32({3}), -1, {}, {}}};
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

/// h' = h + x_t + c, y_t = h', backwards over the five steps of x [B, 5, 3]; rows end at n.
dsl::Program loop() {
  dsl::Size batch = dsl::Size::symbol("B");
  dsl::Type state = f32({batch, 3}), sequence = f32({batch, 5, 3});
  auto scan = std::make_shared<dsl::Scan>();
  scan->steps = 5;
  scan->consts = 1;
  scan->carries = 1;
  scan->xsAxes = {1};
  scan->ysAxes = {1};
  scan->reverse = scan->lengths = true;
  scan->arguments = {{dsl::Elem::I64, {}, {}, {}}, state, state, state};
  scan->body = {node("add", {2, 3}, state), node("add", {4, 1}, state)};
  scan->yields = {5, 5};
  dsl::Program program;
  program.files = {"loop.nn"};
  program.model = "Loop";
  dsl::Entry entry;
  entry.sizes = {{"B", 1, 64}};
  entry.inputs = {{"c", state, -1, {}, {}},
                  {"h", state, -1, {}, {}},
                  {"x", sequence, -1, {}, {}},
                  {"n", {dsl::Elem::I32, {batch}, {}, {}}, -1, {}, {}}};
  entry.nodes = {node("scan", {0, 1, 2, 3}, state)};
  entry.nodes[0].results.push_back(sequence);
  entry.nodes[0].scan = scan;
  entry.outputs = {{"last", 4, dsl::Finish::None, -1, {}}, {"all", 5, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  return program;
}

TEST_F(Import, LoopOverTime) {
  OwningOpRef<ModuleOp> module = importProgram(loop(), context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "nn.scan reverse steps <5> consts(%arg0) init(%arg1) xs(%arg2) [1] lengths %arg3 ys [1]")) << ir;
  EXPECT_TRUE(has(ir, "^bb0(%arg4: tensor<i64>, %arg5: tensor<?x3xf32, #nn.dims<B, 3>>, ")) << ir;
  EXPECT_TRUE(has(ir, "%2 = nn.add %1, %arg5")) << ir;
  EXPECT_TRUE(has(ir, "nn.yield %2, %2")) << ir;
}

TEST_F(Import, LoopThatDisagrees) {
  dsl::Program program = loop();
  auto scan = std::make_shared<dsl::Scan>(*program.entries[0].nodes[0].scan);
  program.entries[0].nodes[0].scan = scan;
  scan->yields = {9, 5};
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "import: the body of a scan has no value 9")) << messages;
  scan->yields = {5, 5};
  scan->consts = 2;
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(
      has(messages, "import: a scan has 4 operands, which are not its consts, starts, scanned values and lengths"))
      << messages;
  scan->consts = 1;
  scan->steps = 6;
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "C3: xs #0 has 5 steps, the scan 6")) << messages;
}

TEST_F(Import, PartsAndBoxes) {
  dsl::Program program;
  program.files = {"parts.nn"};
  program.model = "Parts";
  dsl::Entry entry;
  entry.inputs = {{"x", f32({2, 6}), -1, {}, {}}};
  entry.nodes = {node("split", {0}, f32({2, 3}), {{"axis", int64_t(1)}}),
                 node("concat", {2, 1}, f32({2, 6}), {{"axis", int64_t(1)}}),
                 node("slice", {3}, f32({2, 4}), {{"low", std::vector<int64_t>{0, 1}}}),
                 node("pad", {4}, f32({3, 4}), {{"low", std::vector<int64_t>{1, 0}}})};
  entry.nodes[0].results.push_back(f32({2, 3}));
  entry.outputs = {{"y", 5, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  OwningOpRef<ModuleOp> module = importProgram(program, context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "%0:2 = nn.split %arg0 axis 1 : (tensor<2x6xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)")) << ir;
  EXPECT_TRUE(has(ir, "%1 = nn.concat %0#1, %0#0 axis 1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>"))
      << ir;
  EXPECT_TRUE(has(ir, "%2 = nn.slice %1 low [0, 1] : tensor<2x6xf32> -> tensor<2x4xf32>")) << ir;
  EXPECT_TRUE(has(ir, "%3 = nn.pad %2 low [1, 0] : tensor<2x4xf32> -> tensor<3x4xf32>")) << ir;
}

/// Bools of the node say which of the optional operands are there; the mask's follow the others.
TEST_F(Import, OptionalOperandsAndMasks) {
  dsl::Size batch = dsl::Size::symbol("B");
  dsl::Type heads = f32({batch, 2, 3, 4}), bias = f32({batch, 2, 3, 3}), lse = f32({batch, 2, 3}),
            rows = f32({batch, 4});
  auto term = [](dsl::MaskTerm::Kind kind, uint32_t number, std::vector<uint32_t> at = {}) {
    dsl::MaskTerm made;
    made.kind = kind;
    made.number = number;
    made.at = std::move(at);
    return made;
  };
  auto mask = std::make_shared<dsl::Mask>(), causal = std::make_shared<dsl::Mask>(),
       length = std::make_shared<dsl::Mask>();
  causal->kind = length->kind = dsl::Mask::Compare;
  causal->predicate = "le";
  causal->left = term(dsl::MaskTerm::Index, 3);
  causal->right = term(dsl::MaskTerm::Index, 2);
  length->predicate = "lt";
  length->left = term(dsl::MaskTerm::Index, 3);
  length->right = term(dsl::MaskTerm::Read, 0, {0});
  mask->kind = dsl::Mask::And;
  mask->parts = {*causal, *length};
  dsl::Program program;
  program.files = {"attend.nn"};
  program.model = "Attend";
  dsl::Entry entry;
  entry.sizes = {{"B", 1, 64}};
  entry.inputs = {{"q", heads, -1, {}, {}},
                  {"b", bias, -1, {}, {}},
                  {"n", {dsl::Elem::I64, {batch}, {}, {}}, -1, {}, {}},
                  {"x", rows, -1, {}, {}}};
  dsl::Node attention =
      node("attention", {0, 0, 0, 1, 2, 4}, heads,
           {{"scale", 0.5}, {"bias", true}, {"sample", true}, {"dropout", 0.25}, {"site", std::string("dropout:a")}});
  attention.results.push_back(lse);
  attention.mask = mask;
  entry.nodes = {node("sample", {}, {dsl::Elem::I64, {batch}, {}, {}}), attention,
                 node("dropout", {3, 4}, rows, {{"rate", 0.5}, {"site", std::string("dropout:d")}, {"sample", true}}),
                 node("flip", {7}, rows, {{"dims", std::vector<int64_t>{1}}}),
                 node("cumsum", {8}, rows, {{"axis", int64_t(1)}, {"reverse", true}})};
  entry.outputs = {{"y", 9, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  OwningOpRef<ModuleOp> module = importProgram(program, context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "mask #nn.mask<4 [0[0]] and(d3 le d2, d3 lt s0)>(%arg2 : ")) << ir;
  EXPECT_TRUE(has(ir, "dropout 2.500000e-01 site \"dropout:a\" sample %0 : ")) << ir;
  EXPECT_TRUE(has(ir, "nn.dropout %arg3 rate 5.000000e-01 site \"dropout:d\" sample %0 : ")) << ir;
  EXPECT_TRUE(has(ir, "nn.cumsum reverse ")) << ir;
  program.entries[0].nodes[2].operands = {3};
  EXPECT_FALSE(importProgram(program, context));
  EXPECT_TRUE(has(messages, "import: dropout has 1 operands, which do not fit")) << messages;
}

/// y = x * x, whose derivative is said to be 3 x g.
TEST_F(Import, FunctionWithItsOwnDerivative) {
  auto custom = std::make_shared<dsl::Custom>();
  custom->forward = {node("mul", {0, 0}, f32({4})), node("add", {0, 0}, f32({4}))};
  custom->made = {1, 2}; // the result, and 2 x for the backward: operand 0, made 1 and 2, cotangent 3
  custom->backward = {node("add", {0, 2}, f32({4})), node("mul", {4, 3}, f32({4}))};
  custom->given = {5};
  dsl::Program program;
  program.files = {"own.nn"};
  program.model = "Own";
  dsl::Entry entry;
  entry.inputs = {{"x", f32({4}), -1, {}, {}}};
  entry.nodes = {node("custom", {0}, f32({4}))};
  entry.nodes[0].custom = custom;
  entry.outputs = {{"y", 1, dsl::Finish::None, -1, {}}};
  program.entries = {entry};
  OwningOpRef<ModuleOp> module = importProgram(program, context);
  ASSERT_TRUE(module) << messages;
  std::string ir = text(*module);
  EXPECT_TRUE(has(ir, "nn.custom(%arg0)")) << ir;
  EXPECT_TRUE(has(ir, "} backward {")) << ir;
}

} // namespace
