// Contractions: C[rows][lanes] += broadcast(A) * row(B), with the sums in registers over all terms.
//
// Every element is one chain of fused multiply-adds over ascending k, from `init`, restarted from 0 every 4,096 terms:
// tiles, loop order and register width change nothing of it. Contraction.cpp places the tiles, ContractionTile.cpp
// writes one.
#pragma once

#include "codegen/Conversion/Emit/Emitters.h"
#include "codegen/Conversion/Emit/Evaluate.h"

#include <set>

namespace nnc::emit {

constexpr int64_t kRestart = 4096;    // terms of one chain
constexpr int64_t kExpectedRows = 64; // of a free size without a bound

// One factor and the letters of its dimensions.
struct Factor {
  mlir::Value value;
  std::string letters;
  std::optional<Buffer> merged; // the buffer to read instead, after summed letters were merged
};

// The letters in their roles. `scalar` is the operand of which one element is broadcast, `vector` the one read in
// lanes.
struct Roles {
  std::string outer; // in both operands and the result, or of the vector operand but not its lanes: plain loops
  std::string rows;  // of the scalar operand, flattened: tile rows
  char lanes = 0;
  std::string summed;
};

class ContractionEmitter {
public:
  ContractionEmitter(SpecKernel &kernel, nn::ContractOp op, const EmitTarget &target)
      : kernel(kernel), b(kernel.builder()), op(op), target(target), letters(op.getLetters()),
        type(mlir::cast<mlir::RankedTensorType>(op.getType())) {}

  Declined run();

private:
  struct Tile {
    RegisterTile shape;
    mlir::Value row, column;                            // of its first element
    bool severalHeights = false, severalWidths = false; // other tiles of the kernel differ in them
  };

  bool chooseRoles();
  bool chooseRoles(const Factor &scalarSide, const Factor &vectorSide);
  bool mergeSums(size_t first);
  bool readableInLanes(const Factor &factor, unsigned dim);
  mlir::Value extentOf(char letter);
  std::optional<int64_t> fixedExtent(char letter);
  std::optional<int64_t> largestExtent(char letter);
  void outerLoops(size_t next);
  bool prepare();
  void block();
  void columnRuns(mlir::Value column, int64_t width);
  void rowRuns(const ColumnRun &run, mlir::Value column);
  std::vector<ColumnRun> planColumns(int64_t width);
  void planParts(int64_t width);
  void planKernel();
  void place(RegisterTile shape, mlir::Value row, mlir::Value column);

  // ContractionTile.cpp: the code of one tile.
  void emitTile(const Tile &tile);
  mlir::Value registers(const Tile &tile, llvm::StringRef name);
  void each(const Tile &tile, llvm::function_ref<void(mlir::Value, mlir::Value)> body);
  void eachRow(const Tile &tile, llvm::function_ref<void(mlir::Value)> body);
  void eachVector(const Tile &tile, llvm::function_ref<void(mlir::Value)> body);
  llvm::SmallVector<mlir::Value> spot(const Tile &tile, mlir::Value m, mlir::Value n);
  mlir::Value load(const Tile &tile, mlir::Value registers, mlir::Value m, mlir::Value n);
  void store(const Tile &tile, mlir::Value value, mlir::Value registers, mlir::Value m, mlir::Value n);
  void startTile(const Tile &tile, mlir::Value accumulators, bool fromInit);
  void sumTerms(const Tile &tile, mlir::Value accumulators, Range terms);
  void sumTurn(const Tile &tile, mlir::Value accumulators, mlir::Value term);
  void sumRestarting(const Tile &tile, mlir::Value accumulators, mlir::Value depth);
  void sumNested(const Tile &tile, mlir::Value accumulators, size_t next);
  void sumBlocks(const Tile &tile, mlir::Value accumulators);
  void finishTile(const Tile &tile, mlir::Value accumulators);
  void assignRow(mlir::Value row);
  Point pointOf(const std::string &which) const;
  Point resultPoint(mlir::Value row, mlir::Value column);
  mlir::Value maskAt(mlir::Value column);
  mlir::Value read(const Factor &factor, const Point &point);
  mlir::Value check(Evaluator &evaluator, mlir::Value value);
  bool decline(llvm::StringRef why) {
    reason = why.str();
    return false;
  }

  SpecKernel &kernel;
  KernelBuilder &b;
  nn::ContractOp op;
  const EmitTarget &target;
  nn::ContractSpec letters;
  mlir::RankedTensorType type;
  Roles roles;
  Factor lhs, rhs;
  const Factor *scalar = nullptr, *vector = nullptr;
  std::map<char, mlir::Value> at; // the index of each letter, where the emitter stands
  char cutLetter = 0;             // along which tasks are cut
  Range rows;                     // of this task, flattened
  std::optional<int64_t> fixedRows;
  int64_t expectedRows = kExpectedRows, expectedDepth = 1;
  bool restarts = false; // several summed letters may have more terms than one chain
  mlir::Value columnEnd; // logical extent of the lanes
  bool partial = false;  // the block in work ends inside a vector
  // Parts of the kernel: the heights and widths of its tiles, and those of the block that ends inside a vector.
  std::set<int64_t> heights, widths, edgeHeights;
  int64_t parts = 0;        // places where a tile stands
  bool columnMoves = false; // tiles stand at several columns,
  int64_t columnStep = 0;   // which are multiples of this
  std::string reason;
};

} // namespace nnc::emit
