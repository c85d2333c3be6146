#include "compiler/Target/Panels.h"
#include <gtest/gtest.h>

using namespace nnc;

namespace {

TEST(Panels, wideRegisters) {
  EXPECT_EQ(panelWidth(3, 16), 16);
  EXPECT_EQ(panelWidth(10, 16), 16);
  EXPECT_EQ(panelWidth(16, 16), 16);
  EXPECT_EQ(panelWidth(32, 16), 32);
  EXPECT_EQ(panelWidth(48, 16), 48);
  EXPECT_EQ(panelWidth(64, 16), 64);
  EXPECT_EQ(panelWidth(80, 16), 48); // 96 columns instead of 128
  EXPECT_EQ(panelWidth(128, 16), 64);
  EXPECT_EQ(panelWidth(256, 16), 64);
  EXPECT_EQ(panelWidth(784, 16), 64);
}

TEST(Panels, narrowRegisters) {
  EXPECT_EQ(panelWidth(3, 8), 8);
  EXPECT_EQ(panelWidth(16, 8), 16);
  EXPECT_EQ(panelWidth(24, 8), 24);
  EXPECT_EQ(panelWidth(256, 4), 8);
}

TEST(Panels, alwaysWholeRegistersWithRoomForATile) {
  for (unsigned lanes : {4u, 8u, 16u})
    for (int64_t n = 1; n < 2000; ++n) {
      int64_t width = panelWidth(n, lanes);
      ASSERT_EQ(width % lanes, 0);
      // Four rows of accumulators, one row of the panel and one broadcast stay in registers.
      int64_t vectors = width / lanes;
      ASSERT_LE(4 * vectors + vectors + 1, lanes == 16 ? 31 : 16);
    }
}

} // namespace
