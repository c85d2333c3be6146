// nn-partition: cuts groups into tasks and puts barriers between groups that need them.
#include "compiler/Analysis/Cost.h"
#include "compiler/Analysis/TaskCut.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_PARTITION
#include "compiler/Transforms/Passes.h.inc"

namespace {

// About five microseconds of one core: less work is not worth waking another one.
constexpr int64_t taskCost = 512 * 1024;
constexpr int64_t mostTasks = 8;
constexpr int64_t chunkUnit = 32; // rows: enough for full register tiles

// Rows of a task for `extent` rows that cost `cost` together; `extent` = one task.
int64_t chooseChunk(int64_t extent, int64_t cost) {
  int64_t tasks = std::clamp<int64_t>(cost / taskCost, 1, mostTasks);
  int64_t chunk = llvm::alignTo(llvm::divideCeil(extent, tasks), chunkUnit);
  return std::min(chunk, extent);
}

// One use of memory by a group: the value or symbol, whether it is written, and whether each task keeps to its rows.
struct Access {
  void *place;
  bool write, ownRows;
};

class Partitioner {
public:
  explicit Partitioner(nn::EntryOp entry) : entry(entry), ranges(nn::rangesOf(entry)), groups(groupsOf(entry)) {}

  LogicalResult run() {
    for (nn::GroupOp group : groups)
      if (failed(checkSizes(group)))
        return failure();
    for (nn::GroupOp group : groups)
      cuts.push_back(cutIntoTasks(group));
    chooseBatchChunks();
    for (auto [group, cut] : llvm::zip_equal(groups, cuts))
      group.setTasksAttr(chooseTasks(group, cut));
    placeBarriers();
    return success();
  }

private:
  LogicalResult checkSizes(nn::GroupOp group) {
    WalkResult result = group.getBody().walk([&](Operation *op) {
      for (Type type : op->getResultTypes())
        for (auto [dim, size] : llvm::enumerate(nn::sizesOf(cast<RankedTensorType>(type))))
          if (!size.isConstant() && (dim > 0 || !isPlainSize(size))) {
            op->emitError("E0360: the size `") << size.str() << "` is free when the program runs, and not the "
                                               << "outermost axis here: this comes in a later version";
            return WalkResult::interrupt();
          }
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  static bool isPlainSize(const nn::SizeExpr &size) {
    return size.getSymbols().size() == 1 && isa<AffineSymbolExpr>(size.getExpr());
  }

  static nn::SizeExpr rowsOf(nn::GroupOp group) {
    return nn::sizeOf(cast<RankedTensorType>(group.getResult(0).getType()), 0);
  }

  // All groups along one free size are cut alike, as the most expensive of them needs it: so the rows of a task stay
  // on one core from group to group, and no barrier is needed between them.
  void chooseBatchChunks() {
    for (auto [group, cut] : llvm::zip_equal(groups, cuts)) {
      if (!cut || rowsOf(group).isConstant())
        continue;
      std::string name = rowsOf(group).str();
      int64_t extent = rowsOf(group).upperBound(ranges).value_or(1);
      int64_t chunk = chooseChunk(extent, costOf(group, ranges));
      auto [it, fresh] = batchChunks.try_emplace(name, chunk);
      it->second = std::min(it->second, chunk);
    }
  }

  nn::TasksAttr chooseTasks(nn::GroupOp group, const std::optional<TaskCut> &cut) {
    MLIRContext *context = group.getContext();
    auto single = nn::TasksAttr::get(context, StringAttr(), -1, 1);
    if (!cut)
      return single;
    nn::SizeExpr rows = rowsOf(group);
    int64_t extent = rows.upperBound(ranges).value_or(1);
    int64_t chunk = rows.isConstant() ? chooseChunk(extent, costOf(group, ranges)) : batchChunks.lookup(rows.str());
    if (chunk >= extent)
      return single;
    remarkPassed(group.getLoc(), "partition",
                 Twine(llvm::divideCeil(extent, chunk)) + " tasks of " + Twine(chunk) + " of " + rows.str());
    if (rows.isConstant())
      return nn::TasksAttr::get(context, StringAttr(), 0, chunk);
    return nn::TasksAttr::get(context, StringAttr::get(context, rows.str()), -1, chunk);
  }

  // Task t of every group runs on the same thread. So two groups of one task each, or two groups cut alike that keep
  // to their own rows, need no barrier between them.
  void placeBarriers() {
    std::vector<std::pair<nn::GroupOp, SmallVector<Access>>> since;
    for (auto [index, group] : llvm::enumerate(groups)) {
      SmallVector<Access> now = accessesOf(index);
      bool clash =
          llvm::any_of(since, [&](auto &earlier) { return conflicts(earlier.first, earlier.second, group, now); });
      if (clash) {
        groups[index - 1].setBarrier(true);
        since.clear();
      }
      since.push_back({group, std::move(now)});
    }
  }

  SmallVector<Access> accessesOf(unsigned index) {
    nn::GroupOp group = groups[index];
    SmallVector<Access> result;
    for (auto [at, input] : llvm::enumerate(group.getInputs()))
      if (void *place = placeOf(input))
        result.push_back({place, false, cuts[index] && cuts[index]->inputs[at] == 0});
    for (Value value : group.getResults()) {
      result.push_back({value.getAsOpaquePointer(), true, true});
      if (void *state = committedTo(value))
        result.push_back({state, true, true});
    }
    return result;
  }

  // State is one place whether read or committed; inputs of the entry are never written.
  static void *placeOf(Value value) {
    if (auto get = value.getDefiningOp<nn::GetOp>())
      return const_cast<void *>(get.getSourceAttr().getAsOpaquePointer());
    return value.getDefiningOp<nn::GroupOp>() ? value.getAsOpaquePointer() : nullptr;
  }
  void *committedTo(Value value) {
    nn::ReturnOp ret = returnOf(entry);
    for (auto [index, update] : llvm::enumerate(ret.getUpdates()))
      if (update == value)
        return const_cast<void *>((*ret.getTargets())[index].getAsOpaquePointer());
    return nullptr;
  }

  static bool conflicts(nn::GroupOp a, ArrayRef<Access> first, nn::GroupOp b, ArrayRef<Access> second) {
    bool single = a.getTasksAttr().isSingle() && b.getTasksAttr().isSingle();
    bool alike = a.getTasksAttr() == b.getTasksAttr() && rowsOfOrNone(a) == rowsOfOrNone(b);
    for (const Access &x : first)
      for (const Access &y : second)
        if (x.place == y.place && (x.write || y.write) && !single && !(alike && x.ownRows && y.ownRows))
          return true;
    return false;
  }
  static nn::SizeExpr rowsOfOrNone(nn::GroupOp group) {
    return group.getTasksAttr().isSingle() ? nn::SizeExpr() : rowsOf(group);
  }

  nn::EntryOp entry;
  nn::SizeRanges ranges;
  SmallVector<nn::GroupOp> groups;
  std::vector<std::optional<TaskCut>> cuts;
  llvm::StringMap<int64_t> batchChunks;
};

struct Partition : impl::PartitionBase<Partition> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      if (failed(Partitioner(entry).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
