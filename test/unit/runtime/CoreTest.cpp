// Random numbers, initial values, blocks, the pool, the processor check, JSON.
#include "runtime/core/Block.h"
#include "runtime/core/Cpu.h"
#include "runtime/core/FloatMode.h"
#include "runtime/core/Initial.h"
#include "runtime/core/Json.h"
#include "runtime/core/Pool.h"
#include "runtime/core/Random.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace nnc::rt;

namespace {

/// The known answers that Random123 publishes for philox4x32-10.
TEST(Random, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {{0, 0}}), (RandomBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {{~0u, ~0u}}), (RandomBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {{0xa4093822, 0x299f31d0}}),
            (RandomBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, FnvOfKnownTexts) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325u);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8u);
}

TEST(Random, SiteKeyIsTheFirstTwoWords) {
  uint64_t hash = fnv1a("init:fc1.weight");
  RandomBlock block = philox({uint32_t(hash), uint32_t(hash >> 32), 0, 0}, {{7, 1}});
  RandomKey key = siteKey("init:fc1.weight", (uint64_t(1) << 32) + 7);
  EXPECT_EQ(key.words[0], block[0]);
  EXPECT_EQ(key.words[1], block[1]);
}

template <class T> std::vector<T> initial(uint8_t kind, double a, double b, uint8_t dtype, std::vector<int64_t> dims) {
  size_t count = 1;
  for (int64_t dim : dims)
    count *= size_t(dim);
  std::vector<T> out(count);
  fillInitial({kind, {a, b}, nullptr}, "fc.weight", 3, dtype, dims.data(), uint32_t(dims.size()), out.data());
  return out;
}

TEST(Initial, FollowsTheDefinition) {
  RandomKey key = siteKey("init:fc.weight", 3);
  std::vector<double> uniform = initial<double>(NNC_INIT_UNIFORM, -2, 3, NNC_F64, {7});
  std::vector<double> normal = initial<double>(NNC_INIT_NORMAL, 1, 2, NNC_F64, {7});
  for (uint64_t e = 0; e < 7; ++e) {
    double u = (draw(key, e / 4)[e % 4] + 0.5) * 0x1p-32;
    EXPECT_EQ(uniform[e], -2 + u * 5);
    uint64_t even = e / 2 * 2;
    double a = (draw(key, even / 4)[even % 4] + 0.5) * 0x1p-32;
    double b = (draw(key, (even + 1) / 4)[(even + 1) % 4] + 0.5) * 0x1p-32;
    double z = std::sqrt(-2 * std::log(a)) * (e % 2 ? std::sin(2 * M_PI * b) : std::cos(2 * M_PI * b));
    EXPECT_EQ(normal[e], 1 + 2 * z);
  }
}

TEST(Initial, SinglePrecisionIsTheRoundedDouble) {
  std::vector<double> wide = initial<double>(NNC_INIT_NORMAL, 0, 1, NNC_F64, {50});
  std::vector<float> narrow = initial<float>(NNC_INIT_NORMAL, 0, 1, NNC_F32, {50});
  for (size_t i = 0; i < wide.size(); ++i)
    EXPECT_EQ(narrow[i], float(wide[i]));
}

