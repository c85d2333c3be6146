// Schedules, order files and tallies.
#include "runtime/train/Schedule.h"
#include "runtime/train/Tally.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace nnc::rt;
namespace fs = std::filesystem;

namespace {

TEST(Schedule, CoversEachEpochOnce) {
  std::vector<uint32_t> rows = {0, 2, 4, 6, 8, 10, 12};
  Schedule schedule(rows, "d", 0, true, 3);
  EXPECT_EQ(schedule.stepsPerEpoch(), 3);
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<uint32_t> seen;
    for (int64_t count : {3, 3, 1}) {
      Step step = schedule.next();
      EXPECT_EQ(step.count, count);
      EXPECT_EQ(step.endsEpoch, count == 1);
      EXPECT_EQ(schedule.epoch(), epoch);
      seen.insert(seen.end(), step.rows, step.rows + step.count);
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, rows);
  }
}

class OrderFile : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/nnc-order-XXXXXX";
    close(mkstemp(name));
    path = name;
  }
  void TearDown() override { fs::remove(path); }

  /// The exit code of following a file with this text, 0 if it is taken.
  int follow(const std::string &text) {
    std::ofstream(path) << text;
    Status failed = schedule.follow(path);
    return failed ? int(failed->code) : 0;
  }
  std::string path;
  Schedule schedule{{1, 2, 3, 5}, "d", 0, true, 3};
};

TEST_F(OrderFile, IsFollowed) {
  ASSERT_EQ(follow("5 1\n\n2 2 3\r\n1"), 0);
  EXPECT_EQ(schedule.length(), 3);
  Step step = schedule.next();
  EXPECT_EQ(step.count, 2);
  EXPECT_EQ(step.rows[0], 5u);
  EXPECT_FALSE(step.endsEpoch);
  step = schedule.next();
  EXPECT_EQ(step.count, 3);
  EXPECT_TRUE(step.endsEpoch); // two steps are an epoch of four rows
  step = schedule.next();
  EXPECT_EQ(step.count, 1);
  EXPECT_TRUE(step.endsEpoch);
}

TEST_F(OrderFile, IsChecked) {
  EXPECT_EQ(follow("1 2 3 5\n"), 2); // more than a batch
  EXPECT_EQ(follow("4\n"), 4);       // not in the training part
  EXPECT_EQ(follow("1 x\n"), 4);
  EXPECT_EQ(follow("-1\n"), 4);
  EXPECT_EQ(follow("1.5\n"), 4);
  EXPECT_EQ(follow("99999999999999999999\n"), 4);
  EXPECT_EQ(follow("\n\n"), 4);
  EXPECT_EQ(int(schedule.follow("/nowhere")->code), 3);
}

TEST(Figure, Finishes) {
  Figure figure;
  figure.sum = 8;
  figure.count = 2;
  EXPECT_EQ(figure.value(), 4);
  figure.finish = NNC_METRIC_SQRT;
  EXPECT_EQ(figure.value(), 2);
  figure.finish = NNC_METRIC_EXP;
  EXPECT_EQ(figure.value(), std::exp(4.0));
  figure.finish = NNC_METRIC_BITS;
  EXPECT_EQ(figure.value(), 4 / std::log(2.0));
  figure.finish = NNC_METRIC_MEAN;
  figure.count = 0;
  EXPECT_EQ(figure.value(), 0);
  figure.count = 8;
  // Found 3, 1, 0 and 0 of the classes; said and true together 8, 4, 4 and never.
  figure.parts = {3, 1, 0, 0, 8, 4, 4, 0};
  figure.of = Figure::Of::F1;
  EXPECT_DOUBLE_EQ(figure.value(), (2 * 3.0 / 8 + 2 * 1.0 / 4 + 0) / 3);
  figure.of = Figure::Of::Iou;
  EXPECT_DOUBLE_EQ(figure.value(), (3.0 / 5 + 1.0 / 3 + 0) / 3);
  figure.parts = {3, 1, 12, 4};
  EXPECT_DOUBLE_EQ(figure.value(), (3.0 / 9 + 1.0 / 3) / 2);
  figure.of = Figure::Of::F1; // two classes: that of the last
  EXPECT_DOUBLE_EQ(figure.value(), 2 * 1.0 / 4);
  figure.parts = {0, 0, 5, 0};
  EXPECT_EQ(figure.value(), 0);
  figure.parts = {0.5, -1.5, 0};
  figure.of = Figure::Of::Calibration;
  EXPECT_DOUBLE_EQ(figure.value(), 2.0 / 8);
}

} // namespace
