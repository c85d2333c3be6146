// Series: windows, splits by time, standardisation, metrics in the units of the data.
#include "runtime/core/Dtype.h"
#include "runtime/recipe/Dataset.h"
#include "runtime/train/Tally.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace nnc::rt;
namespace fs = std::filesystem;

namespace {

class SeriesTest : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/nnc-series-XXXXXX";
    folder = mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder); }

  /// Fields `past` and `next` of a series `a`, `b` with times `t`.
  static Recipe recipe(const std::string &past, const std::string &pastDims, const std::string &next,
                       const std::string &nextDims, const std::string &split) {
    auto field = [](const std::string &name, const std::string &dims, const std::string &expression) {
      return R"({"name":")" + name + R"(","dtype":"f64","dims":)" + dims + R"(,"dim":null,"expr":)" + expression + "}";
    };
    Result<Recipe> made = Recipe::parse((R"({"datasets":[{"name":"d","source":["csv","d.csv"],"time":"t","fields":[)" +
                                         field("past", pastDims, past) + "," + field("next", nextDims, next) +
                                         R"(],"split":)" + split + "}]}")
                                            .c_str());
    EXPECT_TRUE(bool(made));
    return *made;
  }

  Result<Dataset> load(const Recipe &recipe, const std::string &text) {
    std::ofstream(folder / "d.csv") << text;
    const DatasetRecipe &set = recipe.datasets[0];
    return loadDataset(recipe, set, {{&set.fields[0], NNC_F64}, {&set.fields[1], NNC_F64}}, folder);
  }

  std::string error(const Recipe &recipe, const std::string &text) {
    Result<Dataset> data = load(recipe, text);
    if (data)
      return "none";
    EXPECT_EQ(data.error().code, nnc::support::ExitDoesNotFit);
    return data.error().text.substr(data.error().text.find("d.csv"));
  }

  static std::vector<double> row(const Dataset &data, const char *name, uint32_t number) {
    const FieldData *field = data.field(name);
    std::vector<double> values(field->rowBytes / 8);
    memcpy(values.data(), field->row(number), field->rowBytes);
    return values;
  }

  /// Steps 0 … count - 1 with a = step squared, b = -step.
  static std::string table(int count) {
    std::string text = "t,a,b\n";
    for (int i = 0; i < count; ++i)
      text += std::to_string(1900 + i) + "," + std::to_string(i * i) + "," + std::to_string(-i) + "\n";
    return text;
  }

  fs::path folder;
};

const char *const both = R"(["window",["list",["column","a"],["column","b"]],3])";
const char *const next = R"(["ahead",["column","a"],2])";
const char *const all = R"({"train":1,"by":"t"})";
using V = std::vector<double>;

TEST_F(SeriesTest, GivesNMinusWindowMinusAheadPlusOneRows) {
  Recipe made = recipe(both, "[3,2]", next, "[2]", all);
  Result<Dataset> data = load(made, table(10));
  ASSERT_TRUE(bool(data)) << data.error().text;
  EXPECT_EQ(data->rows, 10u - 3 - 2 + 1);
  EXPECT_EQ(data->parts[Train].size(), 6u);
  EXPECT_EQ(row(*data, "past", 0), (V{0, 0, 1, -1, 4, -2}));
  EXPECT_EQ(row(*data, "next", 0), (V{9, 16}));
  EXPECT_EQ(row(*data, "past", 5), (V{25, -5, 36, -6, 49, -7}));
  EXPECT_EQ(row(*data, "next", 5), (V{64, 81}));
}

TEST_F(SeriesTest, WindowsOfOneRowEndAtTheSamePresent) {
  Recipe made = recipe(R"(["window",["column","a"],4])", "[4]", R"(["window",["column","b"],2])", "[2]", all);
  Result<Dataset> data = load(made, table(6));
  ASSERT_TRUE(bool(data)) << data.error().text;
  EXPECT_EQ(data->rows, 3u);
  EXPECT_EQ(row(*data, "past", 2), (V{4, 9, 16, 25}));
  EXPECT_EQ(row(*data, "next", 2), (V{-4, -5}));
}

TEST_F(SeriesTest, IsSortedByTime) {
  Recipe made = recipe(both, "[3,2]", R"(["ahead",["column","a"],1])", "[1]", all);
  Result<Dataset> data = load(made, "t,a,b\n2024-03,3,0\n2024-01,1,0\n2024-04,4,0\n2024-02,2,0\n");
  ASSERT_TRUE(bool(data)) << data.error().text;
  EXPECT_EQ(row(*data, "past", 0), (V{1, 0, 2, 0, 3, 0}));
  EXPECT_EQ(row(*data, "next", 0), (V{4}));
}

