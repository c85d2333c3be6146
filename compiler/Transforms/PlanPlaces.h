// The places of memory that a plan's accesses touch, each once, and which of them meet: for nn-verify-plan.
#pragma once
#include "compiler/Transforms/PlanTrace.h"
#include <map>
#include <unordered_map>
#include <vector>

namespace nnc {

/// Ranges of numbers, and those of them that a range meets.
class Ranges {
public:
  void add(int64_t begin, int64_t end, unsigned id) { ranges.push_back({begin, end, id}); }
  /// Once all are added.
  void sort();
  void meeting(int64_t begin, int64_t end, llvm::function_ref<void(unsigned)> found) const {
    collect(0, ranges.size(), begin, end, found);
  }

private:
  struct Range {
    int64_t begin, end;
    unsigned id;
    int64_t most = 0; // the largest end of the part of the list that it is the middle of
  };
  int64_t findMost(size_t low, size_t high);
  void collect(size_t low, size_t high, int64_t begin, int64_t end, llvm::function_ref<void(unsigned)> found) const;

  std::vector<Range> ranges; // sorted by begin
};

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
  /// Places whose rows are equally far apart and whose bytes run into each other, such as the parts of one buffer,
  /// whose rows interleave. `inRow`: what they touch of a row.
  struct Rows {
    int64_t stride;
    Ranges bytes, inRow;
  };
  /// Places with rows are found by their `Rows`, the others by themselves.
  struct Block {
    Ranges bytes, rows;
  };
  void addRows(Block &block, int64_t stride, std::vector<unsigned> &ids);

  std::vector<Source> places;
  std::unordered_map<size_t, std::vector<unsigned>> byHash;
  std::map<std::pair<int, int64_t>, Block> blocks; // by block and port
  std::vector<Rows> rows;
};

} // namespace nnc
