#include "codegen/Conversion/Emit/Tiles.h"

#include <algorithm>
#include <limits>

namespace nnc::emit {

// Beyond this the code grows and nothing is won: the loads are amortised.
static constexpr int64_t kMaxVectors = 4;

// A free number of rows needs kernels for the remainders too; taller tiles are not worth their code.
static constexpr int64_t kMaxFreeRows = 8;

// One stays free: with none left, the scheduler's second row of vectors spills (4 x 3 on 16 registers: half the speed).
static int64_t usableRegisters(const RegisterFile &registers) { return registers.count - 1; }

static bool isSmall(const RegisterFile &registers) { return registers.count <= 16; }

// Rows of vectors beside the accumulators.
static int64_t standingRows(int64_t depth) { return depth <= mostUnrolledTerms ? depth + 1 : 1; }

// Registers for elements in all lanes and for constants of the epilogue: in straight-line code several at a time.
static int64_t looseRegisters(int64_t depth, const RegisterFile &registers) {
  return depth <= mostUnrolledTerms && isSmall(registers) ? 3 : 1;
}

bool fits(RegisterTile tile, int64_t depth, const RegisterFile &registers) {
  return (tile.rows + standingRows(depth)) * tile.vectors + looseRegisters(depth, registers) <=
         usableRegisters(registers);
}

int64_t maxRows(int64_t vectors, int64_t depth, const RegisterFile &registers) {
  int64_t rows = (usableRegisters(registers) - looseRegisters(depth, registers)) / vectors - standingRows(depth);
  return std::max<int64_t>(1, rows);
}

RegisterFile withoutMask(RegisterFile registers) {
  if (isSmall(registers))
    --registers.count;
  return registers;
}

int64_t unrolledTerms(const RegisterFile &registers) { return isSmall(registers) ? 1 : 2; }

int64_t tileCost(RegisterTile tile, int64_t depth) {
  constexpr int64_t latency = 8, startup = 40, loadShare = 8;
  int64_t products = tile.rows * tile.vectors, loads = tile.rows + tile.vectors;
  int64_t perTerm = loadShare * std::max({products, loads, latency}) + loads;
  return depth * perTerm + loadShare * (startup + 2 * products);
}

std::vector<BlockRun> splitEvenly(int64_t total, int64_t largest) {
  std::vector<BlockRun> runs;
  if (total <= 0)
    return runs;
  int64_t blocks = (total + largest - 1) / largest, small = total / blocks, larger = total % blocks;
  if (larger)
    runs.push_back({small + 1, larger});
  runs.push_back({small, blocks - larger});
  return runs;
}

namespace {
struct RowChoice {
  int64_t height = 1;
  int64_t cost = std::numeric_limits<int64_t>::max();
};
} // namespace

static int64_t rowsCost(const std::vector<BlockRun> &runs, int64_t vectors, int64_t depth) {
  int64_t cost = 0;
  for (const BlockRun &run : runs)
    cost += run.count * tileCost({run.extent, vectors}, depth);
  return cost;
}

std::vector<int64_t> remainderHeights(int64_t height) {
  std::vector<int64_t> heights;
  for (int64_t power = 1; power < height; power *= 2)
    heights.insert(heights.begin(), power);
  return heights;
}

// A free number of rows is cut into full tiles and the bits of what is left; a fixed one evenly.
static std::vector<BlockRun> cutRows(int64_t rows, bool rowsAreFree, int64_t height) {
  if (!rowsAreFree)
    return splitEvenly(rows, height);
  std::vector<BlockRun> runs;
  if (rows / height)
    runs.push_back({height, rows / height});
  for (int64_t left : remainderHeights(height))
    if (rows % height & left)
      runs.push_back({left, 1});
  return runs;
}

static RowChoice chooseRows(int64_t rows, bool rowsAreFree, int64_t vectors, int64_t depth,
                            const RegisterFile &registers) {
  RowChoice best;
  int64_t tallest = std::min(maxRows(vectors, depth, registers), std::max<int64_t>(rows, 1));
  if (rowsAreFree)
    tallest = std::min(tallest, kMaxFreeRows);
  for (int64_t height = tallest; height >= 1; --height) {
    int64_t cost = rowsCost(cutRows(rows, rowsAreFree, height), vectors, depth);
    if (cost < best.cost)
      best = {height, cost};
  }
  return best;
}

std::vector<ColumnRun> planTiles(int64_t rows, bool rowsAreFree, int64_t vectors, int64_t depth,
                                 const RegisterFile &registers) {
  std::vector<ColumnRun> best;
  int64_t bestCost = std::numeric_limits<int64_t>::max();
  for (int64_t width = std::min(kMaxVectors, vectors); width >= 1; --width) {
    if (!fits({1, width}, depth, registers))
      continue;
    std::vector<ColumnRun> plan;
    int64_t cost = 0;
    for (const BlockRun &columns : splitEvenly(vectors, width)) {
      RowChoice choice = chooseRows(rows, rowsAreFree, columns.extent, depth, registers);
      ColumnRun run{columns.extent, columns.count, {}, 0};
      if (rowsAreFree)
        run.freeRows = choice.height;
      else
        run.rows = cutRows(rows, false, choice.height);
      cost += columns.count * choice.cost;
      plan.push_back(std::move(run));
    }
    if (cost < bestCost) {
      bestCost = cost;
      best = std::move(plan);
    }
  }
  return best;
}

} // namespace nnc::emit
