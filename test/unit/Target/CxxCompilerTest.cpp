// The C++ compiler is a program of the machine that need not behave: it may hang.
#include "codegen/Target/Cxx/CxxCompiler.h"
#include "codegen/Target/Link/Link.h"
#include "gtest/gtest.h"
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace nnc {
namespace {

/// A program of its own for the time of a test.
class Script {
public:
  explicit Script(const std::string &text) : path(testing::TempDir() + "script-" + std::to_string(getpid())) {
    std::ofstream(path) << "#!/bin/sh\n" << text;
    chmod(path.c_str(), 0700);
  }
  ~Script() { unlink(path.c_str()); }
  Script(const Script &) = delete;
  Script &operator=(const Script &) = delete;
  const std::string path;
};

TEST(CxxCompiler, IsEndedWhenItHangs) {
  Script hangs("sleep 600\n");
  CxxOptions options{targetOfHost()};
  options.seconds = 2;
  auto code = compileCxx("int x;\n", {hangs.path, "g++ 12", ""}, options);
  ASSERT_FALSE(bool(code));
  llvm::Error error = code.takeError();
  EXPECT_TRUE(error.isA<MissingFile>());
  EXPECT_EQ(llvm::toString(std::move(error)), "`" + hangs.path +
                                                  "` (g++ 12) did not end within 2 seconds; try -O1, or another "
                                                  "compiler with --cxx=PROGRAM");
}

} // namespace
} // namespace nnc
