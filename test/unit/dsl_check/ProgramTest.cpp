// Programs: what elaboration decides, and limits that end in an error instead of a long wait.
#include "test/unit/dsl_check/Compiling.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <gtest/gtest.h>

namespace nnc::dsl {

static std::string model(const std::string &body) {
  return "model M(x: float[B, 4]) -> float[B, 4] {\n" + body + "\n}\n";
}

static const char *data = "dim Kind = { red, green }\n"
                          "dataset d = csv(\"absent.csv\") {\n  x: float[4] = [a, b, c, e]\n  y: Kind = kind\n}\n";

TEST(Program, NamesParametersByTheirPath) { // path-1, path-2
  Compiled c(
      model("  fc1 = Linear(8)\n  mlp = [c_fc: Linear(6), relu, c_proj: Linear(5)]\n"
            "  deep = [Linear(5) for _ in 0..2]\n  x |> fc1 |> mlp |> deep |> last: Linear(7) |> relu |> Linear(4)"));
  ASSERT_TRUE(c.ok()) << c.messages();
  std::vector<std::string> names;
  for (const Param &param : c.program().params)
    names.push_back(param.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"fc1.weight", "fc1.bias", "mlp.c_fc.weight", "mlp.c_fc.bias", "mlp.c_proj.weight",
                                      "mlp.c_proj.bias", "deep.0.weight", "deep.0.bias", "deep.1.weight", "deep.1.bias",
                                      "last.weight", "last.bias", "5.weight", "5.bias"}));
}

TEST(Program, NumbersSplicedElementsAsPartsOfTheirList) { // layer-2, path-1
  Compiled c(
      model("  f = [Linear(3), ...[relu, Linear(5)], ...[...[Linear(2 + i), relu] for i in 0..2], last: Linear(4)]\n"
            "  g = [...f, ...[Linear(4)]]\n  x |> g"));
  ASSERT_TRUE(c.ok()) << c.messages();
  std::vector<std::string> names;
  for (const Param &param : c.program().params)
    if (param.name.ends_with(".weight"))
      names.push_back(param.name);
  EXPECT_EQ(names, (std::vector<std::string>{"f.0.weight", "f.2.weight", "f.3.weight", "f.5.weight", "f.last.weight",
                                             "g.8.weight"}));
}

TEST(Program, FunctionsInListsTakeWhatFlows) { // layer-2
  Compiled c("layer Twice(f: Layer)(x: float[...]) -> float[...] { f(f(x)) }\n" +
             model("  k = 2.0\n  f = [Linear(4), leaky_relu(0.3), clamp(-1.0, k), softmax(over = axis(-1)), ...[elu]]\n"
                   "  g = [leaky_relu(0.1 * float(i)) for i in 1..3]\n  h = [leaky_relu(x), relu(x)]\n"
                   "  twice = Twice([leaky_relu(slope = 0.2)])\n  h[1] + (x |> f |> g |> twice)"));
  ASSERT_TRUE(c.ok()) << c.messages();
  std::vector<double> slopes;
  for (const Node &node : c.program().entries[0].nodes)
    if (const auto *value = node.attr<double>("value"))
      slopes.push_back(*value);
  for (double slope : {0.3, 0.1, 0.2, 2.0})
    EXPECT_NE(std::find(slopes.begin(), slopes.end(), slope), slopes.end()) << slope;
}

TEST(Program, ListsParametersInTheOrderOfTheirDeclaration) {
  Compiled c(model("  late = Linear(4)\n  early = Linear(4)\n  late(early(x))"));
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(c.program().params[0].name, "late.weight");
  EXPECT_EQ(c.program().params[2].name, "early.weight");
}

TEST(Program, SharesTheWeightsOfOneInstance) { // layer-1
  Compiled c(model("  f = Linear(4)\n  f(f(x))"));
  ASSERT_TRUE(c.ok()) << c.messages();
  EXPECT_EQ(c.program().params.size(), 2u);
}

