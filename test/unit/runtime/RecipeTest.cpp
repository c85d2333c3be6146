// The recipe: its expressions, standardisation, splits, and the errors of data that does not fit.
#include "runtime/recipe/Dataset.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>

using namespace nnc::rt;
namespace fs = std::filesystem;

namespace {

class RecipeTest : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/nnc-recipe-XXXXXX";
    folder = mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder); }

  /// A recipe with one data set `d` of one field of this expression.
  static Recipe recipe(const std::string &expression, const std::string &dims, const std::string &dim = "null",
                       const std::string &split = R"({"train":1})") {
    Result<Recipe> made = Recipe::parse((R"({"dims":{"Kind":["red","green"],"Digit":10},"datasets":[{"name":"d",
      "source":["csv","d.csv"],"fields":[{"name":"x","dtype":"f64","dims":)" +
                                         dims + R"(,"dim":)" + dim + R"(,"at":"d.nn:3:3","expr":)" + expression +
                                         R"(}],"split":)" + split + "}]}")
                                            .c_str());
    EXPECT_TRUE(bool(made));
    return *made;
  }

  Result<Dataset> load(const Recipe &recipe, const std::string &text, uint8_t dtype = NNC_F64,
                       const std::vector<Constants> *known = nullptr) {
    std::ofstream(folder / "d.csv") << text;
    const DatasetRecipe &set = recipe.datasets[0];
    return loadDataset(recipe, set, {{&set.fields[0], dtype}}, folder, known);
  }

  std::vector<double> values(const Recipe &recipe, const std::string &text) {
    Result<Dataset> data = load(recipe, text);
    EXPECT_TRUE(bool(data)) << data.error().text;
    std::vector<double> out(data->fields[0].bytes.size() / 8);
    memcpy(out.data(), data->fields[0].bytes.data(), out.size() * 8);
    return out;
  }

  std::string error(const Recipe &recipe, const std::string &text, uint8_t dtype = NNC_F64) {
    Result<Dataset> data = load(recipe, text, dtype);
    if (data)
      return "none";
    EXPECT_EQ(data.error().code, nnc::support::ExitDoesNotFit);
    std::string message = data.error().text;
    return message.substr(message.find("d.csv") == std::string::npos ? 0 : message.find("d.csv"));
  }

  fs::path folder;
};

