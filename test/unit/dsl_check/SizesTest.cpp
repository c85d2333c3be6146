// Rules size-3 to size-5: normal forms, exact division, floor and ceil, one unknown.
#include "dsl/Multiples.h"
#include <gtest/gtest.h>

namespace nnc::dsl {

static const Size H = Size::symbol("H"), W = Size::symbol("W"), s = Size::symbol("s"), k = Size::symbol("k");

TEST(Sizes, ArePolynomialsInNormalForm) {
  EXPECT_EQ((H + 1) * (H - 1), H * H - 1);
  EXPECT_EQ(2 * H + W - H, H + W);
  EXPECT_EQ((H - H).constant(), 0);
  EXPECT_FALSE(H == W);
  EXPECT_TRUE(H.named());
  EXPECT_FALSE(Size(3).named());
}

TEST(Sizes, AreShownInTheWordsOfTheLanguage) {
  EXPECT_EQ((2 * H + 1).str(), "2 * H + 1");
  EXPECT_EQ((H - W).str(), "H - W");
  EXPECT_EQ(Size(0).str(), "0");
  EXPECT_EQ((H * W * 3 - 2).str(), "3 * H * W - 2");
  EXPECT_EQ(Size::ceilDiv(H, s).str(), "ceil(H / s)");
  EXPECT_EQ(Size::ceilDiv(H, 2).str(), "ceil(H / 2)");
  EXPECT_EQ(Size::floorDiv(H + 1, s).str(), "floor((H + 1) / s)");
  EXPECT_EQ(Size::quotient(H, 2 * s).str(), "H / (2 * s)");
}

TEST(Sizes, DivideNumbersTowardsMinusInfinity) {
  EXPECT_EQ(Size::floorDiv(7, 2).constant(), 3);
  EXPECT_EQ(Size::floorDiv(-7, 2).constant(), -4);
  EXPECT_EQ(Size::ceilDiv(7, 2).constant(), 4);
  EXPECT_EQ(Size::ceilDiv(-7, 2).constant(), -3);
  EXPECT_TRUE(Size::floorDiv(H, 0).overflowed());
  EXPECT_TRUE(Size::floorDiv(INT64_MIN, -1).overflowed());
}

TEST(Sizes, KnowFloorAndCeil) {
  EXPECT_EQ(Size::floorDiv(H - 1, s) + 1, Size::ceilDiv(H, s));
  EXPECT_EQ(Size::floorDiv(2 * H + 5, 2), H + 2);
  EXPECT_EQ(Size::floorDiv(H + s, s), Size::floorDiv(H, s) + 1);
  EXPECT_EQ(Size::ceilDiv(4 * H, 4), H);
}

TEST(Sizes, MultiplyExactQuotientsBack) {
  EXPECT_EQ(k * Size::quotient(H, k), H);
  EXPECT_EQ(Size::quotient(k * H, k), H);
  EXPECT_EQ(3 * Size::quotient(W, 3), W);
}

TEST(Sizes, JoinQuotients) {
  Size half = Size::quotient(H, 2), fourth = Size::quotient(H, 4);
  EXPECT_EQ(H - half, half);
  EXPECT_EQ(half + half, H);
  EXPECT_EQ(half - fourth, fourth);
  EXPECT_EQ(half + fourth, H - fourth);
  EXPECT_EQ(W * H - W * half, W * half);
  EXPECT_EQ(Size::quotient(H - 1, 2) + 1, Size::quotient(H + 1, 2));
  EXPECT_EQ(H - Size::quotient(H - 1, 2), Size::quotient(H + 1, 2));
  EXPECT_EQ(half - half + W, W);
  EXPECT_EQ((H - half).str(), "H / 2");
  EXPECT_FALSE(H - half == Size::quotient(W, 2));
  EXPECT_FALSE(half + W == H + W);
}

TEST(Sizes, AreSolvedForOne) {
  EXPECT_EQ(solveFor(H - W - 2, "H"), W + 2);
  EXPECT_EQ(solveFor(H - W - 2, "W"), H - 2);
  EXPECT_EQ(solveFor(2 * H - W, "W"), 2 * H);
  EXPECT_EQ(solveFor(2 * H - W, "H"), std::nullopt);
  EXPECT_EQ(solveFor(Size::quotient(12, s) - 4, "s"), Size(3));
  EXPECT_EQ(solveFor(H * H - W, "H"), std::nullopt);
  EXPECT_EQ(solveFor(W, "H"), std::nullopt);
}

TEST(Sizes, UseDivisibilityFacts) {
  SizeFacts facts;
  EXPECT_FALSE(facts.proveDivides(H, k));
  facts.addDivides(H, k);
  EXPECT_TRUE(facts.proveDivides(H, k));
  // A stride without overlap: floor((H - k) / k) + 1 windows are H / k.
  EXPECT_TRUE(facts.proveEqual(Size::floorDiv(H - k, k) + 1, Size::quotient(H, k)));
}

TEST(Sizes, RoundWhatIsDivisibleToItsQuotient) {
  SizeFacts facts;
  facts.addDivides(H, 4);
  facts.addDivides(W, s);
  EXPECT_TRUE(facts.proveEqual(Size::ceilDiv(H, 2), Size::quotient(H, 2)));
  EXPECT_TRUE(facts.proveEqual(Size::ceilDiv(Size::ceilDiv(H, 2), 2), Size::quotient(H, 4)));
  EXPECT_TRUE(facts.proveEqual(Size::ceilDiv(W, s), Size::quotient(W, s)));
  EXPECT_FALSE(facts.proveEqual(Size::ceilDiv(H, 8), Size::quotient(H, 8)));
  EXPECT_FALSE(facts.proveEqual(Size::ceilDiv(H + 1, 2), Size::quotient(H, 2)));
}

/// Every number that the facts allow is what `inMultiples` writes it as.
static void checkMultiples(const std::vector<Divides> &facts, int64_t divisor, int64_t rest) {
  SizeMap multiples = inMultiples(facts);
  ASSERT_EQ(multiples.count("H"), divisor > 1);
  for (int64_t value = rest; divisor > 1 && value < rest + 5 * divisor; ++value)
    EXPECT_EQ(substitute(multiples.at("H"), {{"H", value}}) == Size(value), (value - rest) % divisor == 0) << value;
}

TEST(Sizes, AreMultiplesOfWhatDividesThem) {
  checkMultiples({{H, 4}}, 4, 0);
  checkMultiples({{H - 1, 4}}, 4, 1);
  checkMultiples({{H + 1, 4}}, 4, 3);
  checkMultiples({{H, 4}, {H, 6}}, 12, 0);
  checkMultiples({{H - 1, 2}, {H - 2, 3}}, 6, 5);
  checkMultiples({{H, 2}, {H - 1, 2}}, 2, 0); // no number is both: the first stays
  checkMultiples({{3 * H, 2}}, 2, 0);
  checkMultiples({{6 * H, 4}}, 2, 0);
  checkMultiples({{2 * H - 1, 4}}, 1, 0); // none
  checkMultiples({{Size::quotient(H, 2), 2}}, 4, 0);
  // Halves that are even: a quotient, and the same rounded up, which it is where 2 divides H.
  checkMultiples({{H, 2}, {Size::ceilDiv(H, 2), 2}}, 4, 0);
  checkMultiples({{H - 1, 2}, {Size::floorDiv(H, 2), 2}}, 4, 1);
  checkMultiples({{H - 1, 2}, {Size::ceilDiv(H, 2), 2}}, 4, 3);
  checkMultiples({{H * H, 4}}, 1, 0);
  checkMultiples({{H, k}}, 1, 0);
  checkMultiples({{H, int64_t(1) << 40}}, 1, 0);
}

TEST(Sizes, AreMultiplesOfSums) {
  using Facts = std::vector<Divides>;
  for (const Facts &facts : {Facts{{H - W, 2}}, Facts{{H + W, 2}}, Facts{{W, 2}, {H + W, 2}}, Facts{{H + W, 2}, {W, 2}},
                             Facts{{H + W, 2}, {H, 2}, {W, 4}}}) {
    SizeMap multiples = inMultiples(facts);
    for (int64_t h = 0; h < 9; ++h)
      for (int64_t w = 0; w < 9; ++w) {
        SizeMap numbers{{"H", h}, {"W", w}};
        bool holds = true, isSame = true;
        for (const Divides &one : facts)
          holds &= *substitute(one.size, numbers).constant() % *one.divisor.constant() == 0;
        for (const auto &[name, value] : multiples)
          isSame &= substitute(value, numbers) == numbers.at(name);
        EXPECT_EQ(holds, isSame) << h << ", " << w;
      }
    // Two halves are the whole.
    const Size &whole = facts[0].size, half = Size::quotient(whole, 2);
    EXPECT_EQ(substitute(half, multiples) + substitute(half, multiples), substitute(whole, multiples));
  }
}

TEST(Sizes, DivideInLowestTerms) {
  EXPECT_EQ(Size::floorDiv(2 * H + 1, 4), Size::floorDiv(H, 2));
  EXPECT_EQ(Size::floorDiv(2 * H - 1, 4), Size::floorDiv(H - 1, 2));
  EXPECT_EQ(Size::floorDiv(2 * Size::floorDiv(H, 2), 4), Size::floorDiv(H, 4));
  EXPECT_EQ(Size::floorDiv(4 * H + 6 * W, 8), Size::floorDiv(2 * H + 3 * W, 4));
}

TEST(Sizes, DivideByNegativeNumbers) {
  EXPECT_EQ(Size::floorDiv(H, -2), Size::floorDiv(-H, 2));
  EXPECT_EQ(substitute(Size::floorDiv(H, -2), {{"H", 7}}), Size(-4));
}

TEST(Sizes, AreEqualInMultiples) {
  SizeFacts facts;
  facts.addDivides(H - 1, 4);
  EXPECT_TRUE(facts.proveEqual(2 * Size::ceilDiv(H, 2) - 1, H));
  EXPECT_TRUE(facts.proveEqual(4 * Size::floorDiv(H, 4) + 1, H));
  EXPECT_FALSE(facts.proveEqual(8 * Size::floorDiv(H, 8) + 1, H));
  EXPECT_FALSE(facts.proveEqual(2 * Size::ceilDiv(H, 2), H));
  facts.addDivides(W, 2);
  EXPECT_FALSE(facts.proveDivides(W, 6));
  facts.addDivides(W, 3);
  EXPECT_TRUE(facts.proveDivides(W, 6));
  EXPECT_TRUE(facts.proveDivides(Size::quotient(W, 2), 3));
  EXPECT_TRUE(facts.proveDivides(2 * W, 12));
  EXPECT_FALSE(facts.proveDivides(W, 4));
  EXPECT_FALSE(facts.proveDivides(Size::overflow(), 6));
}

TEST(Sizes, KnowQuotientsOfQuotients) {
  EXPECT_EQ(Size::floorDiv(Size::floorDiv(H, 2), 2), Size::floorDiv(H, 4));
  EXPECT_EQ(Size::ceilDiv(Size::ceilDiv(H, 2), 3), Size::ceilDiv(H, 6));
  EXPECT_EQ(2 * Size::quotient(H, 4), Size::quotient(H, 2));
  EXPECT_EQ(6 * Size::quotient(H, 4), 3 * Size::quotient(H, 2));
  EXPECT_EQ(Size::quotient(Size::quotient(H, 2), 2), Size::quotient(H, 4));
  SizeFacts facts;
  facts.addDivides(H, 4);
  EXPECT_TRUE(facts.proveDivides(H, 2));
  EXPECT_TRUE(facts.proveDivides(Size::quotient(H, 2), 2));
  EXPECT_FALSE(facts.proveDivides(H, 8));
  EXPECT_FALSE(facts.proveDivides(Size::quotient(H, 4), 2));
  EXPECT_TRUE(facts.proveEqual(2 * Size::floorDiv(Size::floorDiv(H, 2), 2), Size::floorDiv(H, 2)));
}

TEST(Sizes, UseEqualities) {
  SizeFacts facts;
  facts.addEqual(H, 2 * W);
  EXPECT_TRUE(facts.proveEqual(H + W, 3 * W));
  EXPECT_FALSE(facts.proveEqual(H, W));
}

TEST(Sizes, NoticeOverflow) {
  Size big(int64_t(1) << 62);
  EXPECT_TRUE((big + big).overflowed());
  EXPECT_TRUE((big * 2).overflowed());
  EXPECT_TRUE((big * H * 4).overflowed());
  EXPECT_FALSE((big + big) == (big + big));
  EXPECT_TRUE((-Size(INT64_MIN)).overflowed());
}

TEST(Sizes, StaySmallWhateverIsMultiplied) {
  Size power = H + W + s + k + 1;
  for (int i = 0; i < 40; ++i)
    power = power * power;
  EXPECT_TRUE(power.overflowed());
  Size nested = H;
  for (int i = 0; i < 200; ++i)
    nested = Size::floorDiv(nested * nested + 1, 7 * W + 1);
  EXPECT_TRUE(nested.overflowed());
}

TEST(Sizes, SubstituteAndSimplifyAgain) {
  Size windows = Size::floorDiv(H + 2 * k - 3, s) + 1;
  EXPECT_EQ(substitute(windows, {{"H", 28}, {"k", 1}, {"s", 2}}).constant(), 14);
  EXPECT_EQ(substitute(Size::quotient(H, k), {{"H", 6 * W}, {"k", 3}}), 2 * W);
}

TEST(Sizes, UnifySolvesOneUnknown) {
  SizeFacts facts;
  SizeMap bound;
  EXPECT_EQ(unify(2 * H, 10, {"H"}, bound, facts), Unified::Yes);
  EXPECT_EQ(bound["H"], Size(5));
  EXPECT_EQ(unify(2 * H, 12, {"H"}, bound, facts), Unified::Differs);
  EXPECT_EQ(unify(3 * W + H, 11, {"H", "W"}, bound, facts), Unified::Yes);
  EXPECT_EQ(bound["W"], Size(2));
}

TEST(Sizes, UnifyRefusesWhatItCannotSolve) {
  SizeFacts facts;
  SizeMap bound;
  EXPECT_EQ(unify(2 * H, 7, {"H"}, bound, facts), Unified::NotWhole);
  EXPECT_EQ(unify(H + W, 7, {"H", "W"}, bound, facts), Unified::Undetermined);
  EXPECT_EQ(unify(H * H, 49, {"H"}, bound, facts), Unified::Undetermined);
  EXPECT_TRUE(bound.empty());
}

TEST(Sizes, UnifyKeepsNamesOfBothSidesApart) {
  // The callee's H meets the caller's H + 1.
  SizeFacts facts;
  SizeMap bound;
  EXPECT_EQ(unify(H, H + 1, {"H"}, bound, facts), Unified::Yes);
  EXPECT_EQ(bound["H"], H + 1);
  EXPECT_EQ(unify(H, H + 1, {"H"}, bound, facts), Unified::Yes);
  EXPECT_EQ(unify(H, H, {"H"}, bound, facts), Unified::Differs);
}

// Sizes are copied all the time: a copy takes no memory, nor does a substitution that replaces nothing.
TEST(Sizes, ShareTheirProducts) {
  Size size = H * W + Size::floorDiv(H, s) + 3, copy = size;
  EXPECT_EQ(&copy.products(), &size.products());
  EXPECT_EQ(copy.number(), 3);
  SizeMap others{{"k", Size(2)}};
  EXPECT_EQ(&substitute(size, others).products(), &size.products());
  EXPECT_EQ(&(size + 5).products(), &size.products());
  EXPECT_EQ(&(size * 1).products(), &size.products());
  EXPECT_TRUE((size - size).products().empty());
}

TEST(Sizes, AreReplacedInsideOfQuotients) {
  SizeMap values{{"H", 4 * W}, {"s", Size(2)}};
  EXPECT_EQ(substitute(Size::floorDiv(H, s) + H, values), 6 * W);
  EXPECT_TRUE(substitute(H * k, {{"k", Size(INT64_MAX)}}) == H * Size(INT64_MAX));
  EXPECT_TRUE(substitute(2 * k, {{"k", Size(INT64_MAX)}}).overflowed());
  EXPECT_TRUE((Size(INT64_MAX) + H + 1).overflowed());
}

} // namespace nnc::dsl
