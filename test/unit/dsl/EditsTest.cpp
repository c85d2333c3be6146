// Every edit that a syntax error offers gives a text that parses.
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using namespace nnc;
using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;

namespace {

TEST(Edits, MakeTheTextParse) {
  const std::pair<const char *, const char *> cases[] = {
      {"a & b", "a and b"},
      {"a&b", "a and b"},
      {"a || b", "a or b"},
      {"!a", "not a"},
      {"a ^ 2", "a ** 2"},
      {"a / sum[k] b[k] * c", "a / (sum[k] b[k] * c)"},
      {"a @ -sum[k] b[k]", "a @ -(sum[k] b[k])"},
      {"a ** sum[k] b[k]", "a ** (sum[k] b[k])"},
      {"0 < y < 3", "0 < y and y < 3"},
      {"x: float[B, ~T] = y", "x: float[B, T] = y"},
      {"1. + a", "1.0 + a"},
      {".5 + a", "0.5 + a"},
      {"f('abc')", "f(\"abc\")"},
      {"f(\"a\\d\")", "f(\"a\\\\d\")"},
      {"x = \"abc", "x = \"abc\""},
      {"x;", "x"},
      {"x # y", "x // y"},
      {"if a { 1 }\n  else { 2 }", "if a { 1 } else { 2 }"},
  };
  for (const auto &[wrong, right] : cases) {
    Parsed parsed("fn f(x: float) -> float {\n  " + std::string(wrong) + "\n}\n");
    ASSERT_EQ(parsed.sink.diagnostics().size(), 1u) << wrong << "\n" << parsed.messages();
    const auto &helps = parsed.sink.diagnostics()[0].helps;
    ASSERT_EQ(helps.size(), 1u) << wrong;
    std::string edited = support::applyEdits(parsed.text(), helps[0].edits);
    EXPECT_EQ(edited, "fn f(x: float) -> float {\n  " + std::string(right) + "\n}\n");
    EXPECT_EQ(Parsed(edited).messages(), "") << edited;
  }
}

TEST(Edits, BackwardBehindItsBrace) {
  Parsed parsed("fn f(x: float) -> float { x }\nbackward (d) { d }\n");
  ASSERT_EQ(parsed.sink.diagnostics().size(), 1u);
  std::string edited = support::applyEdits(parsed.text(), parsed.sink.diagnostics()[0].helps[0].edits);
  EXPECT_EQ(edited, "fn f(x: float) -> float { x } backward (d) { d }\n");
  EXPECT_EQ(Parsed(edited).messages(), "");
}

} // namespace
