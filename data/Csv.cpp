#include "data/Csv.h"
#include "data/File.h"
#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace nnc::data {

Result<CsvReader> CsvReader::open(const std::string &path, char separator, const CsvLimits &limits) {
  Result<std::string> bytes = readFile(path, limits.file);
  if (!bytes)
    return bytes.error();
  return fromText(path, std::move(*bytes), separator, limits);
}

Result<CsvReader> CsvReader::fromText(std::string name, std::string text, char separator, const CsvLimits &limits) {
  CsvReader reader;
  reader.name = std::move(name);
  reader.text = std::move(text);
  reader.separator = separator;
  reader.limits = limits;
  if (!reader.readHeader())
    return reader.failure;
  return reader;
}

bool CsvReader::fail(int64_t atLine, int64_t atColumn, std::string cause, std::string remedy) {
  failure = Error{Error::Kind::Bad, name, atLine, atColumn, std::move(cause), std::move(remedy)};
  return false;
}

Error CsvReader::headerError(std::string cause, std::string remedy) const {
  return Error{Error::Kind::Bad, name, 1, 1, std::move(cause), std::move(remedy)};
}

Error CsvReader::cellError(const Cell &cell, std::string cause, std::string remedy) const {
  return Error{Error::Kind::Bad, name, cell.line, cell.column, std::move(cause), std::move(remedy)};
}

bool CsvReader::atLineEnd() const {
  return position >= text.size() || text[position] == '\n' ||
         (text[position] == '\r' && position + 1 < text.size() && text[position + 1] == '\n');
}

/// A field in quotes; `position` is on the opening one.
bool CsvReader::readQuoted(Cell &cell) {
  size_t begin = ++position;
  std::string *copy = nullptr;
  while (true) {
    const char *quote = static_cast<const char *>(memchr(text.data() + position, '"', text.size() - position));
    if (!quote)
      return fail(cell.line, cell.column, "the quote that opens this field is never closed",
                  "close it, or double a quote that belongs to the text");
    size_t end = size_t(quote - text.data());
    for (size_t i = position; i < end; ++i)
      if (text[i] == '\n') {
        ++line;
        lineStart = i + 1;
      } else if (text[i] == '\0') {
        return fail(line, int64_t(i - lineStart) + 1, "a NUL byte: this is not a text file");
      }
    bool doubled = end + 1 < text.size() && text[end + 1] == '"';
    if (doubled && !copy) {
      if (unescapedUsed == unescaped.size())
        unescaped.emplace_back();
      copy = &unescaped[unescapedUsed++];
      copy->clear();
    }
    if (copy)
      copy->append(text, position, end - position + (doubled ? 1 : 0));
    position = end + (doubled ? 2 : 1);
    size_t length = copy ? copy->size() : end - begin;
    if (length > limits.field)
      return fail(cell.line, cell.column, "a field of more than " + std::to_string(limits.field) + " bytes",
                  "is a closing quote missing?");
    if (doubled)
      continue;
    cell.text = copy ? std::string_view(*copy) : std::string_view(text).substr(begin, end - begin);
    if (!atLineEnd() && text[position] != separator)
      return fail(line, int64_t(position - lineStart) + 1, "text behind a closing quote",
                  "double a quote that belongs to the text");
    return true;
  }
}

bool CsvReader::readPlain(Cell &cell) {
  size_t begin = position;
  for (; position < text.size(); ++position) {
    char c = text[position];
    if (c == separator || c == '\n')
      break;
    if (c == '\0')
      return fail(line, int64_t(position - lineStart) + 1, "a NUL byte: this is not a text file");
    if (c == '\r') {
      if (atLineEnd())
        break;
      return fail(line, int64_t(position - lineStart) + 1, "a carriage return that no line feed follows",
                  "end lines with LF or CRLF");
    }
  }
  cell.text = std::string_view(text).substr(begin, position - begin);
  if (cell.text.size() > limits.field)
    return fail(cell.line, cell.column, "a field of more than " + std::to_string(limits.field) + " bytes");
  return true;
}

