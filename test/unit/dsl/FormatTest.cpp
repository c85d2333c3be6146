// The formatter: the same tree, the same comments, and a second pass changes nothing.
#include "dsl/Format.h"
#include "dsl/Lexer.h"
#include "test/unit/dsl/Parsing.h"
#include "test/unit/dsl/RandomText.h"
#include "gtest/gtest.h"
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace nnc::dsl;
using nnc::dsl::testing::Parsed;
using nnc::dsl::testing::RandomText;

namespace {

std::string formatted(const std::string &text) {
  SourceMap sources;
  DiagnosticSink sink;
  auto file = addSource("t.nn", text, sources, sink);
  return file ? formatSource(sources, *file, sink).value_or("") : "";
}

/// Comments by kind and text; spaces at the end of a plain one mean nothing.
std::vector<std::string> commentsOf(const std::string &text) {
  SourceMap sources;
  DiagnosticSink sink;
  std::vector<std::string> made;
  auto file = addSource("t.nn", text, sources, sink);
  for (const Comment &comment : lex(sources, *file, sink).comments) {
    std::string_view shown = comment.text;
    if (comment.kind == CommentKind::Plain)
      shown = shown.substr(0, shown.find_last_not_of(" \t\r") + 1);
    made.push_back(std::to_string(int(comment.kind)) + std::string(shown));
  }
  return made;
}

/// Nothing in it that the style forbids.
void expectStyle(const std::string &text) {
  std::istringstream lines(text);
  std::string line, before = "{";
  while (std::getline(lines, line)) {
    bool isDoc = line.find("//") != std::string::npos;
    EXPECT_TRUE(isDoc || line.empty() || line.back() != ' ') << line;
    EXPECT_EQ(line.find('\t') == std::string::npos || isDoc || line.find('"') != std::string::npos, true) << line;
    EXPECT_FALSE(line.empty() && before.empty()) << "two blank lines";
    before = line;
  }
}

void expectSafe(const std::string &text, const std::string &name) {
  Parsed before(text);
  if (!before.file.complete)
    return;
  std::string once = formatted(text);
  Parsed after(once);
  EXPECT_EQ(after.messages(), "") << name << "\n" << once;
  EXPECT_EQ(before.tree(), after.tree()) << name << "\n" << text << "\n" << once;
  EXPECT_EQ(commentsOf(text), commentsOf(once)) << name;
  EXPECT_EQ(formatted(once), once) << name << "\n" << text;
  expectStyle(once);
}

TEST(Format, RandomProgramsStayWhatTheyAre) {
  for (unsigned seed = 0; seed < 500 && !::testing::Test::HasFailure(); ++seed) {
    std::string text = RandomText(seed).file();
    EXPECT_EQ(Parsed(text).rendered(), "") << "the generator wrote what is not a program";
    expectSafe(text, "seed " + std::to_string(seed));
  }
}

TEST(Format, EveryFileOfTheTreeStaysWhatItIs) {
  size_t count = 0;
  for (const char *folder : {"dsl", "examples", "test", "bench", "tools"})
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(std::string(NNC_SOURCE_DIR) + "/" + folder)) {
      if (entry.path().extension() != ".nn")
        continue;
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      expectSafe(text.str(), entry.path().string());
      ++count;
    }
  EXPECT_GT(count, 200u);
}

TEST(Format, OneTextForManyLayouts) {
  const std::string wanted = "fn f(x: float[B, 4]) -> float[B] {\n  y = x[:, 0] + -1\n  y * 2\n}\n";
  EXPECT_EQ(formatted(wanted), wanted);
  EXPECT_EQ(formatted("fn f ( x:float [B,4] )->float[B]{\n\n\n\ty=x[ : ,0]+ - 1\n\n  y*2\n\n}\n\n\n"),
            "fn f(x: float[B, 4]) -> float[B] {\n  y = x[:, 0] + -1\n\n  y * 2\n}\n");
}

} // namespace
