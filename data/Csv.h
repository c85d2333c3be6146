// Tables of text: comma- or tab-separated, the first line names the columns.
//
// What is accepted: UTF-8 with or without byte order mark; lines ending in LF or CRLF; fields in double quotes, which
// may hold separators, line ends and doubled quotes; empty lines, which are skipped in tables of two or more columns.
// All else is an error with line and column: rows of another length than the header, a quote that never closes, text
// behind a closing quote, a NUL byte, a lone CR, an empty or doubled column name, fields and headers beyond the caps.
#pragma once
#include "data/Error.h"
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::data {

struct CsvLimits {
  uint64_t file = uint64_t(8) << 30;
  uint64_t field = uint64_t(1) << 20;
  uint64_t columns = 100'000;
};

struct Cell {
  std::string_view text; ///< without the quotes; valid until the next row is read
  int64_t line = 0;      ///< where the cell begins
  int64_t column = 0;    ///< in bytes, from 1
};

/// Reads the rows of one table, one after the other; holds the file's bytes once and nothing else that grows with it.
class CsvReader {
public:
  static Result<CsvReader> open(const std::string &path, char separator, const CsvLimits &limits = {});
  static Result<CsvReader> fromText(std::string name, std::string text, char separator, const CsvLimits &limits = {});

  const std::string &file() const { return name; }
  const std::vector<std::string> &header() const { return names; }
  /// The place of a column in the header.
  std::optional<size_t> column(std::string_view name) const;
  /// An error of this table about its header, about a cell.
  Error headerError(std::string cause, std::string remedy = {}) const;
  Error cellError(const Cell &cell, std::string cause, std::string remedy = {}) const;

  enum class Next { Row, End, Failed };
  /// Moves on to the next row: its cells are in `cells()`, or the reason in `error()`.
  Next next();
  const std::vector<Cell> &cells() const { return row; }
  const Error &error() const { return failure; }
  /// Back to the first row.
  void rewind();

private:
  CsvReader() = default;
  bool readRecord();
  bool readQuoted(Cell &cell);
  bool readPlain(Cell &cell);
  bool fail(int64_t line, int64_t column, std::string cause, std::string remedy = {});
  bool readHeader();
  bool atLineEnd() const;

  std::string name, text;
  char separator = ',';
  CsvLimits limits;
  size_t position = 0, lineStart = 0, firstRow = 0;
  int64_t line = 1, firstRowLine = 1;
  std::vector<std::string> names;
  std::vector<Cell> row;
  std::deque<std::string> unescaped; ///< cells of this row that held doubled quotes
  size_t unescapedUsed = 0;
  Error failure;
};

/// The name in `names` that differs least from `wanted`, if it is close enough to be what was meant.
std::optional<std::string> closest(std::string_view wanted, const std::vector<std::string> &names);

} // namespace nnc::data
