// nn-plan-memory: where every value lives, in the state block or in the workspace of a call.
#include "compiler/Analysis/Arena.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_PLANMEMORY
#include "compiler/Transforms/Passes.h.inc"

namespace {

constexpr StringLiteral stateBytesName = "nn.state_bytes";

struct StatePlace {
  nn::Region region;
  int64_t slot, offset;
};
using StatePlaces = llvm::StringMap<StatePlace>;

// Parameters and states as they stand in the module, logical and row-major; then the copies derived from them.
class StatePlanner {
public:
  explicit StatePlanner(ModuleOp module) : module(module) {}

  StatePlaces run() {
    for (Operation &op : *module.getBody()) {
      if (auto param = dyn_cast<nn::ParamOp>(op))
        place(param, nn::Region::state);
      if (auto state = dyn_cast<nn::StateOp>(op))
        place(state, nn::Region::state);
    }
    for (auto copy : module.getOps<nn::DerivedOp>())
      place(copy, nn::Region::derived);
    Builder builder(module.getContext());
    module->setAttr(stateBytesName, builder.getI64IntegerAttr(bytes));
    return std::move(places);
  }

private:
  template <typename Op> void place(Op op, nn::Region region) {
    places[op.getSymName()] = {region, int64_t(places.size()), bytes};
    op.setOffset(bytes);
    bytes += arenaBytes(nn::bufferBytes(cast<RankedTensorType>(op.getType()), {}).value_or(0));
  }

  ModuleOp module;
  StatePlaces places;
  int64_t bytes = 0;
};

class EntryPlanner {
public:
  EntryPlanner(nn::EntryOp entry, const StatePlaces &state)
      : entry(entry), state(state), ranges(nn::rangesOf(entry)), groups(groupsOf(entry)) {}

  LogicalResult run() {
    if (failed(checkBounds()))
      return failure();
    fixPlaces();
    findEpochs();
    planWorkspace();
    for (nn::GroupOp group : groups) {
      SmallVector<Attribute> into;
      for (Value value : group.getResults())
        into.push_back(places.lookup(value));
      group.setIntoAttr(ArrayAttr::get(entry.getContext(), into));
    }
    return success();
  }

private:
  LogicalResult checkBounds() {
    for (const auto &[name, range] : ranges)
      if (!range.max)
        return entry.emitError("the free size '")
               << name << "' of '" << entry.getSymName() << "' has no bound: memory cannot be planned";
    return success();
  }

  // Outputs and committed updates have a place already.
  void fixPlaces() {
    nn::ReturnOp ret = returnOf(entry);
    MLIRContext *context = entry.getContext();
    for (auto [index, value] : llvm::enumerate(ret.getOutputs()))
      places[value] = nn::BufAttr::get(context, nn::Region::output, index, std::nullopt);
    for (auto [index, value] : llvm::enumerate(ret.getUpdates())) {
      const StatePlace &place = state.find(cast<FlatSymbolRefAttr>((*ret.getTargets())[index]).getValue())->second;
      places[value] = nn::BufAttr::get(context, place.region, place.slot, place.offset);
    }
  }

  // Between two barriers groups may run at the same time, unless each of them is a single task: those stay in order.
  void findEpochs() {
    epochs.resize(groups.size());
    for (size_t begin = 0; begin < groups.size();) {
      size_t end = begin;
      bool parallel = !groups[end].getTasksAttr().isSingle();
      while (!groups[end].getBarrier() && end + 1 < groups.size())
        parallel |= !groups[++end].getTasksAttr().isSingle();
      for (size_t index = begin; index <= end; ++index)
        epochs[index] = parallel ? std::pair(begin, end) : std::pair(index, index);
      begin = end + 1;
    }
  }

  // A value lives from its group to its last reader, both stretched to all groups that may run at the same time.
  void planWorkspace() {
    llvm::DenseMap<Operation *, size_t> position;
    for (auto [index, group] : llvm::enumerate(groups))
      position[group] = index;
    std::vector<ArenaBlock> blocks;
    SmallVector<Value> values;
    for (auto [index, group] : llvm::enumerate(groups))
      for (Value value : group.getResults()) {
        if (places.contains(value))
          continue;
        size_t last = index;
        for (Operation *user : value.getUsers())
          if (auto it = position.find(user); it != position.end())
            last = std::max(last, it->second);
        int64_t bytes = nn::maxBufferBytes(cast<RankedTensorType>(value.getType()), ranges).value_or(0);
        blocks.push_back({bytes, int64_t(epochs[index].first), int64_t(epochs[last].second)});
        values.push_back(value);
      }
    ArenaPlan plan = planArena(blocks);
    int64_t unshared = 0;
    for (auto [index, value] : llvm::enumerate(values)) {
      places[value] = nn::BufAttr::get(entry.getContext(), regionOf(value), index, plan.offsets[index]);
      unshared += arenaBytes(blocks[index].bytes);
    }
    entry.setWorkBytes(plan.bytes);
    remarkPassed(entry.getLoc(), "memory",
                 "'" + entry.getSymName() + "' works in " + Twine(plan.bytes) + " bytes; without sharing " +
                     Twine(unshared));
  }

  // Both kinds are in one block; the name says whether the value was kept from forward for backward.
  nn::Region regionOf(Value value) {
    if (isBackward(value.getDefiningOp()))
      return nn::Region::scratch;
    return llvm::any_of(value.getUsers(), isBackward) ? nn::Region::saved : nn::Region::scratch;
  }
  static bool isBackward(Operation *op) {
    bool found = false;
    op->getLoc()->walk([&](Location loc) {
      auto fused = dyn_cast<FusedLoc>(loc);
      auto kind = fused ? dyn_cast_if_present<StringAttr>(fused.getMetadata()) : StringAttr();
      found |= kind && kind.getValue() == "grad";
      return WalkResult::advance();
    });
    return found;
  }

  nn::EntryOp entry;
  const StatePlaces &state;
  nn::SizeRanges ranges;
  SmallVector<nn::GroupOp> groups;
  std::vector<std::pair<size_t, size_t>> epochs; // first and last group that may run together with each
  llvm::DenseMap<Value, Attribute> places;
};

struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    StatePlaces state = StatePlanner(getOperation()).run();
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      if (failed(EntryPlanner(entry, state).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
