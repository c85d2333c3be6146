// The table test/mistakes/expected.txt: each mistake gives the code at the place that was written down first.
#include "dsl/Compile.h"
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace nnc::dsl {

TEST(Mistakes, GiveCodeAndPlaceOfTheTable) {
  std::string root = NNC_SOURCE_DIR;
  std::ifstream table(root + "/test/mistakes/expected.txt");
  std::string line;
  int checked = 0;
  while (std::getline(table, line)) {
    if (line.empty() || line[0] == '#')
      continue;
    std::istringstream words(line);
    std::string file, code, exit;
    uint32_t row, column;
    words >> file >> code >> row >> column >> exit;
    SCOPED_TRACE(file);
    support::SourceMap sources;
    support::DiagnosticSink sink;
    LoadedSource loaded = loadSource(root + "/test/mistakes/Inputs/" + file, sources, sink);
    ASSERT_TRUE(loaded.file || sink.hasErrors());
    CompileOptions options;
    options.dataDir = root + "/examples/iris";
    if (loaded.file)
      compile(*loaded.file, options, sources, sink);
    ++checked;
    // A missing data file is no mistake before training: compiling says nothing.
    if (exit.back() == '*') {
      EXPECT_FALSE(sink.hasErrors());
      continue;
    }
    ASSERT_EQ(sink.errorCount(), 1u) << support::renderAll(sink, sources);
    const support::Diagnostic &error = *sink.sorted()[0];
    support::LineColumn at = sources.lineColumn(error.range.file, error.range.begin);
    EXPECT_EQ(error.info->code, code);
    EXPECT_EQ(at.line, row);
    EXPECT_EQ(at.column, column);
  }
  EXPECT_EQ(checked, 15);
}

} // namespace nnc::dsl
