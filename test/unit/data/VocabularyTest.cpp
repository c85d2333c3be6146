// Vocabularies: what a word is, which words are members, what is refused.
#include "data/Vocabulary.h"
#include "data/Words.h"
#include "gtest/gtest.h"
#include <cstdio>
#include <fstream>

using namespace nnc::data;

namespace {

using Members = std::vector<std::string>;

Members wordsOf(std::string_view text) {
  Members words;
  forEachWord(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

std::string file(const std::string &text) {
  std::string path =
      testing::TempDir() + "/vocabulary-" + testing::UnitTest::GetInstance()->current_test_info()->name();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(Vocabulary, WordsAreRunsAndSignsAlone) {
  EXPECT_EQ(wordsOf("Don't stop, now!"), (Members{"Don't", "stop", ",", "now", "!"}));
  EXPECT_EQ(wordsOf(" a\tb_1\r\n\x7f"), (Members{"a", "b_1"}));
  EXPECT_EQ(wordsOf("\xc3\xa9t\xc3\xa9--"), (Members{"\xc3\xa9t\xc3\xa9", "-", "-"}));
  EXPECT_EQ(wordsOf(""), Members{});
}

TEST(Vocabulary, TakesTheMostFrequentBehindTheSpecial) {
  WordsSource source;
  source.path = file("b a c b a d end");
  source.size = 4;
  source.special = {"unknown", "end"};
  EXPECT_EQ(*readWords(source), (Members{"unknown", "end", "a", "b"}));
  source.special.clear();
  source.size = 100;
  EXPECT_EQ(*readWords(source), (Members{"a", "b", "c", "d", "end"}));
}

TEST(Vocabulary, ReadsTheColumnOfATable) {
  WordsSource source;
  source.path = file("text\tother\nx y\tz\nx\tz\n");
  source.column = "text";
  source.separator = '\t';
  source.size = 10;
  EXPECT_EQ(*readWords(source), (Members{"x", "y"}));
  source.column = "txt";
  EXPECT_EQ(readWords(source).error().cause, "has no column `txt`");
}

TEST(Vocabulary, RefusesWhatHasNoMembers) {
  WordsSource source;
  source.path = file(" \n");
  source.size = 10;
  EXPECT_EQ(readWords(source).error().cause, "holds no word");
  EXPECT_EQ(readLabels(file("\n\r\n")).error().cause, "holds no label");
  EXPECT_EQ(readCharacters(file("")).error().cause, "is empty");
  EXPECT_EQ(readLabels("/nowhere/at/all").error().kind, Error::Kind::Missing);
}

TEST(Vocabulary, KeepsToItsCaps) {
  VocabularyLimits limits;
  limits.members = 2;
  WordsSource source;
  source.path = file("a b c");
  source.size = 2;
  EXPECT_NE(readWords(source, limits).error().cause.find("more than 2"), std::string::npos);
  EXPECT_NE(readLabels(file("a\nb\nc\n"), limits).error().cause.find("more than 2"), std::string::npos);
  limits.file = 3;
  EXPECT_FALSE(bool(readCharacters(file("abcd"), limits)));
}

TEST(Vocabulary, CharactersAreCodePointsInOrder) {
  EXPECT_EQ(*readCharacters(file("ba\n\xc3\xa9 a")), (Members{"\n", " ", "a", "b", "\xc3\xa9"}));
  Error error = readCharacters(file("a\nb\xff")).error();
  EXPECT_EQ(error.line, 2);
  EXPECT_EQ(error.cause, "holds bytes that are no text");
  EXPECT_EQ(characterLength("\xc0\xaf"), 0u);         // too long a form
  EXPECT_EQ(characterLength("\xed\xa0\x80"), 0u);     // half of a pair
  EXPECT_EQ(characterLength("\xf0\x9f\x98\x80"), 4u); // beyond the first plane
  EXPECT_EQ(characterLength("\xe2\x82"), 0u);         // cut off
}

TEST(Vocabulary, AByteOrderMarkIsNoPartOfTheText) {
  const std::string mark = "\xef\xbb\xbf";
  WordsSource source;
  source.path = file(mark + "one two");
  source.size = 10;
  EXPECT_EQ(*readWords(source), (Members{"one", "two"}));
  EXPECT_EQ(*readCharacters(file(mark + "ab")), (Members{"a", "b"}));
  EXPECT_EQ(*readLabels(file(mark + "cat\n")), (Members{"cat"}));
  EXPECT_EQ(readCharacters(file(mark)).error().cause, "is empty");
}

TEST(Vocabulary, LabelsAreLines) {
  EXPECT_EQ(*readLabels(file("cat\r\n\nbig dog")), (Members{"cat", "big dog"}));
  Error error = readLabels(file("cat\ndog\ncat\n")).error();
  EXPECT_EQ(error.line, 3);
  EXPECT_EQ(error.cause, "the label `cat` stands in line 1 already");
}

TEST(Vocabulary, HashTellsListsApart) {
  EXPECT_NE(hashOf({"a", "b"}), hashOf({"b", "a"}));
  EXPECT_NE(hashOf({"ab"}), hashOf({"a", "b"}));
  EXPECT_EQ(hashOf({"a"}), hashOf({"a"}));
}

} // namespace
