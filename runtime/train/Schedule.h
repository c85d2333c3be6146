// Which rows each step takes: shuffled epochs, or exactly what a file says.
#pragma once
#include "runtime/recipe/Split.h"

namespace nnc::rt {

struct Step {
  const uint32_t *rows;
  int64_t count;
  bool endsEpoch;
};

class Schedule {
public:
  /// Seeded epochs over `rows`; `batch` a step, the last of an epoch may be shorter.
  Schedule(std::vector<uint32_t> rows, const std::string &dataset, uint64_t seed, bool shuffle, int64_t batch);

  /// From now on what a file says: one line a step, row numbers separated by blanks.
  Status follow(const std::string &path);

  int64_t stepsPerEpoch() const;
  /// How many steps there are in all if the order comes from a file, else -1.
  int64_t length() const { return following ? int64_t(ends.size()) : -1; }
  /// The next step; must not be called behind the end of a file.
  Step next();
  /// The number of the epoch that `next` is in, from 0.
  int64_t epoch() const { return number; }

private:
  Status parse(const std::string &path, const std::string &text);

  std::vector<uint32_t> part;
  EpochOrder order;
  int64_t batch;
  bool following = false;
  std::vector<uint32_t> listed; ///< rows of the file, steps one after the other
  std::vector<size_t> ends;     ///< where each step of the file ends in `listed`
  size_t taken = 0;             ///< steps of the file
  const std::vector<uint32_t> *current = nullptr;
  size_t at = 0;
  int64_t number = 0, begun = 0;
};

} // namespace nnc::rt
