#include "compiler/Analysis/Arena.h"
#include <gtest/gtest.h>
#include <random>

using namespace nnc;

namespace {

TEST(Arena, disjointLivesShare) {
  ArenaPlan plan = planArena({{100, 0, 1}, {100, 1, 2}, {100, 2, 3}});
  EXPECT_EQ(plan.offsets, (std::vector<int64_t>{0, 128, 0}));
  EXPECT_EQ(plan.bytes, 256);
}

TEST(Arena, takesTheSmallestGap) {
  // Gaps of 1024 and 896 bytes at step 2: the last block takes the second.
  ArenaPlan plan = planArena({{1280, 0, 9}, {1024, 0, 1}, {960, 0, 9}, {896, 0, 1}, {832, 0, 9}, {128, 2, 2}});
  EXPECT_EQ(plan.offsets[5], plan.offsets[3]);
}

TEST(Arena, neverAMultipleOf4K) {
  EXPECT_EQ(arenaBytes(0), 64);
  EXPECT_EQ(arenaBytes(65), 128);
  EXPECT_EQ(arenaBytes(8192), 8256);
}

TEST(Arena, randomPlansAreDisjoint) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<ArenaBlock> blocks;
    int64_t sum = 0;
    for (int i = 0; i < 60; ++i) {
      int64_t first = random() % 40;
      blocks.push_back({int64_t(random() % 5000), first, first + int64_t(random() % 10)});
      sum += arenaBytes(blocks.back().bytes);
    }
    ArenaPlan plan = planArena(blocks);
    EXPECT_LT(plan.bytes, sum);
    for (size_t i = 0; i < blocks.size(); ++i) {
      ASSERT_EQ(plan.offsets[i] % 64, 0);
      ASSERT_LE(plan.offsets[i] + blocks[i].bytes, plan.bytes);
      for (size_t j = 0; j < i; ++j) {
        bool together = blocks[i].first <= blocks[j].last && blocks[j].first <= blocks[i].last;
        bool apart = plan.offsets[i] + blocks[i].bytes <= plan.offsets[j] ||
                     plan.offsets[j] + blocks[j].bytes <= plan.offsets[i];
        ASSERT_TRUE(!together || apart);
      }
    }
  }
}

} // namespace
