// Points of time as they stand in tables: what sorts a series.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::data {

/// A date in seconds from 1970 (UTC if it names no zone), or a number: whole part and fraction. A leap second is a
/// fraction of 1 and more: it lies behind 23:59:59 and before the next day.
struct Time {
  int64_t whole = 0;
  double rest = 0;
  auto operator<=>(const Time &) const = default;
};

/// How a time is written.
enum class TimeForm : uint8_t { Number, Month, Day, Clock, ZonedClock };

/// `1958-03`, `1958-03-01`, `1958-03-01 12:30`, `1958-03-01T12:30:05.25+01:00`, with `Z` for UTC.
std::optional<Time> parseDate(std::string_view text, TimeForm &form);
/// A number: a year, seconds, nanoseconds. Whole ones of 64 bits are exact.
std::optional<Time> parseTimeNumber(std::string_view text);

inline constexpr const char *timeRemedy = "write 1958-03, 1958-03-01, 1958-03-01 12:30:00 or a number";

/// The times of a table: all written in one form, in any order, none twice.
class TimeColumn {
public:
  /// Why the cell of the next row cannot be its time; empty if it can.
  std::string add(std::string_view cell, int64_t line);
  size_t size() const { return times.size(); }
  const Time &time(uint32_t row) const { return times[row]; }
  int64_t line(uint32_t row) const { return lines[row]; }
  TimeForm form() const { return written; }
  /// Rows from the earliest to the latest; equal ones as in the file.
  std::vector<uint32_t> order() const;
  /// The line, in the file, of the later of two rows of equal time; 0 if there is none.
  int64_t twice(const std::vector<uint32_t> &order) const;

private:
  std::vector<Time> times;
  std::vector<int64_t> lines;
  TimeForm written = TimeForm::Number;
};

} // namespace nnc::data