TEST(Initial, NormalHasItsMoments) {
  std::vector<double> values = initial<double>(NNC_INIT_NORMAL, 0, 1, NNC_F64, {40'000});
  double sum = 0, square = 0;
  for (double value : values) {
    sum += value;
    square += value * value;
  }
  EXPECT_NEAR(sum / 40'000, 0, 0.02);
  EXPECT_NEAR(square / 40'000, 1, 0.03);
}

TEST(Initial, OrthogonalRowsOrColumns) {
  for (auto [rows, columns] : {std::pair<int64_t, int64_t>{5, 3}, {3, 5}, {4, 4}, {1, 6}}) {
    std::vector<double> m = initial<double>(NNC_INIT_ORTHOGONAL, 2, 0, NNC_F64, {rows, columns});
    bool wide = rows <= columns;
    int64_t count = wide ? rows : columns, length = wide ? columns : rows;
    auto at = [&](int64_t vector, int64_t i) { return m[size_t(wide ? vector * columns + i : i * columns + vector)]; };
    for (int64_t a = 0; a < count; ++a)
      for (int64_t b = 0; b < count; ++b) {
        double dot = 0;
        for (int64_t i = 0; i < length; ++i)
          dot += at(a, i) * at(b, i);
        EXPECT_NEAR(dot, a == b ? 4 : 0, 1e-12);
      }
  }
}

TEST(Block, IsAlignedZeroAndMovable) {
  auto small = Block::allocate(100);
  auto large = Block::allocate(uint64_t(5) << 20, true);
  ASSERT_TRUE(small && large);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(small->data()) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(large->data()) % (2 << 20), 0u);
  EXPECT_EQ(large->data()[(5 << 20) - 1], 0);
  Block moved = std::move(*small);
  moved.data()[99] = 1;
  EXPECT_EQ(moved.size(), 100u);
  EXPECT_FALSE(bool(Block::allocate(uint64_t(1) << 60)));
  EXPECT_FALSE(bool(Block::allocate(~uint64_t(0))));
}

struct Sums {
  Pool *pool;
  std::vector<int64_t> values, doubled;
};

void sumJob(void *argument, int32_t tid, int32_t threads) {
  auto &sums = *static_cast<Sums *>(argument);
  for (size_t i = size_t(tid); i < sums.values.size(); i += size_t(threads))
    sums.values[i] += 1;
  if (threads > 1)
    Pool::barrier(sums.pool, tid);
  // Reads what other threads wrote before the barrier.
  for (size_t i = size_t(tid); i < sums.values.size(); i += size_t(threads))
    sums.doubled[i] = sums.values[sums.values.size() - 1 - i] * 2;
}

TEST(Pool, EveryThreadRunsOnceAndBarriersHold) {
  for (int32_t threads : {1, 2, 3, 4, 9}) {
    Pool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    Sums sums{&pool, std::vector<int64_t>(101), std::vector<int64_t>(101)};
    for (int round = 1; round <= 100; ++round) {
      pool.run(sumJob, &sums);
      for (int64_t value : sums.doubled)
        ASSERT_EQ(value, 2 * round);
    }
  }
}

TEST(Pool, UsesFewerThreadsWhenTold) {
  Pool pool(4);
  Sums sums{&pool, std::vector<int64_t>(10), std::vector<int64_t>(10)};
  for (int round = 1; round <= 60; ++round) {
    pool.use(1 + round % 4);
    pool.run(sumJob, &sums);
    ASSERT_EQ(sums.doubled[3], 2 * round);
  }
  pool.use(99);
  EXPECT_EQ(pool.threads(), 4);
}

TEST(Cpu, KnowsWhatIsThereAndWhatIsNot) {
  EXPECT_TRUE(missingFeatures("").empty());
  EXPECT_TRUE(missingFeatures("+sse2,-avx512f,sse,+64bit").empty());
  EXPECT_EQ(missingFeatures("+sse2,+tbm,+xop").size() + missingFeatures("fma4").size() > 0,
            !(__builtin_cpu_supports("xop") && __builtin_cpu_supports("fma4")));
  EXPECT_EQ(missingFeatures("avx2,fma").empty(), __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  EXPECT_EQ(missingFeatures("+avx512f").empty(), bool(__builtin_cpu_supports("avx512f")));
  EXPECT_EQ(missingFeatures("x86-64-v3").empty(), bool(__builtin_cpu_supports("x86-64-v3")));
}

TEST(FloatMode, FlushesAndRestores) {
  volatile float tiny = std::numeric_limits<float>::min();
  {
    FlushToZero mode(true);
    volatile float half = tiny * 0.5f;
    EXPECT_EQ(half, 0.0f);
  }
  volatile float half = tiny * 0.5f;
  EXPECT_NE(half, 0.0f);
}

TEST(Json, ParsesStrictly) {
  EXPECT_TRUE(bool(parseJson(R"({"a": [1, 2.5, "x"]})")));
  EXPECT_FALSE(bool(parseJson("{\"a\": 1, \"a\": 2}")));
  EXPECT_FALSE(bool(parseJson("{\"a\": 1} x")));
  EXPECT_FALSE(bool(parseJson("{\"a\": 1e999}")));
  EXPECT_FALSE(bool(parseJson("")));
  EXPECT_TRUE(bool(parseJson(std::string(100, '[') + std::string(100, ']'))));
  EXPECT_FALSE(bool(parseJson(std::string(101, '[') + std::string(101, ']'))));
  EXPECT_FALSE(bool(parseJson(std::string(1'000'000, '['))));
}

TEST(Json, WritesWhatItsParserReads) {
  std::string text;
  JsonWriter json(text);
  json.open('{').key("a\"\n\x01").text("\xff ü").key("n").number(0.1).key("bad").number(NAN);
  json.key("list").open('[').integer(-3).boolean(true).null().open('{').close('}').close(']').close('}');
  Result<Json> back = parseJson(text);
  ASSERT_TRUE(bool(back)) << text;
  EXPECT_EQ((*back)["n"], 0.1);
  EXPECT_EQ((*back)["a\"\n\x01"], "\xEF\xBF\xBD ü");
  EXPECT_TRUE((*back)["bad"].is_null());
  EXPECT_EQ((*back)["list"].size(), 4u);
}

TEST(Json, ShortestReadsBack) {
  EXPECT_EQ(shortest(0.1f), "0.1");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(std::copysign(NAN, -1.0)), "nan");
  EXPECT_EQ(shortest(std::copysign(NAN, -1.0f)), "nan");
  EXPECT_EQ(shortest(1.0f / 3), "0.33333334");
}

} // namespace
