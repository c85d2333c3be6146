#include "dsl/elaborate/DataFile.h"

#include "data/Csv.h"
#include "data/Time.h"

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

TimeCheck checkTimes(const DataFile &file, const std::string &column, bool series) {
  TimeCheck check;
  data::CsvLimits limits;
  limits.file = checkedBytes;
  auto reader = data::CsvReader::open(file.path, file.separator, limits);
  auto place = reader ? reader->column(column) : std::nullopt;
  if (!place)
    return check;
  data::TimeColumn times;
  for (;;) {
    data::CsvReader::Next next = reader->next();
    if (next == data::CsvReader::Next::Failed)
      check.wrong = describe(reader->error(), file.name);
    if (next != data::CsvReader::Next::Row)
      break;
    ++check.rows;
    const data::Cell &cell = reader->cells()[*place];
    if (std::string why = times.add(cell.text, cell.line); !why.empty()) {
      check.wrong = describe(reader->cellError(cell, why, data::timeRemedy), file.name);
      return check;
    }
  }
  if (int64_t line = series ? times.twice(times.order()) : 0; line && check.wrong.empty())
    check.wrong = file.name + ":" + std::to_string(line) + ": the time of this row stands above as well";
  check.complete = check.wrong.empty();
  return check;
}

LabelCheck checkColumn(const DataFile &file, const std::string &column, const std::vector<std::string> &labels) {
  LabelCheck check;
  data::CsvLimits limits;
  limits.file = checkedBytes;
  auto reader = data::CsvReader::open(file.path, file.separator, limits);
  auto place = reader ? reader->column(column) : std::nullopt;
  if (!place)
    return check;
  std::set<std::string, std::less<>> known(labels.begin(), labels.end());
  for (;;) {
    data::CsvReader::Next next = reader->next();
    if (next == data::CsvReader::Next::Failed)
      check.broken = describe(reader->error(), file.name);
    if (next != data::CsvReader::Next::Row)
      return check;
    ++check.rows;
    const data::Cell &cell = reader->cells()[*place];
    if (known.count(cell.text))
      continue;
    if (check.outside++ == 0) {
      check.first = cell.text;
      check.line = cell.line;
    }
  }
}

} // namespace nnc::dsl
