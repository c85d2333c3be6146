#include "data/Spacing.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nnc::data {

/// From one time to a later one: seconds, or what the numbers count.
static double distance(const Time &from, const Time &to) {
  return double(uint64_t(to.whole) - uint64_t(from.whole)) + (to.rest - from.rest);
}

static std::string counted(double count, const char *unit) {
  char text[40];
  snprintf(text, sizeof text, "%.6g", count);
  return std::string(text) + (*unit ? " " : "") + unit + (*unit && count != 1 ? "s" : "");
}

static std::string shown(double length, TimeForm form) {
  if (form == TimeForm::Number)
    return counted(length, "");
  if (form == TimeForm::Month)
    return counted(std::round(length / (365.2425 * 86400 / 12)), "month");
  struct Unit {
    double seconds;
    const char *name;
  };
  for (const Unit &unit : {Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"}})
    if (length >= unit.seconds && std::fmod(length, unit.seconds) == 0)
      return counted(length / unit.seconds, unit.name);
  return counted(length, "second");
}

std::optional<Uneven> uneven(const TimeColumn &times, const std::vector<uint32_t> &order) {
  // Of fewer steps none is usual.
  if (order.size() < 4)
    return std::nullopt;
  std::vector<double> steps;
  for (size_t i = 1; i < order.size(); ++i)
    steps.push_back(distance(times.time(order[i - 1]), times.time(order[i])));
  std::vector<double> sorted = steps;
  auto middle = sorted.begin() + std::ptrdiff_t(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  // Months differ by a tenth, a step that is left out or put in by a factor of two.
  auto differs = [usual = *middle](double step) { return step > 1.5 * usual || 1.5 * step < usual; };
  auto first = std::find_if(steps.begin(), steps.end(), differs);
  if (first == steps.end())
    return std::nullopt;
  Uneven made;
  made.line = times.line(order[size_t(first - steps.begin()) + 1]);
  made.sentence = shown(*first, times.form()) + " after the row before it, where most are " +
                  shown(*middle, times.form()) + " apart";
  made.count =
      std::to_string(std::count_if(first, steps.end(), differs)) + " of " + std::to_string(steps.size()) + " steps";
  return made;
}

} // namespace nnc::data
