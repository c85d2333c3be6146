// Whether the times of a series are evenly spaced.
//
// `window` and `ahead` count rows: where a month is missing, the rows around it look like neighbours. That is said, and
// it is no error: trading days have week-ends between them.
#pragma once
#include "data/Time.h"

namespace nnc::data {

struct Uneven {
  int64_t line = 0;     ///< of the first row that stands too far behind, or too near, the one before it
  std::string sentence; ///< 2 months after the row before it, where most are 1 month apart
  std::string count;    ///< 3 of 143 steps
};

/// Nothing if every step is about as long as the median one. `order` is that of the times.
std::optional<Uneven> uneven(const TimeColumn &times, const std::vector<uint32_t> &order);

} // namespace nnc::data
