// Convolutions, norms, states, gradients of one's own: what the program holds.
#include "test/unit/dsl_check/Compiling.h"
#include <algorithm>
#include <gtest/gtest.h>

namespace nnc::dsl {

namespace {

std::vector<const Node *> nodesOf(const Entry &entry, const std::string &op) {
  std::vector<const Node *> result;
  for (const Node &node : entry.nodes)
    if (node.op == op)
      result.push_back(&node);
  return result;
}

using Numbers = std::vector<int64_t>;

/// A program that trains: the model's result `y` is compared with `t`.
std::string trained(const std::string &model, const std::string &settings = "") {
  return "dataset d = csv(\"d.csv\") {\n  x: float[4] = columns(a, d)\n  t: float[4] = columns(e, h)\n  split(train = "
         "1.0)\n}\n" +
         model + "train M on d {\n  loss = mse(y, t)\n  optimizer = SGD(lr = 0.1)\n  epochs = 1\n" + settings + "}\n";
}

} // namespace

TEST(Conv, PadsLieAtBothEnds) {
  Compiled c("model M(x: float[B, 1, 7]) -> (a: float[B, 2, 7], b: float[B, 2, 3], c: float[B, 2, 7]) {\n"
             "  a = Conv1d(2, kernel = 4, padding = same)\n  b = Conv1d(2, kernel = 4, stride = 3, padding = same)\n"
             "  c = Conv1d(2, kernel = 3, padding = causal, dilation = 2)\n  a(x), b(x), c(x)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  auto convs = nodesOf(c.program().entries[0], "conv");
  ASSERT_EQ(convs.size(), 3u);
  EXPECT_EQ(*convs[0]->attr<Numbers>("pad_low"), Numbers{1});
  EXPECT_EQ(*convs[0]->attr<Numbers>("pad_high"), Numbers{2});
  EXPECT_EQ(*convs[1]->attr<Numbers>("pad_low"), Numbers{1});
  EXPECT_EQ(*convs[1]->attr<Numbers>("pad_high"), Numbers{2});
  EXPECT_EQ(*convs[2]->attr<Numbers>("pad_low"), Numbers{4});
  EXPECT_EQ(*convs[2]->attr<Numbers>("pad_high"), Numbers{0});
}

TEST(Conv, LeavesSizesToTheEntry) { // size-5, size-7
  Compiled c("model M(x: float[B, 1, T]) -> (y: float[B, 2]) {\n  a = Conv1d(2, kernel = 5)\n  b = Conv1d(2, kernel = "
             "4, stride "
             "= 2, padding = same)\n  x |> a |> b |> GlobalAvgPool\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  std::vector<std::string> texts;
  for (const Fact &fact : c.program().entries[0].facts)
    texts.push_back(fact.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"T >= 5", "(T - 4) % 2 == 0"}));
}

TEST(Conv, ShortcutsHaveTheSizesOfTheirCondition) { // size-6
  Compiled c(
      "layer Block(planes: int, stride: int = 1)(x: float[B, C, T]) -> float[B, planes, ceil(T / stride)] {\n"
      "  conv = Conv1d(planes, kernel = 3, stride = stride, padding = 1)\n"
      "  way = if stride == 1 and C == planes { Identity } else { Conv1d(planes, kernel = 1, stride = stride) }\n"
      "  conv(x) + way(x)\n}\n"
      "model M(x: float[B, 4, T]) -> (y: float[B, 8, ceil(ceil(T / 2) / 2)]) {\n  a = Block(4)\n  b = Block(8, stride "
      "= "
      "2)\n  c = Block(8, 2)\n  x |> a |> b |> c\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(str(c.program().entries[0].nodes.back().results[0]), "f32[B, 8, ceil(T / 4)]");
}

TEST(Conv, StatesGoOnInProgramOrder) { // state-1
  Compiled c(
      "model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  state n: float = 1\n  a = x + n\n  n <- n * 2\n  b = x + n\n"
      "  n <- n + 3\n  a * b\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Entry &entry = c.program().entries[0];
  ASSERT_EQ(c.program().states.size(), 1u);
  EXPECT_EQ(c.program().states[0].name, "n");
  EXPECT_EQ(nodesOf(entry, "get").size(), 1u);
  ASSERT_EQ(entry.updates.size(), 1u);
  EXPECT_EQ(entry.updates[0].symbol, "n");
  // n * 2 + 3, with the 3 behind it.
  auto adds = nodesOf(entry, "add");
  EXPECT_EQ(adds.size(), 3u);
}

TEST(Conv, TrainingIsKnownForEachLayer) { // train-1
  std::string model =
      "model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  first = Linear(4)\n  a = BatchNorm\n  b = BatchNorm\n"
      "  c = inference(b)\n  x |> first |> a |> b |> c\n}\n";
  Compiled c(trained(model));
  ASSERT_TRUE(c.ok()) << c.messages();
  for (EntryKind kind : {EntryKind::Forward, EntryKind::Eval})
    EXPECT_TRUE(c.program().entry(kind)->updates.empty());
  for (EntryKind kind : {EntryKind::Loss, EntryKind::Grad, EntryKind::Step}) {
    std::vector<std::string> names;
    for (const Update &update : c.program().entry(kind)->updates)
      names.push_back(update.symbol);
    EXPECT_EQ(names, (std::vector<std::string>{"a.running_mean", "a.running_var", "b.running_mean", "b.running_var"}));
  }
  EXPECT_EQ(c.program().states.size(), 4u);
  Compiled frozen(trained(model, "  freeze = [a]\n"));
  ASSERT_TRUE(frozen.ok()) << frozen.messages();
  EXPECT_EQ(frozen.program().entry(EntryKind::Step)->updates.size(), 2u);
}

TEST(Conv, DropoutDrawsWhileTraining) { // rand-1
  Compiled c(trained(
      "model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  first = Linear(4)\n  drop = Dropout(0.5)\n  x |> first |> drop "
      "|> drop |> Dropout(0)\n}\n"));
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_TRUE(nodesOf(*c.program().entry(EntryKind::Forward), "dropout").empty());
  auto drops = nodesOf(*c.program().entry(EntryKind::Loss), "dropout");
  ASSERT_EQ(drops.size(), 2u);
  EXPECT_EQ(*drops[0]->attr<std::string>("site"), "dropout:drop");
  EXPECT_EQ(*drops[1]->attr<std::string>("site"), "dropout:drop#1");
  EXPECT_TRUE(*drops[0]->attr<bool>("sample"));
}

TEST(Conv, RecurrentLayersDrop) {
  Compiled c(trained("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  rnn = LSTM(4, layers = 2, dropout = 0.5, "
                     "dropout_hidden = 0.25)\n  y, _, _ = x as [B, 2, 2] |> rnn\n  y |> last(over = axis(1))\n}\n"));
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_TRUE(nodesOf(*c.program().entry(EntryKind::Forward), "dropout").empty());
  std::vector<std::pair<std::string, double>> draws;
  for (const Node *node : nodesOf(*c.program().entry(EntryKind::Loss), "dropout"))
    draws.emplace_back(*node->attr<std::string>("site"), *node->attr<double>("rate"));
  using Draws = std::vector<std::pair<std::string, double>>;
  // What is dropped of h is drawn before the scan, once.
  EXPECT_EQ(draws, (Draws{{"dropout:rnn", 0.25}, {"dropout:rnn#1", 0.5}, {"dropout:rnn#2", 0.25}}));
}

TEST(Conv, NumbersAreDrawnForEachExampleAndCall) { // rand-1
  Compiled c("layer Noise(x: float[B, 4]) -> float[B, 4] { x + randn(B, 4) + randn(B, 4) }\n"
             "model M(x: float[B, 4]) -> (y: float[B, 4], z: float[3]) {\n  noise = Noise\n  noise(x), rand(3)\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  auto draws = nodesOf(c.program().entries[0], "random");
  ASSERT_EQ(draws.size(), 3u);
  EXPECT_EQ(*draws[0]->attr<std::string>("site"), "randn:noise");
  EXPECT_EQ(*draws[1]->attr<std::string>("site"), "randn:noise#1");
  EXPECT_EQ(*draws[2]->attr<std::string>("site"), "rand:");
  EXPECT_EQ(*draws[0]->attr<std::string>("kind"), "normal");
  EXPECT_EQ(*draws[2]->attr<std::string>("kind"), "uniform");
  EXPECT_TRUE(*draws[0]->attr<bool>("sample"));
  EXPECT_EQ(draws[2]->attr<bool>("sample"), nullptr);
}

TEST(Conv, ScansDrawAnewEachStep) { // scan-3
  Compiled c("model M(x: float[B, T, 4]) -> (y: float[B, T, 4]) {\n  scan row in x over T {\n    yield row + "
             "randn(B, 4)\n  }\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  auto scans = nodesOf(c.program().entries[0], "scan");
  ASSERT_EQ(scans.size(), 1u);
  const auto &body = scans[0]->scan->body;
  auto draw = std::find_if(body.begin(), body.end(), [](const Node &node) { return node.op == "random"; });
  ASSERT_NE(draw, body.end());
  EXPECT_TRUE(*draw->attr<bool>("time"));
  ASSERT_EQ(draw->operands.size(), 2u);
  EXPECT_EQ(draw->operands[1], 0u); // the step
}

TEST(Conv, FunctionsMayHaveGradientsOfTheirOwn) { // train-2
  Compiled c(trained(
      "fn fire(x: float[...], slope: float = 2.0) -> float[...] {\n  s = slope * x\n  e = exp(s)\n  select(e > 1, 1.0, "
      "0.0)\n} backward(d) { d * e, 0 }\n"
      "model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  first = Linear(4)\n  fire(first(x))\n}\n"));
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_TRUE(nodesOf(*c.program().entry(EntryKind::Forward), "custom").empty());
  auto customs = nodesOf(*c.program().entry(EntryKind::Grad), "custom");
  ASSERT_EQ(customs.size(), 1u);
  const Custom &custom = *customs[0]->custom;
  EXPECT_EQ(customs[0]->operands.size(), 1u);
  // The result, and the exp that `backward` reads.
  EXPECT_EQ(custom.made.size(), 2u);
  ASSERT_EQ(custom.backward.size(), 1u);
  EXPECT_EQ(custom.backward[0].op, "mul");
  EXPECT_EQ(custom.backward[0].operands, (std::vector<ValueId>{3, 2}));
  EXPECT_EQ(custom.given, (std::vector<ValueId>{4}));
}

TEST(Conv, ListsStandSideBySide) {
  Compiled c("model M(x: float[B, 4]) -> (y: float[B, 4]) {\n  layers = [Linear(w) for w, _ in zip([8, 4], [1, 2])]\n  "
             "for layer, f in "
             "zip(layers, [relu, tanh]) { x = x |> layer |> f }\n  x\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(c.program().params.size(), 4u);
  EXPECT_EQ(c.program().params[2].name, "layers.1.weight");
  EXPECT_EQ(c.program().entries[0].nodes.back().op, "tanh");
}

} // namespace nnc::dsl
