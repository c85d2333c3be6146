#include "compiler/Analysis/Arena.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace llvm;

namespace nnc {
namespace {

struct Range {
  int64_t begin, end;
};

// The lowest of the smallest gaps of at least `bytes` between the taken ranges; behind all of them if none fits.
int64_t bestGap(std::vector<Range> taken, int64_t bytes) {
  llvm::sort(taken, [](Range a, Range b) { return a.begin < b.begin; });
  int64_t best = -1, bestSize = 0, end = 0;
  for (Range range : taken) {
    int64_t size = range.begin - end;
    if (size >= bytes && (best < 0 || size < bestSize))
      best = end, bestSize = size;
    end = std::max(end, range.end);
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
  for (auto [rank, index] : llvm::enumerate(order)) {
    const ArenaBlock &block = blocks[index];
    std::vector<Range> taken;
    for (size_t other : ArrayRef(order).take_front(rank))
      if (blocks[other].first <= block.last && block.first <= blocks[other].last)
        taken.push_back({plan.offsets[other], plan.offsets[other] + arenaBytes(blocks[other].bytes)});
    plan.offsets[index] = bestGap(std::move(taken), arenaBytes(block.bytes));
    plan.bytes = std::max(plan.bytes, plan.offsets[index] + arenaBytes(block.bytes));
  }
  return plan;
}

} // namespace nnc
