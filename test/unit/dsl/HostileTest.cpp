// Bytes that nobody meant: every one gives a tree or a diagnostic.
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"
#include <random>

using namespace nnc;
using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;
using nnc::dsl::testing::repeat;

namespace {

TEST(Hostile, EmptyFilesAreComplete) {
  for (const char *text : {"", "\n", "// comment", "//! doc", "\r\n\t \n"}) {
    Parsed parsed(text);
    EXPECT_TRUE(parsed.file.complete) << text;
    EXPECT_EQ(parsed.tree().substr(0, 5), "file\n");
  }
}

TEST(Hostile, NoFinalNewline) {
  Parsed parsed("dim A = 3");
  EXPECT_TRUE(parsed.file.complete);
}

TEST(Hostile, CarriageReturns) {
  Parsed parsed("fn f(x: float) -> float {\r\n  y = x\r\n  y\r\n}\r\n");
  EXPECT_EQ(parsed.messages(), "");
}

TEST(Hostile, BytesThatAreNotText) {
  const std::pair<std::string, const char *> cases[] = {
      {std::string("dim A\0 = 3", 10), "t.nn:1:6: error[E0107]: the byte 0x00 is not text\n"},
      {"dim A = \xff", "t.nn:1:9: error[E0107]: the byte 0xff is not text\n"},
      {"\xc0\x80", "t.nn:1:1: error[E0107]: the byte 0xc0 is not text\n"},         // overlong
      {"\xed\xa0\x80", "t.nn:1:1: error[E0107]: the byte 0xed is not text\n"},     // a surrogate
      {"\xf4\x90\x80\x80", "t.nn:1:1: error[E0107]: the byte 0xf4 is not text\n"}, // beyond Unicode
      {"\xe2\x82", "t.nn:1:1: error[E0107]: the byte 0xe2 is not text\n"},         // cut off
  };
  for (const auto &[text, message] : cases)
    EXPECT_EQ(Parsed(text).messages(), message);
}

TEST(Hostile, CutOffAtEveryByte) {
  const std::string text = "/// doc\nlayer A(a: int = 1)(x: float[B, T]) -> (y: float[B]) where a > 0 {\n"
                           "  param w: float[a] = uniform(0.1) if a > 1 else 0\n"
                           "  s[b, t in T] = sum[k where k < t] x[b, k else 0]\n"
                           "  r = scan v in x over T upto n, h = 0 { h = [f(h, where = v) for q in 0..3]\n yield h }\n"
                           "  if a == 1 { x |> l: g(1.5e-3)[..., :2] } else { assert a, \"t\\n\" }\n}\n";
  for (size_t length = 0; length <= text.size(); ++length) {
    Parsed parsed(text.substr(0, length));
    EXPECT_EQ(parsed.file.complete, parsed.sink.errorCount() == 0);
  }
  EXPECT_EQ(Parsed(text).messages(), "");
}

TEST(Hostile, RandomTokens) {
  const char *pieces[] = {"(",  ")",    "[",    "]",     "{",   "}",    ",",     ":",      "=",     "->",    "<-",
                          "|>", "+",    "-",    "*",     "/",   "**",   "..",    "...",    "x",     "F",     "3",
                          "if", "for",  "in",   "else",  "sum", "scan", "over",  "where",  "param", "layer", "dim",
                          "fn", "mask", "\n",   "\"s\"", "not", "as",   "yield", "assert", "train", "~",     "&",
                          ".",  "<",    "true", "state", ";",   "'",    "#"};
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text = random() % 2 ? "fn f(x: float) -> float {\n" : "";
    for (unsigned i = 0; i < 40; ++i)
      text += std::string(pieces[random() % std::size(pieces)]) + (random() % 4 ? " " : "\n");
    Parsed parsed(text);
    parsed.tree();
    parsed.rendered();
    EXPECT_EQ(parsed.file.complete, parsed.sink.errorCount() == 0) << text;
  }
}

TEST(Hostile, AMegabyteOnOneLine) {
  Parsed parsed("dim A = " + repeat("x", 1'000'000) + " y");
  EXPECT_EQ(parsed.sink.errorCount(), 1u);
  EXPECT_LT(parsed.rendered().size(), 2000u);
}

TEST(Hostile, ErrorsOnEveryLineAreCounted) {
  Parsed parsed("fn f() -> float {\n" + repeat("  = 1\n", 20'000) + "}\n");
  EXPECT_EQ(parsed.sink.errorCount(), 20'000u);
  EXPECT_EQ(parsed.sink.diagnostics().size(), support::maxDiagnostics);
  EXPECT_NE(parsed.rendered().find("and 19,900 more\n"), std::string::npos);
}

} // namespace
