// What is drawn at random: the generator against Random123's known answers, the counting against the runtime's
// generator, and what the numbers look like.
#include "runtime/core/Random.h"
#include "compiler/Reference/Draw.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace nnc;
using namespace nnc::reference;

namespace {

/// The known answers that Random123 publishes for philox4x32-10.
TEST(Draws, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, ~uint64_t(0)), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822u),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Draws, AreCountedBySiteStepExampleAndElement) {
  Draw draw("dropout:h.0.drop", 42, 7);
  rt::RandomKey key = rt::siteKey("dropout:h.0.drop", 42);
  for (int64_t sample : {int64_t(0), int64_t(5), int64_t(1) << 33})
    for (int64_t number = 0; number < 40; ++number) {
      auto words = [&](int64_t block) {
        return rt::philox({uint32_t(block), uint32_t(sample), uint32_t(sample >> 32), 7}, key);
      };
      uint32_t word = words(number / 8)[number % 8 / 2];
      EXPECT_EQ(draw.sixteen(number, sample), number % 2 ? word >> 16 : word & 0xffff);
      EXPECT_EQ(draw.uniform(number, sample, false), (words(number / 4)[number % 4] >> 8) * 0x1p-24);
      rt::RandomBlock block = words(number / 2);
      uint64_t wide = block[2 * (number % 2)] + (uint64_t(block[2 * (number % 2) + 1]) << 32);
      EXPECT_EQ(draw.uniform(number, sample, true), double(wide >> 11) * 0x1p-53);
    }
  EXPECT_NE(Draw("dropout:a", 1, 0).sixteen(0, 0), Draw("dropout:b", 1, 0).sixteen(0, 0));
}

TEST(Draws, HaveTheirMoments) {
  Draw draw("randn:z", 3, 0);
  constexpr int64_t count = 200000;
  for (bool wide : {false, true}) {
    double mean = 0, square = 0, fourth = 0, uniform = 0;
    for (int64_t i = 0; i < count; ++i) {
      double z = draw.normal(i, 0, wide), u = draw.uniform(i, 1, wide);
      ASSERT_TRUE(std::isfinite(z) && u >= 0 && u < 1);
      mean += z / count;
      square += z * z / count;
      fourth += z * z * z * z / count;
      uniform += u / count;
    }
    // Six standard deviations of each estimate.
    EXPECT_NEAR(mean, 0, 6 / std::sqrt(count));
    EXPECT_NEAR(square, 1, 6 * std::sqrt(2.0 / count));
    EXPECT_NEAR(fourth, 3, 6 * std::sqrt(96.0 / count));
    EXPECT_NEAR(uniform, 0.5, 6 / std::sqrt(12.0 * count));
  }
}

TEST(Draws, DropoutKeepsItsShare) {
  for (double rate : {0.0, 0.1, 0.5, 1.0}) {
    Dropout dropout(rate);
    int64_t kept = 0, count = 0;
    for (uint32_t sixteen = 0; sixteen < 65536; ++sixteen, ++count)
      kept += dropout.keeps(sixteen);
    EXPECT_EQ(kept, count - std::llround(rate * 65536));
  }
}

/// Examples keep their draws whatever batch they come in; the step of a loop moves on by the elements of an example.
TEST(Draws, DependOnTheExampleNotOnTheBatch) {
  Tensor<double> samples(ElementKind::I64, {2}), one(ElementKind::I64, {1}), time(ElementKind::I64, {});
  samples.integers = {8, 9};
  one.integers = {9};
  time.integers = {3};
  Numbering<double> both({2, 5}, &samples, nullptr), second({1, 5}, &one, nullptr), looped({2, 5}, &samples, &time);
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(both.number(5 + i), second.number(i));
    EXPECT_EQ(both.sample(5 + i), second.sample(i));
    EXPECT_EQ(looped.number(5 + i), 15 + i);
  }
  EXPECT_EQ(Numbering<double>({2, 5}, nullptr, nullptr).number(7), 7);
}

} // namespace
