#include "compiler/Analysis/Arena.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace llvm;

namespace nnc {
namespace {

struct Placed {
  int64_t begin, end;  // bytes
  int64_t first, last; // steps
};

// The lowest of the smallest gaps of at least `bytes` between what is alive together with `block`; behind all of that
// if none fits. `placed` is sorted by where each begins.
int64_t bestGap(ArrayRef<Placed> placed, const ArenaBlock &block, int64_t bytes) {
  int64_t best = -1, bestSize = 0, end = 0;
  for (const Placed &other : placed) {
    if (other.first > block.last || block.first > other.last)
      continue;
    int64_t size = other.begin - end;
    if (size >= bytes && (best < 0 || size < bestSize))
      best = end, bestSize = size;
    end = std::max(end, other.end);
  }
  return best >= 0 ? best : end;
}

} // namespace

int64_t arenaBytes(int64_t bytes) {
  int64_t lines = alignTo(std::max<int64_t>(bytes, 1), 64);
  return lines % 4096 == 0 ? lines + 64 : lines;
}

ArenaPlan planArena(ArrayRef<ArenaBlock> blocks) {
  std::vector<size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order,
             [&](size_t a, size_t b) { return std::pair(-blocks[a].bytes, a) < std::pair(-blocks[b].bytes, b); });
  ArenaPlan plan;
  plan.offsets.assign(blocks.size(), 0);
  std::vector<Placed> placed;
  for (size_t index : order) {
    const ArenaBlock &block = blocks[index];
    int64_t bytes = arenaBytes(block.bytes), begin = bestGap(placed, block, bytes);
    auto at = llvm::upper_bound(placed, begin, [](int64_t from, const Placed &other) { return from < other.begin; });
    placed.insert(at, {begin, begin + bytes, block.first, block.last});
    plan.offsets[index] = begin;
    plan.bytes = std::max(plan.bytes, begin + bytes);
  }
  return plan;
}

} // namespace nnc
