// Offsets in one block of memory for blocks that live at known times: pure arithmetic, no IR.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace nnc {

struct ArenaBlock {
  int64_t bytes = 0;
  int64_t first = 0, last = 0; // lives from step `first` to step `last`, both included
};

struct ArenaPlan {
  std::vector<int64_t> offsets; // one a block, multiples of 64
  int64_t bytes = 0;            // of the whole arena
};

/// Bytes that a block of `bytes` takes: at least one cache line, and never a multiple of 4 KiB, because neighbours
/// that far apart share cache sets and disturb each other's loads and stores.
int64_t arenaBytes(int64_t bytes);

/// Best fit over live ranges, the largest block first: each block goes into the smallest gap between blocks alive at
/// the same time that holds it, the lowest one of equals. A function of the blocks alone.
ArenaPlan planArena(llvm::ArrayRef<ArenaBlock> blocks);

} // namespace nnc
