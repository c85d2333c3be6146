// What the checker looks at in a data file: its header, and the labels of a column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nnc::dsl {

struct DataFile {
  std::string path, name; // where it lies, and as the program calls it
  char separator = ',';
  std::vector<std::string> header;
  std::string error; // why it cannot be read; with file and line
};

/// Nothing if the file is not there: then nothing is said (it may come later).
std::optional<DataFile> openDataFile(const std::string &folder, const std::string &path, char separator);

/// How a label that is no member is written, and where it stands.
struct Spelling {
  std::string text;
  int64_t count = 0;
  std::vector<int64_t> lines; // the first three
};

struct LabelCheck {
  int64_t rows = 0, outside = 0;
  std::vector<Spelling> spellings;   // of labels that are no members: the first two
  bool fitSmall = true;              // in small letters all labels, those of the file that fit too, are members
  bool fitTrimmed = true;            // without spaces around them all are
  int64_t smallest = 0, largest = 0; // of labels that are numbers
  std::string broken;
};

struct TimeCheck {
  int64_t rows = 0;
  bool complete = false; // all rows were read
  std::string wrong;     // what is wrong, with file and line
  std::string uneven;    // a step of another length than the others, with file and line; fit for a warning
  std::string count;     // of such steps
};

/// Files of more than 16 MiB are left to the compiled program.
/// `series`: no time may stand twice.
TimeCheck checkTimes(const DataFile &file, const std::string &column, bool series);
/// The outside of a column, as it is told: "3 of 25,000 labels are not in Mood: `Positive` at reviews.csv:1042, 7310".
std::string outsideText(const LabelCheck &check, const std::string &dim, const std::string &file,
                        const std::string &column);
std::string inSmallLetters(std::string text);
LabelCheck checkColumn(const DataFile &file, const std::string &column, const std::vector<std::string> &labels);
/// Labels that are numbers, for a dim of `count` members. What is no whole number is left to `findNoNumber`.
LabelCheck checkNumbers(const DataFile &file, const std::string &column, int64_t count);

struct NoNumber {
  std::string column, text; // what is wrong, with file and line
};
/// The first cell of some columns that holds no number.
std::optional<NoNumber> findNoNumber(const DataFile &file, const std::vector<std::string> &columns);

} // namespace nnc::dsl
