#include "dsl/Lexer.h"
#include "test/unit/dsl/Parsing.h"
#include "gtest/gtest.h"

using namespace nnc;
using namespace nnc::dsl;

namespace {

/// The kinds of the tokens of a text, without the closing Newline and End.
std::vector<Tok> kinds(const std::string &text) {
  SourceMap sources;
  DiagnosticSink sink;
  std::vector<Tok> made;
  for (const Token &token : lex(sources, *addSource("t.nn", text, sources, sink), sink).tokens)
    made.push_back(token.kind);
  made.resize(made.size() - 2);
  return made;
}

TEST(Lexer, RangesAreNotNumbers) { // lex-1
  EXPECT_EQ(kinds("0..n"), (std::vector<Tok>{Tok::Number, Tok::DotDot, Tok::Name}));
  EXPECT_EQ(kinds("0..3"), (std::vector<Tok>{Tok::Number, Tok::DotDot, Tok::Number}));
  EXPECT_EQ(kinds("...S"), (std::vector<Tok>{Tok::Ellipsis, Tok::Name}));
  EXPECT_EQ(kinds("x.T"), (std::vector<Tok>{Tok::Name, Tok::Dot, Tok::Name}));
}

TEST(Lexer, LongestSignWins) {
  EXPECT_EQ(kinds("a<-b"), (std::vector<Tok>{Tok::Name, Tok::Update, Tok::Name}));
  EXPECT_EQ(kinds("a**b*c"), (std::vector<Tok>{Tok::Name, Tok::Power, Tok::Name, Tok::Star, Tok::Name}));
  EXPECT_EQ(kinds("-> |> == != <= >="), (std::vector<Tok>{Tok::Arrow, Tok::Pipe, Tok::Eq, Tok::Ne, Tok::Le, Tok::Ge}));
}

TEST(Lexer, KeywordsAreHardItemWordsAreNot) { // lex-2
  EXPECT_EQ(kinds("scan over upto reverse dim"),
            (std::vector<Tok>{Tok::Scan, Tok::Name, Tok::Name, Tok::Name, Tok::Name}));
  EXPECT_EQ(kinds("inside"), (std::vector<Tok>{Tok::Name}));
}

struct NumberCase {
  const char *text;
  bool isInteger;
  int64_t integer;
  double value;
};

TEST(Lexer, Numbers) {
  const NumberCase cases[] = {
      {"0", true, 0, 0},
      {"20_000", true, 20000, 20000},
      {"2GiB", true, int64_t(2) << 30, 2147483648.0},
      {"16KiB", true, 16384, 16384},
      {"1e-3", false, 0, 1e-3},
      {"2.5E+2", false, 0, 250},
      {"0.1", false, 0, 0.1},
      {"9223372036854775807", true, INT64_MAX, 9223372036854775807.0},
      {"1e-400", false, 0, 0},
  };
  for (const NumberCase &each : cases) {
    NumberValue value;
    EXPECT_EQ(parseNumber(each.text, value), NumberError::None) << each.text;
    EXPECT_EQ(value.isInteger, each.isInteger) << each.text;
    EXPECT_EQ(value.integer, each.integer) << each.text;
    EXPECT_EQ(value.value, each.value) << each.text;
  }
}

TEST(Lexer, WrongNumbers) {
  NumberValue value;
  for (const char *text : {"1.", "1e", "1__0", "1_", "3x", "2Gib", "1.5.2", "0x10", "1_.5"})
    EXPECT_EQ(parseNumber(text, value), NumberError::Malformed) << text;
  for (const char *text : {"9223372036854775808", "99999999999999999999", "1e400", "9007199254740993GiB"}) {
    NumberValue large;
    EXPECT_EQ(parseNumber(text, large), NumberError::TooLarge) << text;
  }
}

TEST(Lexer, Strings) {
  EXPECT_EQ(parseString(R"("a\n\t\"\\z")"), "a\n\t\"\\z");
  EXPECT_EQ(parseString("\"\""), "");
}

TEST(Lexer, CommentsKeepKindPlaceAndText) {
  SourceMap sources;
  DiagnosticSink sink;
  FileId file = *addSource("t.nn", "//! file\n/// doc\nx // plain\n//// rule\n", sources, sink);
  auto comments = lex(sources, file, sink).comments;
  ASSERT_EQ(comments.size(), 4u);
  EXPECT_EQ(comments[0].kind, CommentKind::FileDoc);
  EXPECT_EQ(comments[0].text, "file");
  EXPECT_EQ(comments[1].kind, CommentKind::Doc);
  EXPECT_EQ(comments[1].text, "doc");
  EXPECT_EQ(comments[2].kind, CommentKind::Plain);
  EXPECT_EQ(sources.text(comments[2].range), "// plain");
  EXPECT_EQ(comments[3].kind, CommentKind::Plain);
}

TEST(Lexer, TokensCoverWhatTheySay) {
  SourceMap sources;
  DiagnosticSink sink;
  FileId file = *addSource("t.nn", "ab <- \"c d\" 1_0\r\n", sources, sink);
  for (const Token &token : lex(sources, file, sink).tokens)
    EXPECT_EQ(sources.text(token.range), token.text);
}

} // namespace
