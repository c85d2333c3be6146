// Points of time in tables.
#include "data/Time.h"
#include "gtest/gtest.h"

using namespace nnc::data;

namespace {

std::optional<Time> parse(const char *text) {
  TimeForm form;
  return parseDate(text, form);
}

int64_t seconds(const char *text) {
  std::optional<Time> time = parse(text);
  return time ? time->whole : -1;
}

TEST(Time, ReadsDates) {
  EXPECT_EQ(seconds("1970-01"), 0);
  EXPECT_EQ(seconds("1970-01-02"), 86400);
  EXPECT_EQ(seconds("2000-02-29"), 951782400);
  EXPECT_EQ(seconds("1970-01-01 01:02"), 3720);
  EXPECT_EQ(seconds(" 1970-01-01T01:02:03Z "), 3723);
  EXPECT_EQ(seconds("1970-01-01T03:00+01:00"), 7200);
  EXPECT_EQ(seconds("1970-01-01T03:00-0130"), 16200);
  EXPECT_EQ(seconds("1970-01-01T03:00+02"), 3600);
  EXPECT_EQ(seconds("1969-12-31T23:59:59+00:00"), -1);
  EXPECT_EQ(parse("1970-01-01T00:00:00.25")->rest, 0.25);
  EXPECT_LT(*parse("1970-01-01T00:00:00.25"), *parse("1970-01-01T00:00:00.5"));
  EXPECT_LT(*parse("0001-01"), *parse("9999-12-31"));
}

TEST(Time, RefusesWhatIsNoDate) {
  for (const char *text : {"",
                           "1958",
                           "1958-3",
                           "1958-13",
                           "1958-00",
                           "1900-02-29",
                           "1958-03-32",
                           "58-03-01",
                           "3/1/1958",
                           "1958-03-01 24:00",
                           "1958-03-01 12:60",
                           "1958-03-01 12",
                           "1958-03-01 12:30:",
                           "1958-03-01 12:30:05.",
                           "1958-03-01 12:30 pm",
                           "1958-03-01T12:30+25:00",
                           "19581-03",
                           "1958-03-01x",
                           "1958-03T12:30",
                           "1958-03-01 12:30:60",
                           "1958-03-01 12:59:60Z",
                           "1958-03-01 23:59:61"})
    EXPECT_FALSE(parse(text).has_value()) << text;
}

TEST(Time, PutsALeapSecondBetweenItsNeighbours) {
  EXPECT_LT(*parse("2016-12-31T23:59:59.9Z"), *parse("2016-12-31T23:59:60Z"));
  EXPECT_LT(*parse("2016-12-31T23:59:60Z"), *parse("2016-12-31T23:59:60.5Z"));
  EXPECT_LT(*parse("2016-12-31T23:59:60.5Z"), *parse("2017-01-01T00:00:00Z"));
  EXPECT_EQ(*parse("2017-01-01T05:29:60+05:30"), *parse("2016-12-31T23:59:60Z"));
  EXPECT_TRUE(parse("2017-01-01 00:59:60").has_value()); // no zone is named: it may be that of Paris
}

TEST(Time, ReadsNumbersExactly) {
  EXPECT_EQ(parseTimeNumber("1958")->whole, 1958);
  EXPECT_EQ(parseTimeNumber("-1.5")->whole, -2);
  EXPECT_EQ(parseTimeNumber("-1.5")->rest, 0.5);
  EXPECT_LT(*parseTimeNumber("1700000000000000001"), *parseTimeNumber("1700000000000000002")); // nanoseconds
  EXPECT_FALSE(parseTimeNumber("x").has_value());
  EXPECT_FALSE(parseTimeNumber("nan").has_value());
  EXPECT_FALSE(parseTimeNumber("1e300").has_value());
}

TEST(Time, ColumnsSortAndSayWhatIsWrong) {
  TimeColumn months;
  EXPECT_EQ(months.add("1958-03", 2), "");
  EXPECT_EQ(months.add("1958-01", 3), "");
  EXPECT_EQ(months.add("1958-02", 4), "");
  EXPECT_EQ(months.order(), (std::vector<uint32_t>{1, 2, 0}));
  EXPECT_EQ(months.twice(months.order()), 0);
  EXPECT_EQ(months.add("march", 5), "`march` is no time");
  EXPECT_EQ(months.add("7", 5), "`7` is a number, and the times above are months");
  EXPECT_EQ(months.add("1958-01-01", 5), "`1958-01-01` is a day, and the times above are months");
  EXPECT_EQ(months.add("1958-01", 5), "");
  EXPECT_EQ(months.twice(months.order()), 5);
  TimeColumn numbers;
  EXPECT_EQ(numbers.add("7", 2), "");
  EXPECT_EQ(numbers.add("1958-03", 3), "`1958-03` is a month, and the times above are numbers");
  TimeColumn clocks;
  EXPECT_EQ(clocks.add("2024-01-01 12:30", 2), "");
  EXPECT_EQ(clocks.add("2024-01-01T12:30:05.5", 3), "");
  EXPECT_EQ(clocks.add("2024-01-02", 4), "`2024-01-02` is a day, and the times above are times without a zone");
  EXPECT_EQ(clocks.add("2024-01-02 12:30Z", 4),
            "`2024-01-02 12:30Z` is a time with a zone, and the times above are times without a zone");
}

} // namespace