TEST(Program, HasNoParameterForABiasThatIsOff) { // path-4
  Compiled c(model("  x |> Linear(4, bias = false)"));
  ASSERT_TRUE(c.ok()) << c.messages();
  ASSERT_EQ(c.program().params.size(), 1u);
  for (const Node &node : c.program().entries[0].nodes)
    EXPECT_NE(node.op, "add");
}

TEST(Program, WorksOutStartsOfParameters) {
  Compiled c(model("  param v: float[3, 4] = xavier_uniform()\n  param w: float[4] = [1.0, 2.0, 3.0, 4.0]\n"
                   "  param k: float[2, 8] = kaiming_uniform(a = sqrt(5))\n  (x @ v.T @ v + sum(k)) * w"));
  ASSERT_TRUE(c.ok()) << c.messages();
  const std::vector<Param> &p = c.program().params;
  EXPECT_EQ(p[0].init.kind, Init::Uniform);
  EXPECT_DOUBLE_EQ(p[0].init.b, std::sqrt(6.0 / 7));
  EXPECT_EQ(p[1].init.values, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_NEAR(p[2].init.b, std::sqrt(1.0 / 8), 1e-15);
  EXPECT_TRUE(p[0].decay);
  EXPECT_FALSE(p[1].decay); // set-4
}

TEST(Program, FixesFreeSizesButTheBatch) { // data-4
  Compiled c(
      "dataset d = csv(\"absent.csv\") {\n  x: float[2] = [a, b]\n  y: float[1] = [c]\n}\n"
      "model M(x: float[B, T]) -> (z: float[B, 1]) {\n  z = mean(x, over = T) as [B, 1]\n  param s: float[1] = 1\n"
      "  z * s\n}\n"
      "train M on d {\n  loss = mse(z, y)\n  optimizer = SGD(lr = 0.1)\n  epochs = 1\n  batch = 8\n}\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Entry *forward = c.program().entry(EntryKind::Forward), *loss = c.program().entry(EntryKind::Loss);
  ASSERT_EQ(forward->sizes.size(), 1u);
  EXPECT_EQ(forward->sizes[0].max, 8);
  EXPECT_EQ(str(forward->inputs[0].type), "f32[B, 2]");
  ASSERT_EQ(loss->sizes.size(), 1u);
  EXPECT_EQ(str(loss->inputs[0].type), "f32[B, 2]");
}

TEST(Program, LeavesFactsToTheEntry) { // size-7
  Compiled c("model M(context: int = 16)(x: float[B, T]) -> float[B, T] where T <= context { 2 * x }\n");
  ASSERT_TRUE(c.ok()) << c.messages();
  const Entry &entry = c.program().entries[0];
  ASSERT_EQ(entry.facts.size(), 1u);
  EXPECT_EQ(entry.facts[0].text, "T <= context");
  EXPECT_EQ(entry.facts[0].right.constant(), 16);
  EXPECT_EQ(entry.sizes[1].max, 16);
}

TEST(Program, TakesHyperparametersFromTrainAndFromTheCommandLine) { // set-1
  std::string text =
      std::string(data) +
      "model M(h: int = 8)(x: float[B, 4]) -> (o: float[B, Kind]) {\n"
      "  x |> a: Linear(h) |> b: Linear(Kind)\n}\n"
      "train M(h = 9) on d {\n  loss = cross_entropy(o, y)\n  optimizer = Adam(lr = 0.1)\n  epochs = 1\n}\n";
  EXPECT_EQ(str(Compiled(text).program().params[0].type), "f32[9, 4]");
  CompileOptions options;
  options.defines = {{"h", "10"}};
  EXPECT_EQ(str(Compiled(text, options).program().params[0].type), "f32[10, 4]");
  options.defines = {{"hh", "10"}};
  EXPECT_NE(Compiled(text, options).result.usageError.find("did you mean h?"), std::string::npos);
  options.defines = {{"h", "ten"}};
  EXPECT_FALSE(Compiled(text, options).result.usageError.empty());
}

TEST(Program, IsOfOnePrecision) {
  CompileOptions options;
  options.dtype = "f64";
  Compiled c(model("  x |> Linear(4)"), options);
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(c.program().precision, Elem::F64);
  EXPECT_EQ(str(c.program().params[0].type), "f64[4, 4]");
}

TEST(Program, AsksWhichTrainBlock) { // set-1
  std::string train = " on d {\n  loss = cross_entropy(o, y)\n  optimizer = Adam(lr = 0.1)\n  epochs = 1\n}\n";
  std::string body = "(x: float[B, 4]) -> (o: float[B, Kind]) { x |> Linear(Kind) }\n";
  std::string text = data + ("model A" + body) + "model C" + body + "train A" + train + "train C" + train;
  EXPECT_NE(Compiled(text).result.usageError.find("A:d, C:d"), std::string::npos);
  CompileOptions options;
  options.train = "C";
  EXPECT_EQ(Compiled(text, options).program().model, "C");
}

TEST(Program, AlignsByNameNotByNumber) { // size-8: 4 and `n = 4` are two axes
  Compiled same("layer L(n: int)(x: float[B, T, D]) -> float[B, T, D] {\n  param w: float[D] = 1\n  x * w\n}\n" +
                model("  l = L(4)\n  y = x as [B, 1, 4]\n  l(y) as [B, 4]"));
  EXPECT_TRUE(same.ok()) << same.messages();
  Compiled other("layer L(n: int)(x: float[B, D]) -> float[B, D] {\n  param w: float[n] = 1\n  x * w\n}\n" +
                 model("  l = L(4)\n  l(x)"));
  EXPECT_EQ(other.codes(), "E0301");
}

TEST(Program, ChecksDefinitionsThatNothingUses) {
  Compiled c("layer L(x: float[B, D]) -> float[B, D] { x + nothing }\nfn f(x: float[A, C], y: float[C, A]) -> float[A, "
             "C] { x + y }\n" +
             model("  x"));
  EXPECT_EQ(c.codes(), "E0202 E0301");
}

TEST(Program, IsRefusedInTimeWhenItIsTooLarge) {
  // Thirty functions, each calling the one before twice: 2^30 calls.
  std::string text = "fn f0(x: float[...]) -> float[...] { x + 1 }\n";
  for (int i = 1; i <= 30; ++i)
    text += "fn f" + std::to_string(i) + "(x: float[...]) -> float[...] { f" + std::to_string(i - 1) + "(f" +
            std::to_string(i - 1) + "(x)) }\n";
  auto begin = std::chrono::steady_clock::now();
  Compiled c(text + model("  x |> f30"));
  EXPECT_EQ(c.codes().substr(0, 5), "E0407");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Program, RefusesCallsThatNestTooDeep) {
  std::string text = "fn f0(x: float[...]) -> float[...] { x + 1 }\n";
  for (int i = 1; i <= 300; ++i) {
    std::string open, close;
    for (int j = 0; j < 100; ++j) {
      open += "(1 + ";
      close += ")";
    }
    text += "fn f" + std::to_string(i) + "(x: float[...]) -> float[...] { " + open + "f" + std::to_string(i - 1) +
            "(x)" + close + " }\n";
  }
  EXPECT_EQ(Compiled(text + model("  x |> f300")).codes().substr(0, 5), "E0408");
}

TEST(Program, SaysThatALoopContainsItself) {
  EXPECT_EQ(
      Compiled("layer A(x: float[...]) -> float[...] { x |> C }\nlayer C(x: float[...]) -> float[...] { x |> A }\n" +
               model("  x |> A"))
          .codes(),
      "E0405");
  EXPECT_EQ(Compiled("fn f(x: float[...]) -> float[...] { f(x) }\n" + model("  x |> f")).codes(), "E0405");
}

} // namespace nnc::dsl