TEST_F(RecipeTest, Expressions) {
  const std::string table = "a,b,c\n1,2,3\n4,5,6\n";
  using V = std::vector<double>;
  EXPECT_EQ(values(recipe(R"(["column","b"])", "[]"), table), (V{2, 5}));
  EXPECT_EQ(values(recipe(R"(["columns","a","c"])", "[3]"), table), (V{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(values(recipe(R"(["list",["column","c"],["column","a"]])", "[2]"), table), (V{3, 1, 6, 4}));
  EXPECT_EQ(values(recipe(R"(["div",["columns","a","b"],["number",2]])", "[2]"), table), (V{0.5, 1, 2, 2.5}));
  EXPECT_EQ(values(recipe(R"(["sub",["number",10],["columns","a","b"]])", "[2]"), table), (V{9, 8, 6, 5}));
  EXPECT_EQ(values(recipe(R"(["add",["neg",["column","a"]],["mul",["column","b"],["column","c"]]])", "[]"), table),
            (V{5, 26}));
}

TEST_F(RecipeTest, LabelsByNameAndNumber) {
  Recipe named = recipe(R"(["label","Kind",["column","k"]])", "[]", "\"Kind\"");
  Result<Dataset> data = load(named, "k\ngreen\nred\n", NNC_I32);
  ASSERT_TRUE(bool(data));
  int32_t labels[2];
  memcpy(labels, data->fields[0].bytes.data(), 8);
  EXPECT_EQ(labels[0], 1);
  EXPECT_EQ(labels[1], 0);
  EXPECT_EQ(values(recipe(R"(["column","k"])", "[]", "\"Digit\""), "k\n7\n0\n"), (std::vector<double>{7, 0}));
  EXPECT_EQ(values(recipe(R"(["sub",["column","k"],["number",1]])", "[]", "\"Digit\""), "k\n7\n1\n"),
            (std::vector<double>{6, 0}));
}

TEST_F(RecipeTest, ErrorsSayWhereAndWhy) {
  Recipe number = recipe(R"(["column","a"])", "[]");
  EXPECT_EQ(error(number, "b\n1\n").substr(0, 49), "d.csv:1: no column `a`, which field `x` needs (d.");
  EXPECT_EQ(error(number, "a\n1\nx1\n"), "d.csv:3:1: `x1` is not a number, but column `a` must hold numbers");
  EXPECT_EQ(error(number, "a\nnan\n"), "d.csv:2:1: `nan` is not a finite number, but column `a` must hold numbers");
  EXPECT_EQ(error(number, "b,a\n1,\n"), "d.csv:2:3: a cell is empty, but column `a` must hold numbers\n"
                                        "  help: remove the row or fill in a value");
  EXPECT_EQ(error(number, "a\n"), "d.csv: has no rows behind its header");
  Recipe label = recipe(R"(["label","Kind",["column","k"]])", "[]", "\"Kind\"");
  EXPECT_EQ(error(label, "k\nred\nGreen\n", NNC_I32),
            "d.csv:3:1: `Green` is not a label of Kind\n  help: did you mean `green`?");
  EXPECT_EQ(error(label, "k\nultraviolet\n", NNC_I32),
            "d.csv:2:1: `ultraviolet` is not a label of Kind\n  help: the labels are red, green");
  Recipe digit = recipe(R"(["column","k"])", "[]", "\"Digit\"");
  EXPECT_EQ(error(digit, "k\n10\n", NNC_I32), "d.csv:2:1: `10` is not a label of Digit, which are the numbers 0 to 9");
  Recipe shifted = recipe(R"(["sub",["column","k"],["number",1]])", "[]", "\"Digit\"");
  EXPECT_EQ(error(shifted, "k\n0\n", NNC_I32),
            "d.csv:2:1: `0` does not fit: field `x` would be -1, which is no label of Digit");
}

TEST_F(RecipeTest, MissingFileIsExit3) {
  Recipe number = recipe(R"(["column","a"])", "[]");
  Result<Dataset> data = loadDataset(number, number.datasets[0], {}, folder);
  ASSERT_FALSE(bool(data));
  EXPECT_EQ(data.error().code, nnc::support::ExitMissing);
}

TEST_F(RecipeTest, StandardisesFromTheTrainingPartOnly) {
  Recipe split =
      recipe(R"(["standardize",["list",["column","a"],["column","b"]]])", "[2]", "null", R"({"train":0.5,"test":0.5})");
  std::string table = "a,b\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i * i) + ",7\n";
  Result<Dataset> data = load(split, table);
  ASSERT_TRUE(bool(data));
  double mean = 0, square = 0;
  for (uint32_t row : data->parts[Train])
    mean += row * row / 20.0;
  for (uint32_t row : data->parts[Train])
    square += (row * row - mean) * (row * row - mean) / 20.0;
  ASSERT_EQ(data->constants.size(), 1u);
  EXPECT_NEAR(data->constants[0].mean[0], mean, 1e-12 * mean);
  EXPECT_NEAR(data->constants[0].deviation[0], std::sqrt(square), 1e-12 * std::sqrt(square));
  EXPECT_EQ(data->constants[0].mean[1], 7);
  EXPECT_EQ(data->constants[0].deviation[1], 1); // a column that does not vary
  const auto *values = reinterpret_cast<const double *>(data->fields[0].bytes.data());
  EXPECT_EQ(values[2 * 39], (39 * 39 - data->constants[0].mean[0]) / data->constants[0].deviation[0]);

  std::vector<Constants> known = {{"x", {1, 2}, {3, 4}}};
  Result<Dataset> given = load(split, table, NNC_F64, &known);
  ASSERT_TRUE(bool(given));
  EXPECT_EQ(reinterpret_cast<const double *>(given->fields[0].bytes.data())[0], (0 - 1) / 3.0);
  std::vector<Constants> others = {{"z", {1, 2}, {3, 4}}}, few = {{"x", {1}, {3}}};
  EXPECT_FALSE(bool(load(split, table, NNC_F64, &others)));
  EXPECT_FALSE(bool(load(split, table, NNC_F64, &few)));
}

TEST(Split, LargestRemainder) {
  double shares[3] = {0.8, 0.1, 0.1};
  using S = std::array<uint32_t, 3>;
  EXPECT_EQ(cut(50, shares), (S{40, 5, 5}));
  EXPECT_EQ(cut(7, shares), (S{5, 1, 1}));
  EXPECT_EQ(cut(1, shares), (S{1, 0, 0}));
  EXPECT_EQ(cut(0, shares), (S{0, 0, 0}));
  double thirds[3] = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  EXPECT_EQ(cut(10, thirds), (S{4, 3, 3}));
  double half[3] = {0.25, 0, 0.25};
  EXPECT_EQ(cut(10, half), (S{3, 0, 2}));
}

TEST(Split, IsAPartitionAndStratified) {
  SplitRule rule;
  rule.shares[0] = 0.6;
  rule.shares[1] = 0.2;
  rule.shares[2] = 0.2;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    rule.seed = seed;
    std::vector<int32_t> classes(90);
    for (size_t i = 0; i < classes.size(); ++i)
      classes[i] = int32_t(i * i % 3);
    Parts parts = splitRows(rule, "levels", 90, classes);
    std::vector<uint32_t> all;
    for (const std::vector<uint32_t> &part : parts) {
      EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
      all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end());
    std::vector<uint32_t> rows(90);
    std::iota(rows.begin(), rows.end(), 0u);
    EXPECT_EQ(all, rows);
    for (int32_t c : {0, 1}) {
      auto total = std::count(classes.begin(), classes.end(), c);
      auto inTest = std::count_if(parts[Part::Test].begin(), parts[Part::Test].end(),
                                  [&](uint32_t r) { return classes[r] == c; });
      EXPECT_NEAR(double(inTest), 0.2 * double(total), 1);
    }
  }
}

TEST(Split, DependsOnSeedAndNameOnly) {
  SplitRule rule;
  rule.shares[0] = 0.5;
  rule.shares[2] = 0.5;
  Parts a = splitRows(rule, "one", 100, {}), b = splitRows(rule, "one", 100, {}), c = splitRows(rule, "two", 100, {});
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  rule.seed = 1;
  EXPECT_NE(a, splitRows(rule, "one", 100, {}));
}

TEST(Order, EachEpochIsAnotherPermutation) {
  std::vector<uint32_t> rows = {3, 5, 8, 13, 21, 34, 55};
  EpochOrder order(rows, "d", 4, true), again(rows, "d", 4, true), plain(rows, "d", 4, false);
  std::vector<uint32_t> first = order.epoch(0), second = order.epoch(1);
  EXPECT_NE(first, second);
  EXPECT_EQ(again.epoch(1), second); // an epoch does not depend on those before it
  std::sort(first.begin(), first.end());
  EXPECT_EQ(first, rows);
  EXPECT_EQ(plain.epoch(0), rows);
}

/// Every place gets every row about equally often.
TEST(Order, IsUniform) {
  EpochOrder order({0, 1, 2, 3, 4}, "d", 0, true);
  int counts[5][5] = {};
  for (uint64_t epoch = 0; epoch < 20'000; ++epoch) {
    const std::vector<uint32_t> &rows = order.epoch(epoch);
    for (size_t i = 0; i < 5; ++i)
      ++counts[i][rows[i]];
  }
  for (auto &place : counts)
    for (int count : place)
      EXPECT_NEAR(count, 4000, 300);
}

TEST(Recipe, HasDefaultsAndRefusesRubbish) {
  Result<Recipe> empty = Recipe::parse("{\"version\":1}");
  ASSERT_TRUE(bool(empty));
  EXPECT_FALSE(empty->hasTrain);
  EXPECT_EQ(empty->trained(), nullptr);
  EXPECT_TRUE(bool(Recipe::parse("")));
  for (const char *bad : {"{", R"({"datasets":[{"name":"d"}]})",
                          R"({"datasets":[{"name":"d","source":["csv","p"],"fields":[{"name":"x","dims":[-1]}]}]})",
                          R"({"datasets":[{"name":"d","source":["csv","p"],"fields":[{"dtype":"f32"}]}]})"}) {
    Result<Recipe> broken = Recipe::parse(bad);
    ASSERT_FALSE(bool(broken)) << bad;
    EXPECT_EQ(broken.error().code, nnc::support::ExitOurBug);
  }
}

} // namespace