TEST_F(SeriesTest, NoWindowCrossesASplitWhateverTheSeed) {
  std::string split = R"({"train":0.5,"valid":0.25,"test":0.25,"by":"t","seed":)";
  for (const char *seed : {"0}", "7}"}) {
    Recipe made = recipe(both, "[3,2]", next, "[2]", split + seed);
    Result<Dataset> data = load(made, table(40));
    ASSERT_TRUE(bool(data)) << data.error().text;
    EXPECT_EQ(data->parts[Train].size(), 20u - 4);
    EXPECT_EQ(data->parts[Valid].size(), 10u - 4);
    EXPECT_EQ(data->parts[nnc::rt::Test].size(), 10u - 4);
    uint32_t begins[] = {0, 20, 30, 40};
    for (int part = 0; part < 3; ++part) {
      EXPECT_EQ(data->parts[part].front(), begins[part]);
      EXPECT_EQ(row(*data, "past", data->parts[part].front())[0], begins[part] * begins[part]);
      EXPECT_EQ(row(*data, "next", data->parts[part].back())[1], std::pow(begins[part + 1] - 1, 2));
    }
  }
}

TEST_F(SeriesTest, StandardisesEachColumnFromTheTrainingStepsOnce) {
  Recipe made = recipe(R"(["standardize",["window",["list",["column","a"],["column","b"]],3]])", "[3,2]",
                       R"(["standardize",["ahead",["column","a"],2]])", "[2]", R"({"train":0.5,"test":0.5,"by":"t"})");
  Result<Dataset> data = load(made, table(20));
  ASSERT_TRUE(bool(data)) << data.error().text;
  double mean = 0, square = 0;
  for (int i = 0; i < 10; ++i)
    mean += i * i / 10.0;
  for (int i = 0; i < 10; ++i)
    square += std::pow(i * i - mean, 2) / 10;
  ASSERT_EQ(data->constants.size(), 2u);
  ASSERT_EQ(data->constants[0].mean.size(), 2u);
  ASSERT_EQ(data->constants[1].mean.size(), 1u);
  EXPECT_NEAR(data->constants[0].mean[0], mean, 1e-12);
  EXPECT_NEAR(data->constants[0].mean[1], -4.5, 1e-12);
  EXPECT_NEAR(data->constants[0].deviation[0], std::sqrt(square), 1e-12);
  EXPECT_EQ(data->constants[0].mean[0], data->constants[1].mean[0]);
  EXPECT_EQ(data->constants[0].deviation[0], data->constants[1].deviation[0]);
  EXPECT_EQ(row(*data, "next", 15)[1], (19 * 19 - data->constants[1].mean[0]) / data->constants[1].deviation[0]);
}

TEST_F(SeriesTest, SaysWhatIsTooShort) {
  Recipe whole = recipe(both, "[3,2]", next, "[2]", all);
  EXPECT_EQ(error(whole, table(4)), "d.csv: the part `train` has 4 steps, and one example takes 5, 3 of `window` and 2 "
                                    "of `ahead`\n  help: give the part a larger share, or take shorter windows");
  EXPECT_TRUE(bool(load(whole, table(5))));
  Recipe cut = recipe(both, "[3,2]", next, "[2]", R"({"train":0.8,"test":0.2,"by":"t","at":"d.nn:5:3"})");
  EXPECT_EQ(error(cut, table(20)),
            "d.csv: the part `test` has 4 steps, and one example takes 5, 3 of `window` and 2 of "
            "`ahead` (d.nn:5:3)\n  help: give the part a larger share, or take shorter windows");
}

TEST_F(SeriesTest, SaysWhatIsNoTime) {
  Recipe whole = recipe(both, "[3,2]", next, "[2]", all);
  EXPECT_EQ(error(whole, "t,a,b\n2024-01,1,2\n1/2/24,1,2\n"),
            "d.csv:3:1: `1/2/24` is no time, but column `t` must hold times\n"
            "  help: write 1958-03, 1958-03-01, 1958-03-01 12:30:00 or a number");
  EXPECT_EQ(error(whole, "t,a,b\n3,1,2\n1,1,2\n2,1,2\n3,1,2\n4,1,2\n"),
            "d.csv:5: the time of this row stands above as well\n  help: a series has one row for each time");
  EXPECT_EQ(error(whole, "a,b\n1,2\n"), "d.csv:1: no column `t`, the times of data set `d`");
}

