#include "support/CheckedSize.h"
#include "support/SourceMap.h"
#include "support/Suggest.h"
#include "gtest/gtest.h"

using namespace nnc::support;

namespace {

TEST(CheckedSize, NoticesOverflow) {
  EXPECT_EQ(checkedAdd(INT64_MAX, 1), std::nullopt);
  EXPECT_EQ(checkedSub(INT64_MIN, 1), std::nullopt);
  EXPECT_EQ(checkedMul(int64_t(1) << 32, int64_t(1) << 31), std::nullopt);
  EXPECT_EQ(checkedMul(3, -4), -12);
  EXPECT_EQ(checkedAlign(65, 64), 128);
  EXPECT_EQ(checkedAlign(INT64_MAX, 64), std::nullopt);
}

TEST(CheckedSize, ProductOfAShape) {
  const int64_t shape[] = {2, 3, 4}, huge[] = {INT64_MAX, 2}, empty[] = {INT64_MAX, 0}, negative[] = {2, -1};
  EXPECT_EQ(checkedProduct(shape), 24);
  EXPECT_EQ(checkedProduct({}), 1);
  EXPECT_EQ(checkedProduct(huge), std::nullopt);
  EXPECT_EQ(checkedProduct(empty), 0);
  EXPECT_EQ(checkedProduct(negative), std::nullopt);
}

TEST(Suggest, Distances) {
  EXPECT_EQ(editDistance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(editDistance("form", "from", 5), 1u); // neighbours swapped
  EXPECT_EQ(editDistance("abc", "abcdefgh", 2), 3u);
  EXPECT_EQ(editDistance("", "ab", 5), 2u);
}

TEST(Suggest, NearestName) {
  std::vector<std::string> settings = {"loss", "optimizer", "epochs", "steps", "batch"};
  EXPECT_EQ(nearestName("optimiser", settings), "optimizer");
  EXPECT_EQ(nearestName("Loss", settings), "loss");
  EXPECT_EQ(nearestName("epcohs", settings), "epochs");
  EXPECT_EQ(nearestName("momentum", settings), std::nullopt);
  EXPECT_EQ(nearestName("x", {"y", "z"}), std::nullopt);
  EXPECT_EQ(nearestName("bat", {"hat", "batch", "cat", "mat"}), "cat"); // the first of the nearest
  EXPECT_EQ(nearestName(std::string(10'000, 'a'), {std::string(10'000, 'b')}), std::nullopt);
}

TEST(SourceMap, LinesAndColumns) {
  SourceMap sources;
  FileId file = sources.add("a", "one\r\n\xc3\xa9tw\n\nend");
  EXPECT_EQ(sources.lineColumn(file, 0).column, 1u);
  LineColumn place = sources.lineColumn(file, 8);
  EXPECT_EQ(place.line, 2u);
  EXPECT_EQ(place.column, 3u); // the two bytes of an accented letter are one column
  EXPECT_EQ(sources.lineText(file, 2), "one");
  EXPECT_EQ(sources.lineText(file, 6), "\xc3\xa9tw");
  EXPECT_EQ(sources.lastLine(file), 4u);
  EXPECT_EQ(sources.lineText(file, 1000), "end");
  EXPECT_EQ(sources.text(SourceRange{file, 5, 3}), "");
  EXPECT_EQ(sources.text(FileId(7)), "");
}

/// A place in a line of a megabyte costs no more than in a short one.
TEST(SourceMap, LongLinesAreNoSlower) {
  SourceMap sources;
  std::string text = "x\n";
  for (int i = 0; i < 400'000; ++i)
    text += i % 3 ? "ab" : "\xc3\xa4";
  FileId file = sources.add("long.nn", text);
  uint64_t sum = 0;
  for (uint32_t offset = 2; offset < text.size(); offset += 2)
    sum += sources.lineColumn(file, offset).column;
  // Column of the pair i: one behind ceil(i / 3) characters and 2 (i - ceil(i / 3)) bytes.
  uint64_t expected = 0;
  for (uint64_t i = 0; i < 400'000; ++i)
    expected += 1 + 2 * i - (i + 2) / 3;
  EXPECT_EQ(sum, expected);
  EXPECT_EQ(sources.lineColumn(file, uint32_t(text.size())).column, 1 + 800'000 - (400'000 + 2) / 3);
}

TEST(SourceMap, RangesJoin) {
  SourceRange a{FileId(0), 3, 5}, b{FileId(0), 8, 9}, other{FileId(1), 0, 1};
  EXPECT_EQ(join(a, b), (SourceRange{FileId(0), 3, 9}));
  EXPECT_EQ(join(b, a), (SourceRange{FileId(0), 3, 9}));
  EXPECT_EQ(join({}, b), b);
  EXPECT_EQ(join(a, other), a);
}

} // namespace
