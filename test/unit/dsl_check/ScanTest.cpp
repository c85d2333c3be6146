// `scan`, the functions of parts, `for`: what elaboration makes of them.
#include "test/unit/dsl_check/Compiling.h"
#include <gtest/gtest.h>

namespace nnc::dsl {

static const Node *find(const std::vector<Node> &nodes, const std::string &op, size_t which = 0) {
  for (const Node &node : nodes)
    if (node.op == op && which-- == 0)
      return &node;
  return nullptr;
}

static const std::vector<Node> &forward(const Compiled &c) { return c.program().entries[0].nodes; }

/// The types of a node's results: "f32[B, 4] f32".
static std::string types(const Node *node) {
  std::string text;
  for (const Type &type : node ? node->results : std::vector<Type>())
    text += (text.empty() ? "" : " ") + str(type);
  return text;
}

TEST(Scan, ReverseAndLengthsAreKept) { // scan-3
  Compiled c("model M(x: float[B, T, 3], n: int[B]) -> (y: float[B, T, 3], h: float[B, 3]) {\n"
             "  scan reverse x_t in x over T upto n, h = zeros(B, 3) {\n    h = h + x_t\n    yield h\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Node *node = find(forward(c), "scan");
  ASSERT_TRUE(node);
  EXPECT_TRUE(node->scan->reverse);
  EXPECT_TRUE(node->scan->lengths);
  EXPECT_EQ(node->operands.back(), 1u); // n
  EXPECT_EQ(node->scan->xsAxes, std::vector<int64_t>{1});
  // The node gives the carry first, the language the yield.
  EXPECT_EQ(types(node), "f32[B, 3] f32[B, T, 3]");
  ValueId first = c.program().entries[0].outputs[1].value;
  EXPECT_EQ(c.program().entries[0].outputs[0].value, first + 1);
}

TEST(Scan, NumbersMayBeScanned) { // scan-1
  Compiled c("model M(x: float[B]) -> (y: float[4, B]) {\n  scan t in 2..6 over axis(0) { yield x * float(t) }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Node *node = find(forward(c), "scan");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->scan->steps.constant(), 4);
  EXPECT_TRUE(node->scan->xsAxes.empty());
  const Node *sum = find(node->scan->body, "add"); // 2 + the step
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->operands[0], 0u);
  EXPECT_EQ(types(node), "f32[4, B]");
}

TEST(Scan, TimeStandsWhereItStoodInTheFirstTensor) { // scan-2
  Compiled c("model M(x: float[B, 3, T], m: float[T, B]) -> (a: float[B, 3, T], b: float[B, T]) {\n"
             "  scan x_t in x, m_t in m over T {\n    yield x_t * m_t, m_t\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Node *node = find(forward(c), "scan");
  EXPECT_EQ(node->scan->xsAxes, (std::vector<int64_t>{2, 0}));
  EXPECT_EQ(node->scan->ysAxes, (std::vector<int64_t>{2, 1}));
}

TEST(Scan, WhatTheBodyReadsIsAConstOnce) {
  Compiled c("model M(x: float[B, T, 3], s: float[B]) -> (y: float[B, T, 3]) {\n  dense = Linear(3)\n"
             "  scan x_t in x over T {\n    yield dense(dense(x_t)) * s * s\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Node *node = find(forward(c), "scan");
  EXPECT_EQ(node->scan->consts, 3u); // weight, bias, s
  EXPECT_EQ(node->scan->arguments.size(), 5u);
}

TEST(Scan, ABodyInABodyReadsThroughBoth) {
  Compiled c("model M(x: float[B, T, S], w: float[B]) -> (y: float[B, T, S]) {\n"
             "  scan row in x over T, sum_of_all = zeros(B) {\n"
             "    inner, total = scan v in row over S, total = zeros(B) {\n      total = total + w * v\n"
             "      yield total + sum_of_all\n    }\n"
             "    sum_of_all = sum_of_all + total\n    yield inner\n  }\n}\n");
  // One result is promised, and the scan has two.
  EXPECT_EQ(c.codes(), "E0308");
  Compiled d("model M(x: float[B, T, S], w: float[B]) -> (y: float[B, T, S], all: float[B]) {\n"
             "  scan row in x over T, all_of_it = zeros(B) {\n"
             "    inner, total = scan v in row over S, total = zeros(B) {\n      total = total + w * v\n"
             "      yield total + all_of_it\n    }\n"
             "    all_of_it = all_of_it + total\n    yield inner\n  }\n}\n");
  ASSERT_TRUE(d.ok()) << d.messages();
  const Node *outer = find(forward(d), "scan");
  const Node *inner = find(outer->scan->body, "scan");
  ASSERT_TRUE(inner);
  EXPECT_EQ(outer->scan->consts, 1u); // w
  EXPECT_EQ(inner->scan->consts, 2u); // w, and the carry of the outer one
  EXPECT_EQ(inner->operands[0], 1u);  // the outer body's const w
  EXPECT_EQ(inner->operands[1], 2u);  // its carry
}

TEST(Scan, IndexNotationWorksInside) {
  Compiled c("model M(x: float[B, T, 3], w: float[2, 3]) -> (y: float[B, T, 2]) {\n"
             "  scan x_t in x over T {\n    z[b, o] = sum[i] x_t[b, i] * w[o, i]\n    yield z\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Node *node = find(forward(c), "scan");
  const Node *inner = find(node->scan->body, "generic");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->operands, (std::vector<ValueId>{2, 1})); // the slice, the const
}

TEST(Scan, ACarryMayComeFromTheOutside) {
  Compiled c("model M(x: float[B, T]) -> (h: float[B]) {\n  start = zeros(B)\n"
             "  scan x_t in x over T, h = start {\n    h = start\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(find(forward(c), "scan")->scan->yields, std::vector<ValueId>{1}); // the const
}

TEST(Scan, PartsHaveTheirShapes) {
  Compiled c("model M(x: float[B, 6, 4], n: int[B]) -> (a: float[B, 6, 12], b: float[B, 2, 4], c: float[B, 6, 4],\n"
             "    d: float[B, 4], e: float[B, 4], f: float[3, B]) {\n"
             "  one, _, _ = chunk(x, 3, over = axis(1))\n"
             "  concat([x, x, x]), one, flip(x, over = axis(1)), last(x, over = axis(1)), "
             "last(x, over = axis(1), length = n), ones(3, B)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(types(find(forward(c), "split")), "f32[B, 2, 4] f32[B, 2, 4] f32[B, 2, 4]");
  EXPECT_EQ(types(find(forward(c), "concat")), "f32[B, 6, 12]");
  const Node *flip = find(forward(c), "generic");
  EXPECT_EQ(flip->generic->maps[0][1].factors, (std::vector<int64_t>{0, -1, 0}));
  EXPECT_EQ(flip->generic->maps[0][1].offset, 5);
  EXPECT_EQ(find(forward(c), "generic", 1)->generic->maps[0][1].offset, 5);
  EXPECT_TRUE(find(forward(c), "scan")->scan->lengths);
}

TEST(Scan, FlipOfAFreeAxisIsAnOp) {
  Compiled c("model M(x: float[B, T]) -> (a: float[B, T]) {\n  flip(x, over = T)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(types(find(forward(c), "flip")), "f32[B, T]");
}

TEST(Scan, ChunkKeepsTheNamesOfSizes) { // size-4
  Compiled c("layer Half(x: float[B, 2 * H]) -> (a: float[B, H], b: float[B, H]) { chunk(x, 2) }\n"
             "model M(x: float[B, 6]) -> (a: float[B, 3], b: float[B, 3]) { Half(x) }\n");
  EXPECT_TRUE(c.ok()) << c.messages();
  Compiled d("model M(x: float[B, 7]) -> (a: float[B, 3], b: float[B, 3]) { chunk(x, 2) }\n");
  EXPECT_EQ(d.codes(), "E0313");
}

TEST(Scan, ForLoopsAreUnrolled) { // name-2, size-6
  Compiled c("model M(deep: int = 3)(x: float[B, 4]) -> (y: float[B, 4 * deep]) {\n  parts = []\n"
             "  for _ in 0..deep { parts = [...parts, x] }\n  concat(parts)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(types(find(forward(c), "concat")), "f32[B, 12]");
  Compiled d("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  for i in 0..2 { z = x }\n  z\n}\n");
  EXPECT_EQ(d.codes(), "E0202"); // gone afterwards
  Compiled e("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  for i in 0..2 {\n    f = Linear(4)\n    x = f(x)\n  }\n"
             "  x\n}\n");
  EXPECT_EQ(e.codes(), "E0402"); // path-2
}

TEST(Scan, LabelsNameTheParametersOfAList) { // path-3
  Compiled c("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n"
             "  _deep = [\"*_l{i}{side}\": Linear(4, bias = false) for i in 0..2 for side in [\"\", \"_back\"]]\n"
             "  named = [\"block{i}\": Linear(4, bias = false) for i in 0..2]\n"
             "  x |> _deep |> named\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  std::string names;
  for (const Param &param : c.program().params)
    names += param.name + " ";
  EXPECT_EQ(names, "weight_l0 weight_l0_back weight_l1 weight_l1_back named.block0.weight named.block1.weight ");
  Compiled d("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  f = [\"*_l{j}\": Linear(4) for i in 0..2]\n"
             "  x |> f\n}\n");
  EXPECT_EQ(d.codes(), "E0202");
}

TEST(Scan, LayersTakeDataByName) { // name-4
  const char *layer = "layer Mix(x: float[B, 4], scale: float[B], shift: float[B] = none) -> float[B, 4] {\n"
                      "  y = x * scale\n  if shift == none { y } else { y + shift }\n}\n";
  Compiled c(std::string(layer) + "model M(x: float[B, 4], s: float[B]) -> (y: float[B, 4]) { "
                                  "Mix(x, scale = s) + Mix(scale = s, x = x, shift = s) }\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_TRUE(find(forward(c), "add", 1));
  EXPECT_FALSE(find(forward(c), "add", 2));
  Compiled d(std::string(layer) + "model M(x: float[B, 4], s: float[B]) -> (y: float[B, 4]) { Mix(x, sacle = s) }\n");
  EXPECT_EQ(d.codes(), "E0205");
}

TEST(Scan, RecurrentLayersStackAndMerge) {
  for (const char *layer : {"RNN", "GRU"})
    for (const char *merge : {"sum", "mean", "product"}) {
      Compiled c("model M(x: float[B, T, 3], n: int[B]) -> (y: float[B, T, 5], h: float[6, B, 5]) {\n  rnn = " +
                 std::string(layer) + "(5, layers = 3, bidirectional = true, merge = " + merge +
                 ", activation = relu)\n  rnn(x, length = n)\n}\n");
      ASSERT_TRUE(c.ok()) << c.messages();
      EXPECT_EQ(c.program().params.size(), 24u);
    }
}

TEST(Scan, CellsAreLayersOfTheirOwn) {
  Compiled c("model M(x: float[B, T, 3], memory: float[B, 5]) -> (y: float[B, T, 5], h: float[B, 5]) {\n"
             "  cell = GRUCell(5)\n"
             "  scan x_t in x over T, h = memory {\n    h = cell(concat([x_t, memory]), h)\n    yield h\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(c.program().params[0].name, "cell.weight_ih");
  EXPECT_EQ(str(c.program().params[0].type), "f32[15, 8]");
}

} // namespace nnc::dsl
