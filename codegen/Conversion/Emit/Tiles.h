// Register tiles of contraction kernels, as pure functions of shape and register file.
//
// A kernel computes C[rows][vectors of lanes] in registers: `rows * vectors` accumulators, `vectors` registers for the
// row of the right operand, one for the broadcast element of the left. A tile that does not fit spills and halves the
// speed.
#pragma once

#include <cstdint>
#include <vector>

namespace nnc::emit {

// The vector registers of the target: elements in one, and how many there are.
struct RegisterFile {
  int64_t lanes = 16;
  int64_t count = 32;
};

struct RegisterTile {
  int64_t rows = 1;
  int64_t vectors = 1;
  bool operator==(const RegisterTile &) const = default;
};

// `count` neighbouring blocks of `extent` each.
struct BlockRun {
  int64_t extent = 0;
  int64_t count = 0;
  bool operator==(const BlockRun &) const = default;
};

// How one run of columns is covered: every block is `vectors` registers wide.
struct ColumnRun {
  int64_t vectors = 0;
  int64_t count = 0;
  std::vector<BlockRun> rows; // fixed number of rows: the runs that cover it
  int64_t freeRows = 0;       // free number of rows: full tiles of this height, then `remainderHeights`
};

// True if accumulators, one row of vectors and one broadcast element stay in registers. Over few terms there is no
// loop: then the rows of all terms and of the start stay too, as LLVM moves them in front of the loop over tiles.
bool fits(RegisterTile tile, int64_t depth, const RegisterFile &registers);

// The tallest tile of this width.
int64_t maxRows(int64_t vectors, int64_t depth, const RegisterFile &registers);

// What is left where the last vector of a row is masked: AVX2, with 16 registers, holds masks in one of them.
RegisterFile withoutMask(RegisterFile registers);

// Up to this many terms the loop over them disappears.
constexpr int64_t mostUnrolledTerms = 8;

// Terms in one turn of the inner loop. Where registers are few, LLVM's scheduler would load the next term's row early
// and spill accumulators for it.
int64_t unrolledTerms(const RegisterFile &registers);

// Sixteenths of a cycle of one tile over `depth` terms: two multiply-adds or two loads a cycle, four cycles of latency;
// each load counts a little even where it is hidden, so that of two equally fast tiles the one with less traffic wins.
int64_t tileCost(RegisterTile tile, int64_t depth);

// Covers `total` by as few blocks of at most `largest` as possible, as equal as possible: 16 by 6 gives 6 + 5 + 5.
std::vector<BlockRun> splitEvenly(int64_t total, int64_t largest);

// The kernels behind full tiles of a free number of rows: powers of two below `height`, falling, each used at most
// once. A kernel for each possible remainder would grow with the square of the height.
std::vector<int64_t> remainderHeights(int64_t height);

// Covers rows x vectors. If `rowsAreFree`, `rows` is the expected number (the bound of the free size).
std::vector<ColumnRun> planTiles(int64_t rows, bool rowsAreFree, int64_t vectors, int64_t depth,
                                 const RegisterFile &registers);

} // namespace nnc::emit
