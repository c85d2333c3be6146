#include "data/Time.h"
#include "data/Number.h"
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <numeric>

namespace nnc::data {

namespace {

/// Reads a date from the front of a text, piece by piece.
struct Scanner {
  std::string_view text;

  bool take(char wanted) {
    if (text.empty() || text.front() != wanted)
      return false;
    text.remove_prefix(1);
    return true;
  }
  /// Exactly `width` digits.
  bool digits(size_t width, int &value) {
    if (text.size() < width || (text.size() > width && text[width] >= '0' && text[width] <= '9'))
      return false;
    value = 0;
    for (size_t i = 0; i < width; ++i) {
      if (text[i] < '0' || text[i] > '9')
        return false;
      value = 10 * value + (text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
  }
};

bool readClock(Scanner &in, Time &time) {
  int hour = 0, minute = 0, second = 0;
  if (!in.digits(2, hour) || !in.take(':') || !in.digits(2, minute) || hour > 23 || minute > 59)
    return false;
  if (in.take(':')) {
    if (!in.digits(2, second) || second > 60)
      return false;
    if (second == 60) {
      second = 59;
      time.rest = 1;
    }
    if (in.take('.')) {
      double unit = 0.1;
      size_t read = 0;
      for (; !in.text.empty() && in.text.front() >= '0' && in.text.front() <= '9'; ++read, unit /= 10) {
        time.rest += unit * (in.text.front() - '0');
        in.text.remove_prefix(1);
      }
      if (read == 0)
        return false;
    }
  }
  time.whole += int64_t(hour) * 3600 + minute * 60 + second;
  return true;
}

bool readZone(Scanner &in, int64_t &seconds, TimeForm &form) {
  if (in.text.empty())
    return true;
  form = TimeForm::ZonedClock;
  if (in.take('Z'))
    return true;
  bool east = in.take('+');
  if (!east && !in.take('-'))
    return true;
  int hour = 0, minute = 0;
  bool short4 = in.text.size() == 4; // +0130
  if (short4 ? !in.digits(4, hour) : !in.digits(2, hour))
    return false;
  if (short4) {
    minute = hour % 100;
    hour /= 100;
  } else if (in.take(':') && !in.digits(2, minute)) {
    return false;
  }
  if (hour > 23 || minute > 59)
    return false;
  seconds -= (east ? 1 : -1) * (int64_t(hour) * 3600 + minute * 60);
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// A leap second is the last one of a day of UTC; where no zone is named, of an hour.
bool isPlaceOfLeapSecond(const Time &time, TimeForm form) {
  int64_t unit = form == TimeForm::ZonedClock ? 86400 : 3600;
  return time.whole % unit == unit - 1 || time.whole % unit == -1;
}

} // namespace

std::optional<Time> parseDate(std::string_view text, TimeForm &form) {
  Scanner in{trimmed(text)};
  int year = 0, month = 0, day = 1;
  if (!in.digits(4, year) || !in.take('-') || !in.digits(2, month))
    return std::nullopt;
  bool hasDay = in.take('-');
  if (hasDay && !in.digits(2, day))
    return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                   std::chrono::day(unsigned(day))};
  if (!date.ok())
    return std::nullopt;
  Time time;
  time.whole = int64_t(std::chrono::sys_days(date).time_since_epoch().count()) * 86400;
  form = hasDay ? TimeForm::Day : TimeForm::Month;
  if (hasDay && (in.take('T') || in.take(' '))) {
    form = TimeForm::Clock;
    if (!readClock(in, time) || !readZone(in, time.whole, form))
      return std::nullopt;
    if (time.rest >= 1 && !isPlaceOfLeapSecond(time, form))
      return std::nullopt;
  }
  return in.text.empty() ? std::optional(time) : std::nullopt;
}

std::optional<Time> parseTimeNumber(std::string_view text) {
  text = trimmed(text);
  Time time;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time.whole);
  if (error == std::errc() && end == text.data() + text.size())
    return time;
  double value = 0;
  if (parseNumber(text, value) != NumberError::None || std::fabs(value) >= 0x1p62)
    return std::nullopt;
  time.whole = int64_t(std::floor(value));
  time.rest = value - std::floor(value);
  return time;
}

static const char *const oneOf[] = {"a number", "a month", "a day", "a time without a zone", "a time with a zone"};
static const char *const manyOf[] = {"numbers", "months", "days", "times without a zone", "times with a zone"};

std::string TimeColumn::add(std::string_view cell, int64_t line) {
  TimeForm form = TimeForm::Number;
  std::optional<Time> time = parseDate(cell, form);
  if (!time) {
    form = TimeForm::Number;
    time = parseTimeNumber(cell);
  }
  std::string shown = "`" + std::string(cell.substr(0, 60)) + "`";
  if (!time)
    return shown + " is no time";
  if (times.empty())
    written = form;
  else if (form != written)
    return shown + " is " + oneOf[size_t(form)] + ", and the times above are " + manyOf[size_t(written)];
  times.push_back(*time);
  lines.push_back(line);
  return {};
}

std::vector<uint32_t> TimeColumn::order() const {
  std::vector<uint32_t> rows(times.size());
  std::iota(rows.begin(), rows.end(), 0);
  if (!std::is_sorted(times.begin(), times.end()))
    std::stable_sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) { return times[a] < times[b]; });
  return rows;
}

int64_t TimeColumn::twice(const std::vector<uint32_t> &order) const {
  for (size_t i = 1; i < order.size(); ++i)
    if (times[order[i]] == times[order[i - 1]])
      return lines[order[i]];
  return 0;
}

} // namespace nnc::data
