#include "dsl/elaborate/data/DataFile.h"

#include "data/Csv.h"
#include "data/Number.h"
#include "data/Spacing.h"
#include "support/Diagnostics.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

/// As the program names the file, whatever folder it lies in.
static std::string describe(const data::Error &error, const std::string &name) {
  std::string text = name;
  if (error.line)
    text += ":" + std::to_string(error.line);
  if (error.line && error.column)
    text += ":" + std::to_string(error.column);
  return text + ": " + error.cause + (error.remedy.empty() ? "" : " (" + error.remedy + ")");
}

static constexpr uint64_t checkedBytes = 16u << 20;

std::optional<DataFile> openDataFile(const std::string &folder, const std::string &path, char separator) {
  DataFile file;
  file.name = path;
  file.path = path[0] == '/' || folder.empty() ? path : folder + "/" + path;
  file.separator = separator;
  data::CsvLimits limits;
  limits.file = uint64_t(1) << 30;
  auto reader = data::CsvReader::open(file.path, separator, limits);
  if (reader) {
    file.header = reader->header();
    return file;
  }
  if (reader.error().kind == data::Error::Kind::Missing)
    return std::nullopt;
  file.error = describe(reader.error(), path);
  return file;
}

/// Reads one column from top to bottom. `visit` returns whether to go on; the result is what broke the file, or "", or
/// nothing if the file is too large to look at.
template <typename Visit>
static std::optional<std::string> readColumn(const DataFile &file, const std::string &column, Visit visit) {
  data::CsvLimits limits;
  limits.file = checkedBytes;
  auto reader = data::CsvReader::open(file.path, file.separator, limits);
  auto place = reader ? reader->column(column) : std::nullopt;
  if (!place)
    return std::nullopt;
  for (;;) {
    data::CsvReader::Next next = reader->next();
    if (next == data::CsvReader::Next::Failed)
      return describe(reader->error(), file.name);
    if (next == data::CsvReader::Next::End || !visit(*reader, reader->cells()[*place]))
      return "";
  }
}

TimeCheck checkTimes(const DataFile &file, const std::string &column, bool series) {
  TimeCheck check;
  data::TimeColumn times;
  std::string wrong;
  std::optional<std::string> broken =
      readColumn(file, column, [&](const data::CsvReader &reader, const data::Cell &cell) {
        ++check.rows;
        std::string why = times.add(cell.text, cell.line);
        if (!why.empty())
          wrong = describe(reader.cellError(cell, why, data::timeRemedy), file.name);
        return why.empty();
      });
  if (!broken)
    return check;
  check.wrong = broken->empty() ? wrong : *broken;
  std::vector<uint32_t> order = times.order();
  auto at = [&](int64_t line) { return file.name + ":" + std::to_string(line); };
  if (int64_t line = series ? times.twice(order) : 0; line && check.wrong.empty())
    check.wrong = at(line) + ": the time of this row stands above as well";
  check.complete = check.wrong.empty();
  if (!check.complete || !series)
    return check;
  if (auto found = data::uneven(times, order)) {
    check.uneven = at(found->line) + " is " + found->sentence;
    check.count = found->count;
  }
  return check;
}

std::string inSmallLetters(std::string text) {
  for (char &c : text)
    c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

static std::string_view trimmed(std::string_view text) {
  size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

static void addOutside(LabelCheck &check, std::string_view text, int64_t line) {
  ++check.outside;
  auto known = std::ranges::find_if(check.spellings, [&](const Spelling &one) { return one.text == text; });
  if (known == check.spellings.end() && check.spellings.size() == 2)
    return;
  if (known == check.spellings.end())
    known = check.spellings.insert(known, {std::string(text), 0, {}});
  if (++known->count <= 3)
    known->lines.push_back(line);
}

LabelCheck checkColumn(const DataFile &file, const std::string &column, const std::vector<std::string> &labels) {
  LabelCheck check;
  std::set<std::string, std::less<>> known(labels.begin(), labels.end());
  auto broken = readColumn(file, column, [&](const data::CsvReader &, const data::Cell &cell) {
    ++check.rows;
    check.fitSmall = check.fitSmall && known.contains(inSmallLetters(std::string(cell.text)));
    check.fitTrimmed = check.fitTrimmed && known.contains(trimmed(cell.text));
    if (!known.contains(cell.text))
      addOutside(check, cell.text, cell.line);
    return true;
  });
  check.broken = broken.value_or("");
  return check;
}

std::string outsideText(const LabelCheck &check, const std::string &dim, const std::string &file,
                        const std::string &column) {
  std::string text = support::formatNumber(check.outside) + " of " + support::formatNumber(check.rows) + " labels" +
                     (column.empty() ? "" : " of column `" + column + "`") + " are not in " + dim + ": ";
  int64_t rest = check.outside;
  for (const Spelling &one : check.spellings) {
    rest -= one.count;
    text += (&one == check.spellings.data() ? "`" : ", `") + one.text.substr(0, 40) + "` at ";
    for (int64_t line : one.lines)
      text += (line == one.lines.front() ? file + ":" : ", ") + std::to_string(line);
    text += one.count > int64_t(one.lines.size()) ? ", …" : "";
  }
  return text + (rest ? ", and " + support::formatNumber(rest) + " more" : "");
}

LabelCheck checkNumbers(const DataFile &file, const std::string &column, int64_t count) {
  LabelCheck check;
  auto broken = readColumn(file, column, [&](const data::CsvReader &, const data::Cell &cell) {
    int64_t value = 0;
    if (data::parseInteger(cell.text, value) != data::NumberError::None)
      return true;
    check.smallest = check.rows ? std::min(check.smallest, value) : value;
    check.largest = check.rows ? std::max(check.largest, value) : value;
    ++check.rows;
    if (value < 0 || value >= count)
      addOutside(check, cell.text, cell.line);
    return true;
  });
  check.broken = broken.value_or("");
  return check;
}

std::optional<NoNumber> findNoNumber(const DataFile &file, const std::vector<std::string> &columns) {
  data::CsvLimits limits;
  limits.file = checkedBytes;
  auto reader = data::CsvReader::open(file.path, file.separator, limits);
  if (!reader)
    return std::nullopt;
  std::vector<size_t> places;
  for (const std::string &column : columns)
    if (auto place = reader->column(column))
      places.push_back(*place);
  while (reader->next() == data::CsvReader::Next::Row)
    for (size_t place : places) {
      const data::Cell &cell = reader->cells()[place];
      double value = 0;
      data::NumberError wrong = data::parseNumber(cell.text, value);
      if (wrong == data::NumberError::None)
        continue;
      const std::string &column = reader->header()[place];
      bool isEmpty = wrong == data::NumberError::Empty;
      std::string what = isEmpty ? "a cell" : "`" + std::string(cell.text.substr(0, 40)) + "`";
      what += std::string(" ") + data::describe(wrong) + ", but column `" + column + "` must hold numbers";
      data::Error error = reader->cellError(cell, what, isEmpty ? "remove the row or fill in a value" : "");
      return NoNumber{column, describe(error, file.name)};
    }
  return std::nullopt;
}

} // namespace nnc::dsl
