// Tables of text: what is read, and where and why the rest is refused.
#include "data/Csv.h"
#include "data/File.h"
#include "gtest/gtest.h"
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

using namespace nnc::data;

namespace {

/// Header and rows joined by `|` and `/`, or the error.
std::string read(std::string text, char separator = ',', CsvLimits limits = {}) {
  Result<CsvReader> reader = CsvReader::fromText("t.csv", std::move(text), separator, limits);
  if (!reader)
    return reader.error().text();
  std::string out;
  for (const std::string &name : reader->header())
    out += name + "|";
  while (true) {
    CsvReader::Next next = reader->next();
    if (next == CsvReader::Next::Failed)
      return reader->error().text();
    if (next == CsvReader::Next::End)
      return out;
    out += "/";
    for (const Cell &cell : reader->cells())
      out += std::string(cell.text) + "|";
  }
}

bool startsWith(const std::string &text, const std::string &prefix) { return text.rfind(prefix, 0) == 0; }

struct Good {
  const char *name, *text, *expected;
};
const Good good[] = {
    {"plain", "a,b\n1,2\n3,4\n", "a|b|/1|2|/3|4|"},
    {"no newline at the end", "a,b\n1,2", "a|b|/1|2|"},
    {"CRLF", "a,b\r\n1,2\r\n", "a|b|/1|2|"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "a,b\n1,2\n",
     "a|b|/1|2|"},
    {"quotes", "a,b\n\"x, y\",\"he said \"\"hi\"\"\"\n", "a|b|/x, y|he said \"hi\"|"},
    {"newline in quotes", "a,b\n\"1\n2\",3\n", "a|b|/1\n2|3|"},
    {"empty cells", "a,b,c\n,,\n", "a|b|c|/|||"},
    {"empty line between", "a,b\n1,2\n\n3,4\n\n", "a|b|/1|2|/3|4|"},
    {"empty cell of one column", "a\n1\n\n2\n", "a|/1|/|/2|"},
    {"only a header", "a,b\n", "a|b|"},
    {"a quote inside a plain field", "a\n5\" pipe\n", "a|/5\" pipe|"},
    {"UTF-8", "größe\nü\n", "größe|/ü|"},
};

struct Bad {
  const char *name, *text, *expected;
};
const Bad bad[] = {
    {"empty file", "", "t.csv:1:1: the file is empty"},
    {"only a byte order mark", "\xEF\xBB\xBF", "t.csv:1:1: the file is empty"},
    {"short row", "a,b,c\n1,2\n", "t.csv:2: this row has 2 fields, the header has 3"},
    {"long row", "a,b\n1,2\n1,2,3\n", "t.csv:3: this row has 3 fields, the header has 2"},
    {"other separator", "a,b\n1;2\n", "t.csv:2: this row has 1 field, the header has 2"},
    {"open quote", "a,b\n1,\"2\n3,4\n", "t.csv:2:3: the quote that opens this field is never closed"},
    {"open quote in the header", "\"a,b\n", "t.csv:1:1: the quote that opens this field is never closed"},
    {"text behind a quote", "a,b\n\"1\"2,3\n", "t.csv:2:4: text behind a closing quote"},
    {"lone CR", "a,b\n1,2\r3,4\n", "t.csv:2:4: a carriage return that no line feed follows"},
    {"unnamed column", "a,,c\n", "t.csv:1:3: a column without a name"},
    {"doubled column", "a,b,a\n", "t.csv:1:5: two columns are called `a`"},
    {"quoted newline shifts the line", "a,b\n\"1\n2\",3\n4\n", "t.csv:4: this row has 1 field, the header has 2"},
};

TEST(Csv, ReadsWhatItShould) {
  for (const Good &c : good)
    EXPECT_EQ(read(c.text), c.expected) << c.name;
}

TEST(Csv, RefusesWithThePlace) {
  for (const Bad &c : bad)
    EXPECT_PRED2(startsWith, read(c.text), c.expected) << c.name;
}

TEST(Csv, RefusesNulBytes) {
  EXPECT_PRED2(startsWith, read(std::string("a,b\n1,\0", 7)), "t.csv:2:3: a NUL byte");
  EXPECT_PRED2(startsWith, read(std::string("a,b\n\"x\0\",1\n", 11)), "t.csv:2:3: a NUL byte");
}

TEST(Csv, ReadsTabs) { EXPECT_EQ(read("a\tb\n1,5\t2\n", '\t'), "a|b|/1,5|2|"); }

TEST(Csv, KeepsTheCaps) {
  CsvLimits limits;
  limits.field = 8;
  limits.columns = 3;
  EXPECT_PRED2(startsWith, read("a\n123456789\n", ',', limits), "t.csv:2:1: a field of more than 8 bytes");
  EXPECT_PRED2(startsWith, read("a\n\"123456789\"\n", ',', limits), "t.csv:2:1: a field of more than 8 bytes");
  EXPECT_PRED2(startsWith, read("a,b,c,d\n", ',', limits), "t.csv:1:7: more than 3 fields in one row");
}

TEST(Csv, CellsKnowTheirPlace) {
  Result<CsvReader> reader = CsvReader::fromText("t.csv", "a,b\n\"x\ny\",zz\n", ',');
  ASSERT_TRUE(bool(reader));
  ASSERT_EQ(reader->next(), CsvReader::Next::Row);
  EXPECT_EQ(reader->cells()[0].line, 2);
  EXPECT_EQ(reader->cells()[1].line, 3);
  EXPECT_EQ(reader->cells()[1].column, 4);
  EXPECT_EQ(reader->cellError(reader->cells()[1], "wrong").text(), "t.csv:3:4: wrong");
}

TEST(Csv, RewindsToTheFirstRow) {
  Result<CsvReader> reader = CsvReader::fromText("t.csv", "a\n1\n2\n", ',');
  ASSERT_TRUE(bool(reader));
  while (reader->next() == CsvReader::Next::Row)
    ;
  reader->rewind();
  ASSERT_EQ(reader->next(), CsvReader::Next::Row);
  EXPECT_EQ(reader->cells()[0].text, "1");
  EXPECT_EQ(reader->cells()[0].line, 2);
}

/// Every truncation of a file gives rows or an error, and reads no byte twice.
TEST(Csv, SurvivesTruncationAndFlippedBits) {
  const std::string text = "\xEF\xBB\xBF"
                           "a,\"b\"\r\n1,\"x\"\"y\"\r\n\"2\n3\",4\r\n";
  for (size_t length = 0; length <= text.size(); ++length)
    read(text.substr(0, length));
  for (size_t i = 0; i < text.size() * 8; ++i) {
    std::string flipped = text;
    flipped[i / 8] = char(flipped[i / 8] ^ (1 << i % 8));
    read(flipped);
  }
}

TEST(Csv, FindsTheClosestName) {
  std::vector<std::string> names = {"sepal_length", "petal_length", "species"};
  EXPECT_EQ(closest("sepal_lenght", names).value_or(""), "sepal_length");
  EXPECT_EQ(closest("Species", names).value_or(""), "species");
  EXPECT_FALSE(closest("weight", names).has_value());
}

TEST(File, ReadsPipesAndKeepsTheCap) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "hello", 5), 5);
  close(ends[1]);
  Result<std::string> bytes = readDescriptor(ends[0], "pipe");
  close(ends[0]);
  ASSERT_TRUE(bool(bytes));
  EXPECT_EQ(*bytes, "hello");

  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "hello", 5), 5);
  close(ends[1]);
  Result<std::string> capped = readDescriptor(ends[0], "pipe", 4);
  close(ends[0]);
  ASSERT_FALSE(bool(capped));
  EXPECT_EQ(capped.error().kind, Error::Kind::Bad);
}

TEST(File, SaysWhatIsMissing) {
  Result<std::string> none = readFile("/nowhere/at/all.csv");
  ASSERT_FALSE(bool(none));
  EXPECT_EQ(none.error().kind, Error::Kind::Missing);
  EXPECT_EQ(none.error().text(), "/nowhere/at/all.csv: cannot be read: No such file or directory");
  Result<std::string> folder = readFile("/");
  ASSERT_FALSE(bool(folder));
  EXPECT_EQ(folder.error().kind, Error::Kind::Missing);
}

} // namespace
