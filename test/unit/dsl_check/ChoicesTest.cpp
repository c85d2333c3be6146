// Ways that the conditions of a definition may go.
#include "dsl/elaborate/Choices.h"
#include <gtest/gtest.h>

namespace nnc::dsl {

using ast::CompareOp;

TEST(Choices, GoEachWayOnce) {
  Choices choices;
  std::vector<std::string> seen;
  while (choices.next()) {
    bool a = choices.decide("a");
    bool b = a && choices.decide("b");
    EXPECT_EQ(choices.decide("a"), a);
    seen.push_back(std::string(a ? "a" : "-") + (b ? "b" : "-"));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"ab", "a-", "--"}));
}

TEST(Choices, FollowFromOneAnother) {
  Size n = Size::symbol("n"), m = Size::symbol("m");
  Choices choices;
  std::vector<std::string> seen;
  while (choices.next()) {
    std::string ways;
    auto note = [&](bool way) { ways += way ? '1' : '0'; };
    note(choices.decide(n - m - 2, CompareOp::Gt, "n - m > 2"));
    note(choices.decide(1 + m - n, CompareOp::Lt, "1 + m < n"));
    note(choices.decide(n - m - 2, CompareOp::Eq, "n - m == 2"));
    note(choices.decide(Size(3), CompareOp::Ge, "3 >= 0"));
    seen.push_back(ways);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1101", "0111", "0001"}));
}

TEST(Choices, KnowWhatIsExcluded) {
  Size n = Size::symbol("n");
  Choices choices;
  size_t count = 0;
  for (; choices.next(); ++count) {
    bool atLeast = choices.decide(n - 2, CompareOp::Ge, "n >= 2"),
         atMost = choices.decide(n - 3, CompareOp::Le, "n <= 3");
    bool two = choices.decide(n - 2, CompareOp::Eq, "n == 2"), three = choices.decide(n - 3, CompareOp::Eq, "n == 3");
    EXPECT_EQ(two || three, atLeast && atMost);
    EXPECT_FALSE(two && three);
  }
  // In 2 … 3 (two ways), above, below.
  EXPECT_EQ(count, 4u);
}

TEST(Choices, AreFinite) {
  Choices choices;
  size_t count = 0;
  for (; choices.next(); ++count)
    for (int i = 0; i < 20; ++i)
      EXPECT_TRUE(choices.decide("b" + std::to_string(i)) || i < 8);
  EXPECT_EQ(count, 256u);
}

TEST(Choices, AreShown) {
  Choices choices;
  choices.next();
  EXPECT_EQ(choices.str(), "");
  choices.decide(Size::symbol("n") - 1, CompareOp::Eq, "n == 1");
  choices.next();
  choices.decide(Size::symbol("n") - 1, CompareOp::Eq, "n == 1");
  choices.decide("wide");
  EXPECT_EQ(choices.str(), "when `n == 1` is false and `wide` is true");
}

} // namespace nnc::dsl
