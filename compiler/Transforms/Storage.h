// Which piece of memory holds a value, before the pieces have addresses: what partition and the memory planner agree
// on. After nn-fuse the place of a value follows from the one use that gives it a place: an output, an update, the
// start of a loop, a carry, a stack, a part of a concatenation. A value without such a use is a piece of its own.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace nnc {

struct Storage {
  enum Kind {
    Nothing, // a number that no memory holds (the step)
    Input,   // owner: the argument of the entry
    Symbol,  // owner: the name
    Output,  // owner: the port
    Value,   // owner: the result of a group, of nn.concat, or a stack of nn.scan
    Carry    // owner: the final carry, result of nn.scan; the two buffers together
  } kind = Nothing;
  mlir::Value value; // Input, Value, Carry
  mlir::StringAttr symbol;
  int64_t port = 0;
  /// Of a carry: buffer 0; what step k reads; what it writes; where the last step has written.
  enum Buffer { Start, Read, Write, Final } buffer = Start;

  int64_t offset = 0;                    // elements from the start of the piece
  llvm::SmallVector<int64_t, 4> strides; // elements, one for each dimension; empty where they are no constants
  int64_t reach = 0;                     // how far the steps of loops move it at most, in elements
  bool part = false;                     // not the whole piece
  int stack = -1;                        // what the body yields: in the slice of this stack of its loop,
  int64_t stackOffset = 0;               // which begins here

  bool sameOwner(const Storage &other) const {
    return kind == other.kind && value == other.value && symbol == other.symbol && port == other.port;
  }
};

/// Where the parts of concats and splits begin, of those that were asked for: as long as these do not change.
using StorageLows = llvm::DenseMap<mlir::Operation *, llvm::SmallVector<int64_t>>;

/// Of a value at group level, read or written there.
Storage storageOf(mlir::Value value, StorageLows &lows);

/// The element after the last one of row 0 (of dimension 0), whatever the loops' steps: the row ends there.
int64_t rowEnd(const Storage &storage, mlir::RankedTensorType type);

} // namespace nnc
