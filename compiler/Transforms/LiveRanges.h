// From when to when each piece of the workspace is in use, in places of the fixed order of groups.
#pragma once
#include "compiler/Transforms/Storage.h"
#include "llvm/ADT/MapVector.h"
#include <map>
#include <vector>

namespace nnc {

/// The memory of a value that is computed, or one of the two buffers of a carry.
struct LivePiece {
  mlir::Value value;
  unsigned buffer = 0;
  int64_t first = 0, last = 0; // groups, counted in program order through the bodies of loops
  bool saved = false;          // kept from forward for backward
};

class LiveRanges {
public:
  explicit LiveRanges(nn::EntryOp entry);

  const std::vector<LivePiece> &pieces() const { return all; }
  /// The number of the piece; for a carry that of buffer 0 or, behind the loop, of the last one.
  size_t pieceOf(const Storage &storage) const;
  size_t pieceOf(mlir::Value carry, unsigned buffer) const { return numbers.at({carry.getAsOpaquePointer(), buffer}); }

private:
  struct Loop {
    int64_t first, last;
    bool backward;
  };
  void number(nn::EntryOp entry);
  void findEpochs();
  void touch(nn::GroupOp group, mlir::Value value, bool write);
  void touch(mlir::Value piece, unsigned buffer, nn::GroupOp group, bool write);

  std::vector<nn::GroupOp> groups;
  llvm::DenseMap<mlir::Operation *, int64_t> position;
  llvm::MapVector<mlir::Operation *, Loop> loops;
  std::vector<std::pair<int64_t, int64_t>> epochs; // first and last group that may run together with each
  std::vector<LivePiece> all;
  std::vector<std::pair<bool, bool>> crosses; // written by forward, read by backward
  std::map<std::pair<const void *, unsigned>, size_t> numbers;
  StorageLows lows;
};

} // namespace nnc
