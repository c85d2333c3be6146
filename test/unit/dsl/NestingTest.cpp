// Depth: 256 levels parse, 257 are E0111, and a million neither crash nor take long. Chains have no limit.
#include "dsl/Layout.h"
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using namespace nnc;
using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;
using nnc::dsl::testing::repeat;

namespace {

/// A form that nests: `open` n times, the middle, `close` n times. `outer` levels are open
/// around it, the body of the function first of all; the brackets of a reducer are open only before its body.
struct Nest {
  const char *name;
  const char *open;
  const char *middle;
  const char *close;
  size_t outer = 1;
};

const Nest nests[] = {
    {"parentheses", "(", "1", ")"},
    {"lists", "[", "1", "]"},
    {"calls", "f(", "1", ")"},
    {"subscripts", "a[", "1", "]"},
    {"minus", "- ", "1", ""},
    {"not", "not ", "a", ""},
    {"powers", "a ** ", "a", ""},
    {"reducers", "sum[i] ", "a", "", 2},
    {"reducers over products", "sum[i] a * ", "a", "", 2},
    {"conditions", "if ", "a", " { 1 } else { 2 }"},
    {"scanned values", "scan x in ", "a", " over T { 1 }"},
    {"if blocks", "if a {", "1", "}"},
    {"for blocks", "for a in b {", "1", "}"},
    {"list types", "", "x: ", ""}, // filled in below
    {"spread lists", "[...", "a", "]"},
    {"arguments", "f(a = ", "1", ")"},
};

std::string nested(const Nest &nest, size_t count) {
  std::string text = "fn f() -> float {\n  ";
  if (std::string(nest.name) == "list types")
    text += "x: " + repeat("[", count) + "int" + repeat("]", count) + " = 1";
  else
    text += repeat(nest.open, count) + nest.middle + repeat(nest.close, count);
  return text + "\n}\n";
}

class Nesting : public ::testing::TestWithParam<Nest> {};

/// The largest count that parses.
size_t limitOf(const Nest &nest) { return static_cast<size_t>(maxNesting) - nest.outer; }

TEST_P(Nesting, UpToTheLimit) {
  Parsed parsed(nested(GetParam(), limitOf(GetParam())));
  EXPECT_EQ(parsed.messages(), "");
}

TEST_P(Nesting, OneMoreIsAnError) {
  Parsed parsed(nested(GetParam(), limitOf(GetParam()) + 1));
  EXPECT_NE(parsed.messages().find("error[E0111]: this nests deeper than 256\n"), std::string::npos)
      << parsed.messages();
  EXPECT_EQ(parsed.sink.errorCount(), 1u);
}

TEST_P(Nesting, FarMore) {
  for (size_t count : {size_t(3000), size_t(100'000)}) {
    Parsed parsed(nested(GetParam(), count));
    EXPECT_EQ(parsed.sink.errorCount(), 1u) << parsed.messages();
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, Nesting, ::testing::ValuesIn(nests), [](const auto &info) {
  std::string name = info.param.name;
  for (char &c : name)
    if (c == ' ')
      c = '_';
  return name;
});

TEST(NestingOfAll, AMillionParentheses) {
  for (const char *piece : {"(", "[", "{", ")", "- ", "if "}) {
    Parsed parsed("fn f() -> float {\n  " + repeat(piece, 1'000'000) + "\n}\n");
    EXPECT_FALSE(parsed.file.complete);
    EXPECT_EQ(parsed.sink.errorCount(), 1u);
  }
}

TEST(NestingOfAll, MixedFormsAddUp) {
  // Each level is five deep: a parenthesis, a minus, a list, a reducer and a minus.
  Parsed fits("fn f() -> float {\n  " + repeat("(- [ sum[i] - ", 50) + "a" + repeat("])", 50) + "\n}\n");
  EXPECT_EQ(fits.messages(), "");
  Parsed deep("fn f() -> float {\n  " + repeat("(- [ sum[i] - ", 52) + "a" + repeat("])", 52) + "\n}\n");
  EXPECT_EQ(deep.sink.errorCount(), 1u);
}

TEST(Chains, HaveNoLimit) {
  constexpr size_t count = 100'000;
  const std::pair<const char *, const char *> chains[] = {
      {"a", " + a"},
      {"a", " * a"},
      {"a", " and a"},
      {"a", " |> a"},
      {"a", ".b"},
      {"a", "(1)"},
      {"a", "[0]"},
      {"a", " as [B]"},
      {"a", ", a"},
      {"x = 1", "\n  x = 1"},
      {"if a { 1 }", " else if a { 1 }"},
      {"a", " * -a"},
      {"a", " + a ** 2"},
      {"f(not a)", " + f(not a)"},
  };
  for (const auto &[first, rest] : chains) {
    Parsed parsed("fn f() -> float {\n  " + std::string(first) + repeat(rest, count) + "\n}\n");
    EXPECT_EQ(parsed.messages(), "") << rest;
  }
}

} // namespace
