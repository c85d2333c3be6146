// Task t of every group runs on the same thread. So two groups of one task each, or two groups cut alike that keep to
// their own rows, need no barrier between them. A loop is its body again and again: what the end of a step shares with
// the start of the next one needs a barrier at the end of every step.
#include "compiler/Transforms/Barriers.h"
#include "compiler/Analysis/Places.h"
#include "compiler/Analysis/TaskCut.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Storage.h"
#include <array>
#include <map>
#include <tuple>

using namespace mlir;

namespace nnc {
namespace {

struct Access {
  Storage storage;
  bool write, ownRows; // each task keeps to its rows
  int64_t rowEnd;
};

struct Step {
  nn::GroupOp group;
  SmallVector<Access> accesses;
  bool single = false;
};
using Steps = std::vector<const Step *>;

nn::SizeExpr rowsOf(nn::GroupOp group) { return nn::sizeOf(cast<RankedTensorType>(group.getResult(0).getType()), 0); }

// Row r of both lies in row r of the piece of memory that they share.
bool sameRows(const Access &x, const Access &y) {
  return x.ownRows && y.ownRows && !x.storage.strides.empty() && !y.storage.strides.empty() &&
         x.storage.strides[0] == y.storage.strides[0] && x.rowEnd <= x.storage.strides[0] &&
         y.rowEnd <= y.storage.strides[0];
}

// Of accesses to one piece of memory. `loop`: the loop in one step of which both happen.
bool shareMemory(const Access &x, const Access &y, nn::ScanOp loop) {
  bool inStep = loop && x.storage.kind == Storage::Carry && x.storage.value.getDefiningOp() == loop.getOperation();
  return !(inStep && x.storage.buffer != y.storage.buffer);
}

// Tasks of both run on the same threads in the same order.
bool areAlike(nn::GroupOp one, nn::GroupOp other) {
  return one.getTasksAttr() == other.getTasksAttr() && rowsOf(one) == rowsOf(other);
}

// What ran since the last barrier, by the piece of memory that it touches: who is next meets only those of its pieces,
// and reads meet only writes.
class Since {
public:
  void add(const Step *step) {
    all.push_back(step);
    for (const Access &access : step->accesses)
      touched[keyOf(access)][step->single][access.write].push_back({step, &access});
  }
  void add(const Steps &steps) {
    for (const Step *step : steps)
      add(step);
  }
  void clear() {
    all.clear();
    touched.clear();
  }
  const Steps &steps() const { return all; }

  bool clashesWith(const Steps &later, nn::ScanOp loop) const {
    return llvm::any_of(later, [&](const Step *step) {
      return llvm::any_of(step->accesses, [&](const Access &access) { return clashesWith(*step, access, loop); });
    });
  }

private:
  struct Touch {
    const Step *step;
    const Access *access;
  };
  using Key = std::tuple<int, const void *, const void *, int64_t>; // the owner of a piece
  static Key keyOf(const Access &access) {
    const Storage &storage = access.storage;
    return {storage.kind, storage.value.getAsOpaquePointer(), storage.symbol.getAsOpaquePointer(), storage.port};
  }

  bool clashesWith(const Step &step, const Access &access, nn::ScanOp loop) const {
    auto piece = touched.find(keyOf(access));
    if (piece == touched.end())
      return false;
    auto clash = [&](const Touch &earlier) {
      return shareMemory(*earlier.access, access, loop) &&
             !(sameRows(*earlier.access, access) && areAlike(earlier.step->group, step.group));
    };
    // Two groups of one task each are in order without a barrier.
    for (bool single : {false, true})
      for (bool write : {false, true})
        if (!(single && step.single) && (write || access.write) && llvm::any_of(piece->second[single][write], clash))
          return true;
    return false;
  }

  Steps all;
  std::map<Key, std::array<std::array<std::vector<Touch>, 2>, 2>> touched; // [of a single task][written]
};

class Placer {
public:
  void run(nn::EntryOp entry) {
    entry.walk([&](nn::GroupOp group) {
      steps.try_emplace(group, Step{group, accessesOf(group), group.getTasksAttr().isSingle()});
    });
    Since since;
    place(entry.getBody().front(), {}, since);
  }

private:
  SmallVector<Access> accessesOf(nn::GroupOp group) {
    SmallVector<Access> result;
    std::optional<TaskCut> cut = cutIntoTasks(group);
    auto add = [&](Value value, bool write, bool ownRows) {
      Storage storage = storageOf(value, lows);
      if (storage.kind == Storage::Nothing || storage.kind == Storage::Input)
        return; // nobody writes an input
      int64_t end = rowEnd(storage, cast<RankedTensorType>(value.getType()));
      result.push_back({std::move(storage), write, ownRows, end});
    };
    for (auto [at, input] : llvm::enumerate(group.getInputs()))
      add(input, false, cut && cut->inputs[at] == 0);
    for (Value value : group.getResults())
      add(value, true, true);
    return result;
  }

  // `since`: what ran since the last barrier, at entry also what runs before this block.
  void place(Block &block, nn::ScanOp loop, Since &since) {
    Operation *previous = nullptr;
    for (Operation &op : block) {
      if (!isa<nn::GroupOp, nn::ScanOp>(op))
        continue;
      Steps now = stepsOf(&op);
      if (since.clashesWith(now, loop)) {
        setBarrier(previous);
        since.clear();
      }
      if (auto scan = dyn_cast<nn::ScanOp>(op))
        placeInLoop(scan, since);
      else
        since.add(now);
      previous = &op;
    }
  }

  // No step of the loop is in conflict with what `since` holds.
  void placeInLoop(nn::ScanOp scan, Since &since) {
    Since tail;
    Block &body = scan.getBody().front();
    place(body, scan, tail);
    Steps all = stepsOf(scan), head;
    bool any = false;
    for (const Step *step : all) {
      if (!any)
        head.push_back(step);
      any |= endsWithBarrier(nn::GroupOp(step->group), scan);
    }
    if (tail.clashesWith(head, {})) {
      setBarrier(lastItem(body));
      any = true;
      tail.clear();
    }
    if (any)
      since.clear();
    since.add(tail.steps());
  }

  // In the body of `scan`, behind `group` or behind a loop that ends with it.
  static bool endsWithBarrier(nn::GroupOp group, nn::ScanOp scan) {
    bool barrier = group.getBarrier();
    for (Operation *op = group; op->getParentOp() != scan.getOperation(); op = op->getParentOp())
      barrier |= lastItem(*op->getBlock()) == op && op->getParentOp()->hasAttr(kScanBarrierAttr);
    return barrier;
  }

  static Operation *lastItem(Block &block) {
    for (Operation &op : llvm::reverse(block))
      if (isa<nn::GroupOp, nn::ScanOp>(op))
        return &op;
    return nullptr;
  }

  static void setBarrier(Operation *op) {
    if (auto group = dyn_cast<nn::GroupOp>(op))
      group.setBarrier(true);
    else
      op->setAttr(kScanBarrierAttr, UnitAttr::get(op->getContext()));
  }

  Steps stepsOf(Operation *op) {
    Steps result;
    op->walk<WalkOrder::PreOrder>([&](nn::GroupOp group) { result.push_back(&steps.find(group)->second); });
    return result;
  }

  llvm::DenseMap<Operation *, Step> steps;
  StorageLows lows;
};

} // namespace

void placeBarriers(nn::EntryOp entry) { Placer().run(entry); }

} // namespace nnc
