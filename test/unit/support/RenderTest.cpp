// The exact text of diagnostics, in the shapes that the manual shows.
#include "support/Diagnostics.h"
#include "gtest/gtest.h"

using namespace nnc::support;

namespace {

constexpr DiagnosticKind<Text> shapes{
    {"E0301", "ShapeMismatch", Severity::Error, "the two sides of `{0}` have different shapes"}};
constexpr DiagnosticKind<Text, Text> setting{
    {"E0201", "UnknownSetting", Severity::Error, "`{0}` has no setting `{1}`"}};
constexpr DiagnosticKind<> dense{{"W0602", "DenseMask", Severity::Warning, "this mask cannot be analysed"}};

/// A file, and ranges found by their text.
struct Texts {
  SourceMap sources;
  DiagnosticSink sink;

  FileId add(std::string name, std::string text, uint32_t firstLine = 1) {
    return sources.add(std::move(name), std::move(text), firstLine);
  }
  SourceRange find(FileId file, std::string_view part) const {
    auto begin = static_cast<uint32_t>(sources.text(file).find(part));
    return {file, begin, begin + static_cast<uint32_t>(part.size())};
  }
  std::string text(RenderOptions options = {}) const { return renderAll(sink, sources, options); }
};

TEST(Render, BothSidesFactsNotesAndEdit) {
  Texts t;
  FileId file = t.add("resnet.nn", "\n\n\n\n\n\n\n"
                                   "    [Conv2d(planes, kernel = 1, bias = false), BatchNorm]\n"
                                   "  y = x\n"
                                   "  relu(y + downsample(x))\n");
  uint32_t left = t.find(file, "y + d").begin;
  t.sink.report(shapes, t.find(file, "+"), "+")
      .label({file, left, left + 1}, "float[B, planes, ceil(H / stride)]")
      .label(t.find(file, "downsample(x)"), "float[B, planes, H]")
      .fact("axis 2 differs: ceil(H / stride) and H")
      .note(t.find(file, "planes, kernel"), "ceil(H / stride) comes from `stride = stride`")
      .note(t.find(file, "x\n"), "H is the input's")
      .help("give the shortcut the same stride", {{t.find(file, "bias = false").before(), "stride = stride, "}});
  EXPECT_EQ(t.text(), "error[E0301]: the two sides of `+` have different shapes\n"
                      "  --> resnet.nn:10:10\n"
                      "10 |   relu(y + downsample(x))\n"
                      "   |        - ^ ------------- float[B, planes, H]\n"
                      "   |        float[B, planes, ceil(H / stride)]\n"
                      "   = axis 2 differs: ceil(H / stride) and H\n"
                      "note: ceil(H / stride) comes from `stride = stride`  --> resnet.nn:8:13\n"
                      "note: H is the input's                               --> resnet.nn:9:7\n"
                      "help: give the shortcut the same stride\n"
                      " 8 |     [Conv2d(planes, kernel = 1, stride = stride, bias = false), BatchNorm]\n"
                      "   |                                 ++++++++++++++++\n");
}

TEST(Render, LabelBesideTheCaret) {
  Texts t;
  FileId file = t.add("iris.nn", "train Iris on iris {\n  optimiser = Adam(lr = 1e-2)\n}\n");
  SourceRange name = t.find(file, "optimiser");
  t.sink.report(setting, name, "train", "optimiser")
      .label("did you mean `optimizer`?")
      .fact("settings: loss, optimizer")
      .help("write `optimizer`", {{name, "optimizer"}});
  EXPECT_EQ(t.text(), "error[E0201]: `train` has no setting `optimiser`\n"
                      "  --> iris.nn:2:3\n"
                      " 2 |   optimiser = Adam(lr = 1e-2)\n"
                      "   |   ^^^^^^^^^ did you mean `optimizer`?\n"
                      "   = settings: loss, optimizer\n"); // the label says what the edit makes
}

TEST(Render, LinesAroundItWithoutAMark) {
  Texts t;
  FileId file = t.add("a.nn", "one\ntwo\nthree\nfour\n");
  t.sink.report(dense, t.find(file, "four")).context(t.find(file, "one")).context(t.find(file, "three"));
  EXPECT_EQ(t.text(), "warning[W0602]: this mask cannot be analysed\n"
                      "  --> a.nn:4:1\n"
                      " 1 | one\n"
                      "...\n"
                      " 3 | three\n"
                      " 4 | four\n"
                      "   | ^^^^\n");
}

TEST(Render, LabelsOnOtherLinesAndInOtherFiles) {
  Texts t;
  FileId file = t.add("a.nn", "one\ntwo\nthree\nfour\n");
  FileId data = t.add("reviews.csv", "review\tlabel\n", 7);
  t.sink.report(dense, t.find(file, "two"))
      .label(t.find(file, "one"), "first")
      .label(t.find(file, "four"), "last")
      .label(t.find(data, "review\tlabel"), "read as one column");
  EXPECT_EQ(t.text(), "warning[W0602]: this mask cannot be analysed\n"
                      "  --> a.nn:2:1\n"
                      " 1 | one\n"
                      "   | --- first\n"
                      " 2 | two\n"
                      "   | ^^^\n"
                      "...\n"
                      " 4 | four\n"
                      "   | ---- last\n"
                      "  --> reviews.csv:7:1\n"
                      " 7 | review<TAB>label\n"
                      "   | ^^^^^^^^^^^^^^^^ read as one column\n");
}

TEST(Render, EditsOverSeveralLines) {
  Texts t;
  FileId file = t.add("a.nn", "  if a { 1 }\n  else { 2 }\nx\ny\n");
  SourceRange gap{file, t.find(file, "}").end, t.find(file, "else").begin};
  t.sink.report(dense, t.find(file, "else"))
      .help("join them", {{gap, " "}})
      .help("or add a line", {{t.find(file, "x\n").after(), "new\n"}});
  EXPECT_EQ(t.text(), "warning[W0602]: this mask cannot be analysed\n"
                      "  --> a.nn:2:3\n"
                      " 2 |   else { 2 }\n"
                      "   |   ^^^^\n"
                      "help: join them\n"
                      " 1 |   if a { 1 } else { 2 }\n"
                      "   |             ~\n"
                      "help: or add a line\n"
                      " 4 | new\n"
                      "   | +++\n"
                      " 5 | y\n");
}

TEST(Render, TabsAndBytesThatAreNotText) {
  Texts t;
  FileId file = t.add("a.nn", "\tx = \xff\x01 \xc3\xa9y\n");
  t.sink.report(dense, t.find(file, "y"));
  EXPECT_EQ(t.text(), "warning[W0602]: this mask cannot be analysed\n"
                      "  --> a.nn:1:10\n"
                      " 1 |     x = <ff><01> \xc3\xa9y\n"
                      "   |                   ^\n");
}

TEST(Render, LongLinesAreCutAroundTheCaret) {
  Texts t;
  FileId file = t.add("a.nn", std::string(5000, 'a') + "!" + std::string(5000, 'b'));
  t.sink.report(dense, t.find(file, "!"));
  std::string text = t.text();
  EXPECT_LT(text.size(), 600u);
  std::string line = " 1 | ..." + std::string(80, 'a') + "!" + std::string(79, 'b') + "...\n";
  EXPECT_NE(text.find(line), std::string::npos) << text;
  EXPECT_NE(text.find("   | " + std::string(83, ' ') + "^\n"), std::string::npos) << text;
}

TEST(Render, WithoutAPlace) {
  Texts t;
  t.sink.report(setting, {}, "train", "x");
  EXPECT_EQ(t.text(), "error[E0201]: `train` has no setting `x`\n");
}

TEST(Render, BriefIsOneLineEach) {
  Texts t;
  FileId file = t.add("a.nn", "one\ntwo\n");
  t.sink.report(dense, t.find(file, "two")).fact("more");
  t.sink.report(setting, t.find(file, "one"), "a", "b").fact("more");
  EXPECT_EQ(t.text({.color = false, .brief = true}), "a.nn:1:1: error[E0201]: `a` has no setting `b`\n"
                                                     "a.nn:2:1: warning[W0602]: this mask cannot be analysed\n");
}

TEST(Render, ColourOnlyWhenAsked) {
  Texts t;
  FileId file = t.add("a.nn", "one\n");
  t.sink.report(dense, t.find(file, "one")).note("x").help("y", {{t.find(file, "one"), "two"}});
  EXPECT_EQ(t.text().find('\x1b'), std::string::npos);
  EXPECT_NE(t.text({.color = true, .brief = false}).find("\x1b[1;35mwarning[W0602]\x1b[0m"), std::string::npos);
}

TEST(Render, ManyLinesWidenTheGutter) {
  Texts t;
  FileId file = t.add("a.nn", "one\ntwo\n", 9999);
  t.sink.report(dense, t.find(file, "two")).label(t.find(file, "one"));
  EXPECT_EQ(t.text(), "warning[W0602]: this mask cannot be analysed\n"
                      "  --> a.nn:10000:1\n"
                      " 9999 | one\n"
                      "      | ---\n"
                      "10000 | two\n"
                      "      | ^^^\n");
}

} // namespace
