#include "support/Diagnostics.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <set>

using namespace nnc::support;

namespace {

SourceRange at(uint32_t begin, uint32_t end) { return {FileId(0), begin, end}; }

TEST(Registry, CodesAndNamesAreUnique) {
  std::set<std::string> codes, names;
  for (const DiagnosticInfo *info : allDiagnostics()) {
    EXPECT_TRUE(codes.insert(info->code).second) << info->code;
    EXPECT_TRUE(names.insert(info->name).second) << info->name;
  }
}

TEST(Registry, TextsFollowTheRules) {
  for (const DiagnosticInfo *info : allDiagnostics()) {
    std::string text = info->text;
    ASSERT_FALSE(text.empty()) << info->code;
    EXPECT_FALSE(text[0] >= 'A' && text[0] <= 'Z') << info->code << ": begins with a capital: " << text;
    EXPECT_NE(text.back(), '.') << info->code << ": ends with a full stop: " << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0) << info->code << ": odd backticks: " << text;
    std::string code = info->code;
    EXPECT_EQ(code.size(), 5u) << code;
    EXPECT_EQ(code[0], info->severity == Severity::Error ? 'E' : 'W') << code;
  }
}

TEST(Message, SlotsAreFilled) {
  EXPECT_EQ(formatMessage("`{0}` and {1}, {0}", {"a{1}", "b"}), "`a{1}` and b, a{1}");
  EXPECT_EQ(formatMessage("{2} {x}", {"a"}), "{2} {x}");
  EXPECT_EQ(formatNumber(0), "0");
  EXPECT_EQ(formatNumber(999), "999");
  EXPECT_EQ(formatNumber(1000), "1,000");
  EXPECT_EQ(formatNumber(10770816), "10,770,816");
  EXPECT_EQ(formatNumber(-1234), "-1,234");
  EXPECT_EQ(formatNumber(INT64_MIN), "-9,223,372,036,854,775,808");
}

TEST(Sink, OneErrorPerCause) {
  DiagnosticSink sink;
  sink.report(diag::BadNumber, at(5, 6), "a").cause(at(1, 2));
  sink.report(diag::BadNumber, at(8, 9), "b").cause(at(1, 2));
  sink.report(diag::BadNumber, at(8, 9), "c").cause(at(2, 3));
  ASSERT_EQ(sink.diagnostics().size(), 2u);
  EXPECT_EQ(sink.diagnostics()[0].message, "`a` is not a number");
  EXPECT_EQ(sink.diagnostics()[1].message, "`c` is not a number");
}

TEST(Sink, TheSameMessageAtTheSamePlaceIsOne) {
  DiagnosticSink sink;
  for (int i = 0; i < 3; ++i)
    sink.report(diag::BadNumber, at(5, 6), "a");
  sink.report(diag::BadNumber, at(6, 7), "a");
  EXPECT_EQ(sink.errorCount(), 2u);
}

TEST(Sink, SortsByPlaceThenCode) {
  DiagnosticSink sink;
  sink.report(diag::UnreadableFile, {}, "x", "does not exist");
  sink.report(diag::BadNumber, at(9, 10), "c");
  sink.report(diag::NumberTooLarge, at(5, 6), "b");
  sink.report(diag::BadNumber, at(5, 6), "a");
  std::string order;
  for (const Diagnostic *diagnostic : sink.sorted())
    order += diagnostic->info->code + std::string(" ");
  EXPECT_EQ(order, "E0103 E0104 E0103 E0108 ");
}

TEST(Sink, KeepsAHundred) {
  DiagnosticSink sink;
  for (uint32_t i = 0; i < 250; ++i)
    sink.report(diag::BadNumber, at(i, i + 1), "a");
  EXPECT_EQ(sink.errorCount(), 250u);
  EXPECT_EQ(sink.diagnostics().size(), maxDiagnostics);
  EXPECT_EQ(sink.suppressedCount(), 250u - maxDiagnostics);
}

TEST(Sink, WarningsLeaveRoomForErrors) {
  constexpr DiagnosticKind<Text> warning{{"W0299", "OddName", Severity::Warning, "`{0}` is odd"}};
  DiagnosticSink sink;
  for (uint32_t i = 0; i < 250; ++i)
    sink.report(warning, at(i, i + 1), "x");
  sink.report(diag::BadNumber, at(300, 301), "a");
  EXPECT_EQ(sink.diagnostics().size(), maxDiagnostics + 1);
  EXPECT_EQ(sink.diagnostics().back().info->code, std::string("E0103"));
  EXPECT_EQ(sink.suppressedCount(), 250u - maxDiagnostics);
}

TEST(Sink, OnlyWarningsCanBeTurnedOff) {
  DiagnosticSink sink;
  EXPECT_FALSE(sink.disableWarning("bad-number"));
  EXPECT_FALSE(sink.disableWarning("no-such-warning"));
  EXPECT_EQ(flagName(diag::BadNumber), "bad-number");
}

TEST(Sink, WarningsCanBeErrors) {
  constexpr DiagnosticKind<Text> warning{{"W0299", "OddName", Severity::Warning, "`{0}` is odd"}};
  DiagnosticSink plain;
  plain.report(warning, at(0, 1), "x");
  EXPECT_FALSE(plain.hasErrors());
  EXPECT_EQ(plain.warningCount(), 1u);
  DiagnosticSink strict;
  strict.setWarningsAreErrors(true);
  strict.report(warning, at(0, 1), "x");
  EXPECT_TRUE(strict.hasErrors());
}

TEST(Edits, AreAppliedInOrder) {
  EXPECT_EQ(applyEdits("abcdef", {{at(4, 5), "X"}, {at(1, 1), "_"}, {at(2, 3), ""}}), "a_bdXf");
  EXPECT_EQ(applyEdits("abc", {{at(1, 3), "x"}, {at(2, 3), "y"}}), "ax"); // the second overlaps
  EXPECT_EQ(applyEdits("abc", {{at(2, 9), "x"}}), "abc");                 // outside
}

} // namespace
