// Register tiles: what fits, balanced splits, and the plans of the shapes that matter.
#include "codegen/Conversion/Emit/Tiles.h"

#include <gtest/gtest.h>

using namespace nnc::emit;

namespace {
const RegisterFile avx512{16, 32}, avx2{8, 16};

int64_t covered(const std::vector<BlockRun> &runs) {
  int64_t sum = 0;
  for (const BlockRun &run : runs)
    sum += run.extent * run.count;
  return sum;
}
} // namespace

TEST(Tiles, FitsTheRegisterFile) {
  EXPECT_TRUE(fits({6, 4}, 784, avx512));
  EXPECT_TRUE(fits({14, 2}, 784, avx512));
  EXPECT_TRUE(fits({8, 3}, 784, avx512));
  EXPECT_FALSE(fits({8, 4}, 784, avx512));
  EXPECT_FALSE(fits({7, 4}, 784, avx512));
  EXPECT_TRUE(fits({6, 2}, 784, avx2));
  EXPECT_TRUE(fits({3, 3}, 784, avx2));
  EXPECT_FALSE(fits({4, 3}, 784, avx2)); // 16 registers of 16: spills
  EXPECT_FALSE(fits({7, 2}, 784, avx2));
  EXPECT_EQ(maxRows(4, 784, avx512), 6);
  EXPECT_EQ(maxRows(2, 784, avx2), 6);
}

// Without a loop over the terms their rows stay in registers too.
TEST(Tiles, ShortSumsLeaveRoomForTheirRows) {
  EXPECT_TRUE(fits({11, 2}, 3, avx512));
  EXPECT_FALSE(fits({12, 2}, 3, avx512));
  EXPECT_FALSE(fits({1, 4}, 8, avx512));
  EXPECT_TRUE(fits({8, 1}, 3, avx2));
  EXPECT_FALSE(fits({8, 1}, 3, withoutMask(avx2))); // AVX2 holds the mask in a register
  EXPECT_TRUE(fits({11, 2}, 3, withoutMask(avx512)));
  EXPECT_EQ(maxRows(1, 8, avx2), 3);
}

TEST(Tiles, SplitsEvenly) {
  EXPECT_EQ(splitEvenly(16, 6), (std::vector<BlockRun>{{6, 1}, {5, 2}}));
  EXPECT_EQ(splitEvenly(16, 8), (std::vector<BlockRun>{{8, 2}}));
  EXPECT_EQ(splitEvenly(49, 4), (std::vector<BlockRun>{{4, 10}, {3, 3}}));
  EXPECT_EQ(splitEvenly(3, 6), (std::vector<BlockRun>{{3, 1}}));
  EXPECT_TRUE(splitEvenly(0, 6).empty());
  for (int64_t total = 1; total < 200; ++total)
    for (int64_t largest = 1; largest < 15; ++largest) {
      std::vector<BlockRun> runs = splitEvenly(total, largest);
      EXPECT_EQ(covered(runs), total);
      EXPECT_LE(runs.size(), 2u);
      EXPECT_LE(runs.front().extent, largest);
    }
}

TEST(Tiles, CostsGrowWithTheWork) {
  EXPECT_LT(tileCost({6, 4}, 100), 2 * tileCost({3, 4}, 100));
  EXPECT_EQ(tileCost({1, 1}, 1000), tileCost({2, 1}, 1000) - 1000 - 16); // both wait for the same chain
  EXPECT_LT(tileCost({6, 4}, 1000), tileCost({12, 2}, 1000));            // equal products, less traffic
  EXPECT_GT(tileCost({28, 1}, 1000), tileCost({27, 1}, 1000));
}

TEST(Tiles, WideProductsUseSixByFour) {
  std::vector<ColumnRun> plan = planTiles(60, true, 16, 784, avx512);
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan[0].vectors, 4);
  EXPECT_EQ(plan[0].count, 4);
  EXPECT_EQ(plan[0].freeRows, 6);
}

TEST(Tiles, EveryPlanFitsAndCovers) {
  for (const RegisterFile &registers : {avx512, avx2})
    for (int64_t rows = 1; rows < 40; ++rows)
      for (int64_t vectors = 1; vectors < 20; ++vectors)
        for (int64_t depth : {1, 3, 64, 784}) {
          int64_t columns = 0;
          for (const ColumnRun &run : planTiles(rows, false, vectors, depth, registers)) {
            columns += run.vectors * run.count;
            EXPECT_EQ(covered(run.rows), rows);
            for (const BlockRun &block : run.rows)
              EXPECT_TRUE(fits({block.extent, run.vectors}, depth, registers));
          }
          EXPECT_EQ(columns, vectors);
          for (const ColumnRun &run : planTiles(rows, true, vectors, depth, registers))
            EXPECT_TRUE(run.freeRows <= 8 && fits({run.freeRows, run.vectors}, depth, registers));
        }
}
