#include "support/Files.h"
#include "gtest/gtest.h"
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace nnc::support;

namespace {

/// A folder of its own, gone at the end.
struct Files : ::testing::Test {
  std::string folder = ::testing::TempDir() + "nnc-files-" + std::to_string(::getpid());
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string path(const char *name) const { return folder + "/" + name; }
  long entries() const { return std::distance(std::filesystem::directory_iterator(folder), {}); }
};

std::string errorText(const FileBytes &bytes) {
  const auto *error = std::get_if<FileError>(&bytes);
  return error ? error->text : "no error";
}

TEST_F(Files, WrittenBytesAreRead) {
  std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(std::holds_alternative<std::monostate>(writeFile(path("x"), bytes)));
  EXPECT_EQ(std::get<std::string>(readFile(path("x"), 4)), bytes);
  ASSERT_TRUE(std::holds_alternative<std::monostate>(writeFile(path("x"), "new", true)));
  EXPECT_EQ(std::get<std::string>(readFile(path("x"), 100)), "new");
  EXPECT_EQ(entries(), 1); // no temporary file is left
  struct stat info{};
  ASSERT_EQ(::stat(path("x").c_str(), &info), 0);
  EXPECT_NE(info.st_mode & S_IXUSR, 0u);
}

TEST_F(Files, OnlyRegularFilesUpToTheCap) {
  writeFile(path("x"), "12345");
  ::mkfifo(path("pipe").c_str(), 0600);
  EXPECT_EQ(errorText(readFile(path("x"), 4)), "is larger than 4 bytes");
  EXPECT_EQ(errorText(readFile(path("none"), 4)), "does not exist");
  EXPECT_EQ(errorText(readFile(path("x/y"), 4)), "does not exist");
  EXPECT_EQ(errorText(readFile(folder, 4)), "is a folder");
  EXPECT_EQ(errorText(readFile(path("pipe"), 4)), "is not a regular file"); // and does not wait for a writer
  EXPECT_EQ(errorText(readFile("/dev/zero", 4)), "is not a regular file");
  EXPECT_EQ(errorText(readFile(path("x") + std::string("\0y", 2), 9)), "does not exist");
}

TEST_F(Files, FailedWritesLeaveTheOldFile) {
  EXPECT_TRUE(std::holds_alternative<FileError>(writeFile(path("none/x"), "1")));
  std::filesystem::create_directories(path("folder/inside"));
  EXPECT_TRUE(std::holds_alternative<FileError>(writeFile(path("folder"), "1")));
  EXPECT_TRUE(std::filesystem::is_directory(path("folder")));
  EXPECT_EQ(entries(), 1);
}

TEST(Bytes, AreShownInTheLargestWholeUnit) {
  EXPECT_EQ(formatBytes(1), "1 byte");
  EXPECT_EQ(formatBytes(1000), "1,000 bytes");
  EXPECT_EQ(formatBytes(1024), "1 KiB");
  EXPECT_EQ(formatBytes(16u << 20), "16 MiB");
  EXPECT_EQ(formatBytes(3ull << 30), "3 GiB");
}

} // namespace
