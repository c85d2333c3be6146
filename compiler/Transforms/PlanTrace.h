// What a planned entry does to memory, in the order in which it does it: loops as their first steps. Read from the IR
// alone, for nn-verify-plan; nothing here is shared with the planner.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace nnc {

/// A box of elements in one block of memory, in bytes.
struct Box {
  enum Block { State, Workspace, Input, Output } block = Workspace;
  int64_t port = 0; // of inputs and outputs
  int64_t begin = 0, element = 1;
  struct Dim {
    int64_t size, stride;
    bool operator==(const Dim &) const = default;
  };
  llvm::SmallVector<Dim, 4> dims;

  int64_t end() const;
  int64_t rowStride() const; // the largest of its strides, 0 without any
  bool overlaps(const Box &other) const;
  bool operator==(const Box &) const = default;
};

/// Where a value lies, and which writes made it; none: it was there before the entry began.
struct Source {
  Box box;                     // in this step
  Box always;                  // in any step of the loops around
  const void *owner = nullptr; // slices of one stack are known to be at different places
  bool initial = false;
  llvm::SmallVector<unsigned, 2> writes; // ascending

  bool overlaps(const Source &other) const {
    return owner && owner == other.owner ? box.overlaps(other.box) : always.overlaps(other.always);
  }
};

struct Access {
  Source at;
  mlir::Value value; // as the group names it
  bool ownRows;      // task t touches only the rows of task t
};

/// One group in one step of the loops around it.
struct Event {
  nn::GroupOp group; // none for the return
  unsigned epoch;    // groups of one epoch have no barrier between them
  std::vector<Access> reads;
  std::vector<unsigned> writes;
};

struct Write {
  Access access;
  unsigned event;
};

struct PlanTrace {
  std::vector<Event> events; // the last one is the return: it reads what it returns
  std::vector<Write> writes;
};

/// Fails, with an error, where the IR does not say where a value lies or says two places for it.
mlir::FailureOr<PlanTrace> tracePlan(nn::EntryOp entry);

} // namespace nnc
