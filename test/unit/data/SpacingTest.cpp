// Whether the times of a series are evenly spaced.
#include "data/Spacing.h"
#include "gtest/gtest.h"

using namespace nnc::data;

namespace {

std::string judge(const std::vector<std::string> &cells) {
  TimeColumn times;
  for (size_t i = 0; i < cells.size(); ++i)
    EXPECT_EQ(times.add(cells[i], int64_t(i) + 2), "");
  auto found = uneven(times, times.order());
  return found ? std::to_string(found->line) + ": " + found->sentence + ", " + found->count : "";
}

TEST(Spacing, TakesMonthsAndYearsAsEven) {
  EXPECT_EQ(judge({"2023-12", "2024-01", "2024-02", "2024-03", "2024-04"}), "");
  EXPECT_EQ(judge({"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"}), "");
  EXPECT_EQ(judge({"1903", "1904", "1905", "1906"}), "");
  EXPECT_EQ(judge({"0.1", "0.2", "0.30000000000000004", "0.4"}), "");
  EXPECT_EQ(judge({"9223372036854775804", "9223372036854775805", "9223372036854775806", "9223372036854775807"}), "");
}

TEST(Spacing, SaysWhereAStepIsMissing) {
  EXPECT_EQ(judge({"2024-01", "2024-02", "2024-04", "2024-05"}),
            "4: 2 months after the row before it, where most are 1 month apart, 1 of 3 steps");
  EXPECT_EQ(judge({"2024-01-05", "2024-01-03", "2024-01-02", "2024-01-01"}),
            "2: 2 days after the row before it, where most are 1 day apart, 1 of 3 steps");
  EXPECT_EQ(judge({"2024-01-01 00:00", "2024-01-01 00:30", "2024-01-01 02:00", "2024-01-01 02:30", "2024-01-01 04:00",
                   "2024-01-01 04:30"}),
            "4: 90 minutes after the row before it, where most are 30 minutes apart, 2 of 5 steps");
  EXPECT_EQ(judge({"-9223372036854775808", "0", "1", "2", "3", "9223372036854775807"}),
            "3: 9.22337e+18 after the row before it, where most are 1 apart, 2 of 5 steps");
}

TEST(Spacing, SaysWhereAStepIsTooMany) {
  EXPECT_EQ(judge({"1", "2", "3", "4", "4.5", "5", "6"}),
            "6: 0.5 after the row before it, where most are 1 apart, 2 of 6 steps");
}

TEST(Spacing, NeedsSomeSteps) {
  EXPECT_EQ(judge({}), "");
  EXPECT_EQ(judge({"1"}), "");
  EXPECT_EQ(judge({"1", "2", "9"}), "");
}

} // namespace