/// One record into `row`; `position` is at its first byte and afterwards behind its line end.
bool CsvReader::readRecord() {
  row.clear();
  unescapedUsed = 0;
  while (true) {
    if (row.size() == limits.columns)
      return fail(line, int64_t(position - lineStart) + 1,
                  "more than " + std::to_string(limits.columns) + " fields in one row");
    Cell cell;
    cell.line = line;
    cell.column = int64_t(position - lineStart) + 1;
    bool quoted = position < text.size() && text[position] == '"';
    if (!(quoted ? readQuoted(cell) : readPlain(cell)))
      return false;
    row.push_back(cell);
    if (atLineEnd())
      break;
    ++position; // the separator
  }
  if (position < text.size()) {
    position += text[position] == '\r' ? 2 : 1;
    ++line;
    lineStart = position;
  }
  return true;
}

bool CsvReader::readHeader() {
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0)
    position = lineStart = 3;
  if (position >= text.size())
    return fail(1, 1, "the file is empty", "its first line must name the columns");
  if (!readRecord())
    return false;
  std::unordered_set<std::string_view> seen;
  for (const Cell &cell : row) {
    if (cell.text.empty())
      return fail(cell.line, cell.column, "a column without a name",
                  "the first line must name every column; is there a separator too many?");
    if (!seen.insert(cell.text).second)
      return fail(cell.line, cell.column, "two columns are called `" + std::string(cell.text) + "`", "rename one");
  }
  for (const Cell &cell : row)
    names.emplace_back(cell.text);
  firstRow = position;
  firstRowLine = line;
  return true;
}

CsvReader::Next CsvReader::next() {
  if (names.size() > 1) // an empty line is a row only where a row has a single, empty field
    while (position < text.size() && atLineEnd()) {
      position += text[position] == '\r' ? 2 : 1;
      ++line;
      lineStart = position;
    }
  if (position >= text.size())
    return Next::End;
  int64_t at = line;
  if (!readRecord())
    return Next::Failed;
  if (row.size() == names.size())
    return Next::Row;
  std::string remedy;
  if (row.size() > names.size())
    remedy = "put a field that contains the separator into double quotes";
  else if (row.size() == 1 && names.size() > 1)
    remedy = separator == ',' ? "are the fields separated by something else than commas?"
                              : "are the fields separated by something else than tabs?";
  fail(at, 0,
       "this row has " + std::to_string(row.size()) + (row.size() == 1 ? " field" : " fields") + ", the header has " +
           std::to_string(names.size()),
       std::move(remedy));
  return Next::Failed;
}

void CsvReader::rewind() {
  position = lineStart = firstRow;
  line = firstRowLine;
}

std::optional<size_t> CsvReader::column(std::string_view wanted) const {
  auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end())
    return std::nullopt;
  return size_t(found - names.begin());
}

/// Edits from one word to the other: insert, delete, replace a letter, swap two neighbours.
static size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), costs(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    costs[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(costs);
    costs[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      costs[j] = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, costs[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        costs[j] = std::min(costs[j], before[j - 2] + 1);
    }
  }
  return costs.back();
}

std::optional<std::string> closest(std::string_view wanted, const std::vector<std::string> &names) {
  if (wanted.size() > 64 || names.size() > 10'000)
    return std::nullopt;
  // A third of the letters may differ, but never all of them.
  size_t best = std::min(std::max<size_t>(1, wanted.size() / 3) + 1, wanted.size());
  std::optional<std::string> result;
  for (const std::string &name : names) {
    if (name.size() > 64)
      continue;
    size_t edits = distance(wanted, name);
    if (edits < best) {
      best = edits;
      result = name;
    }
  }
  return result;
}

} // namespace nnc::data
