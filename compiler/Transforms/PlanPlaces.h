// The places of memory that a plan's accesses touch, each once, and which of them meet: for nn-verify-plan.
#pragma once
#include "compiler/Transforms/PlanTrace.h"
#include <map>
#include <unordered_map>
#include <vector>

namespace nnc {

class Places {
public:
  /// Steps of a loop meet the same places again and again.
  unsigned idOf(const Source &at);
  const Source &operator[](unsigned id) const { return places[id]; }
  size_t size() const { return places.size(); }

  /// Once all places are known: those that overlap `at`.
  void sort();
  std::vector<unsigned> meeting(const Source &at) const;

private:
  struct Range {
    int64_t begin, end;
    unsigned id;
    int64_t most = 0; // the largest end of the part of the list that it is the middle of
  };
  using Ranges = std::vector<Range>; // sorted by begin
  static int64_t findMost(Ranges &ranges, size_t low, size_t high);
  void collect(const Ranges &ranges, size_t low, size_t high, const Source &at, std::vector<unsigned> &found) const;

  std::vector<Source> places;
  std::unordered_map<size_t, std::vector<unsigned>> byHash;
  std::map<std::pair<int, int64_t>, Ranges> blocks; // by block and port
};

} // namespace nnc