TEST_F(SeriesTest, SaysWhatIsUneven) {
  Recipe whole = recipe(both, "[3,2]", next, "[2]", all);
  Result<Dataset> even = load(whole, table(10));
  ASSERT_TRUE(bool(even)) << even.error().text;
  EXPECT_EQ(even->warning, "");
  Result<Dataset> data = load(whole, "t,a,b\n1949-05,5,0\n1949-01,1,0\n1949-02,2,0\n1949-03,3,0\n1949-06,6,0\n"
                                     "1949-07,7,0\n");
  ASSERT_TRUE(bool(data)) << data.error().text;
  EXPECT_EQ(data->warning.substr(data->warning.find("d.csv")),
            "d.csv:2: this row is 2 months after the row before it, where most are 1 month apart (1 of 5 steps): "
            "`window` and `ahead` count rows, whatever time lies between them");
}

TEST_F(SeriesTest, RefusesOneFormOfTimeAmongAnother) {
  Recipe whole = recipe(both, "[3,2]", next, "[2]", all);
  EXPECT_EQ(error(whole, "t,a,b\n1949-01,1,2\n1949-02-01,1,2\n"),
            "d.csv:3:1: `1949-02-01` is a day, and the times above are months, but column `t` must hold times\n"
            "  help: write 1958-03, 1958-03-01, 1958-03-01 12:30:00 or a number");
}

TEST_F(SeriesTest, RefusesWhatDoesNotFitTheFieldWhereItStands) {
  auto field = [](const std::string &type) {
    Recipe made = recipe(R"(["column","a"])", "[]", R"(["standardize",["column","b"]])", "[]",
                         R"({"train":0.5,"test":0.5,"by":"t"})");
    made.datasets[0].fields[0].dtype = dtypeNamed(type);
    made.datasets[0].fields[1].standardized = true;
    return made;
  };
  auto refused = [&](const std::string &type, const std::string &cell, uint8_t second = NNC_F64) {
    Recipe made = field(type);
    std::ofstream(folder / "d.csv") << "t,a,b\n1,1,1\n2,0,2\n3,1,3\n4,1,1e39\n5," + cell + ",2\n";
    const DatasetRecipe &set = made.datasets[0];
    auto data = loadDataset(made, set, {{&set.fields[0], dtypeNamed(type)}, {&set.fields[1], second}}, folder);
    EXPECT_FALSE(bool(data));
    return data ? "" : data.error().text.substr(data.error().text.find("d.csv"));
  };
  EXPECT_EQ(refused("i64", "9223372036854775807"),
            "d.csv:6:3: `9223372036854775807` does not fit: field `past` would be 9223372036854775808, and whole "
            "numbers are read exactly up to 9,007,199,254,740,991 (2^53 - 1)");
  EXPECT_EQ(refused("i64", "1.5"), "d.csv:6:3: `1.5` does not fit: field `past` would be 1.5, which is not whole");
  EXPECT_EQ(refused("i32", "3000000000"),
            "d.csv:6:3: `3000000000` does not fit: field `past` would be 3e+09, which i32 cannot hold");
  EXPECT_EQ(refused("bool", "2"), "d.csv:6:3: `2` does not fit: field `past` would be 2, and a bool is 0 or 1");
  // A number that training knew nothing of: its square is no f32.
  EXPECT_EQ(refused("f64", "1", NNC_F32),
            "d.csv:5:5: `1e39` does not fit: field `next` would be 1.2247448713915889e+39 deviations from "
            "the mean of the training part");
}

/// Rows of a table may be cut by time as well; then they are rows of the file, and times may be equal.
TEST_F(SeriesTest, CutsPlainRowsByTime) {
  Recipe made = recipe(R"(["column","a"])", "[]", R"(["column","b"])", "[]", R"({"train":0.5,"test":0.5,"by":"t"})");
  Result<Dataset> data = load(made, "t,a,b\n4,1,0\n1,2,0\n1,3,0\n3,4,0\n");
  ASSERT_TRUE(bool(data)) << data.error().text;
  EXPECT_EQ(data->parts[Train], (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(data->parts[nnc::rt::Test], (std::vector<uint32_t>{0, 3}));
}

TEST_F(SeriesTest, RefusesBrokenRecipes) {
  for (const char *broken :
       {R"(["window",["column","a"]])", R"(["window",["column","a"],0])", R"(["window",["column","a"],-3])",
        R"(["add",["window",["column","a"],3],["ahead",["column","a"],3]])",
        R"(["window",["list",["column","a"],["column","b"]],3])"}) {
    Recipe made = recipe(broken, "[3]", next, "[2]", all);
    Result<Dataset> data = load(made, table(20));
    ASSERT_FALSE(bool(data)) << broken;
    EXPECT_EQ(data.error().code, nnc::support::ExitOurBug) << broken;
  }
}

} // namespace
