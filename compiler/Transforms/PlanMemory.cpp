// nn-plan-memory: where every value lives, in the state block or in the workspace of a call.
#include "compiler/Analysis/Arena.h"
#include "compiler/Analysis/Places.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/LiveRanges.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "compiler/Transforms/Storage.h"

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
      : entry(entry), state(state), ranges(nn::rangesOf(entry)), live(entry) {}

  LogicalResult run() {
    if (failed(checkBounds()))
      return failure();
    planWorkspace();
    entry.getBody().walk([&](Operation *op) {
      if (auto group = dyn_cast<nn::GroupOp>(op))
        group.setIntoAttr(placesOf(group.getResults()));
      else if (auto concat = dyn_cast<nn::ConcatOp>(op); concat && !concat->getParentOfType<nn::GroupOp>())
        concat->setAttr(kIntoAttr, placeOf(concat.getY()));
      else if (auto scan = dyn_cast<nn::ScanOp>(op))
        placeLoop(scan);
    });
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

  // Outputs and committed updates have a place already; every other piece gets one in the workspace.
  void planWorkspace() {
    std::vector<ArenaBlock> blocks;
    int64_t unshared = 0;
    for (const LivePiece &piece : live.pieces()) {
      int64_t bytes = nn::maxBufferBytes(cast<RankedTensorType>(piece.value.getType()), ranges).value_or(0);
      blocks.push_back({bytes, piece.first, piece.last});
      unshared += arenaBytes(bytes);
    }
    ArenaPlan plan = planArena(blocks);
    offsets = plan.offsets;
    entry.setWorkBytes(plan.bytes);
    remarkPassed(entry.getLoc(), "memory",
                 "'" + entry.getSymName() + "' works in " + Twine(plan.bytes) + " bytes; without sharing " +
                     Twine(unshared));
  }

  ArrayAttr placesOf(ResultRange values) {
    SmallVector<Attribute> into;
    for (Value value : values)
      into.push_back(placeOf(value));
    return ArrayAttr::get(entry.getContext(), into);
  }

  nn::BufAttr placeOf(Value value) {
    MLIRContext *context = entry.getContext();
    Storage storage = storageOf(value, lows);
    int64_t element = nn::elementBytes(cast<RankedTensorType>(value.getType()).getElementType());
    int64_t within = storage.offset * element;
    ArrayRef<int64_t> strides = storage.part ? ArrayRef<int64_t>(storage.strides) : ArrayRef<int64_t>();
    std::optional<int64_t> offset = storage.part ? std::optional(within) : std::nullopt;
    if (storage.stack >= 0)
      return nn::BufAttr::get(context, nn::Region::stack, storage.stack, within - storage.stackOffset * element,
                              strides);
    switch (storage.kind) {
    case Storage::Nothing:
    case Storage::Input:
      break;
    case Storage::Output:
      return nn::BufAttr::get(context, nn::Region::output, storage.port, offset, strides);
    case Storage::Symbol: {
      const StatePlace &place = state.find(storage.symbol.getValue())->second;
      return nn::BufAttr::get(context, place.region, place.slot, place.offset + within, strides);
    }
    case Storage::Carry:
      if (storage.buffer == Storage::Write)
        return nn::BufAttr::get(context, nn::Region::carry, cast<OpResult>(storage.value).getResultNumber(), within,
                                strides);
      return inWorkspace(live.pieceOf(storage), within, strides);
    case Storage::Value:
      return inWorkspace(live.pieceOf(storage), within, strides);
    }
    return nn::BufAttr::get(context, nn::Region::scratch, 0, std::nullopt);
  }

  nn::BufAttr inWorkspace(size_t piece, int64_t within, ArrayRef<int64_t> strides) {
    nn::Region region = live.pieces()[piece].saved ? nn::Region::saved : nn::Region::scratch;
    return nn::BufAttr::get(entry.getContext(), region, piece, offsets[piece] + within, strides);
  }

  void placeLoop(nn::ScanOp scan) {
    Builder builder(entry.getContext());
    SmallVector<Attribute> carries, stacks;
    for (Value carry : scan.finalCarries()) {
      Attribute first = inWorkspace(live.pieceOf(carry, 0), 0, {}), second = inWorkspace(live.pieceOf(carry, 1), 0, {});
      carries.push_back(builder.getArrayAttr({first, second}));
    }
    for (Value stack : scan.stacks())
      stacks.push_back(placeOf(stack));
    scan->setAttr(kCarriesAttr, builder.getArrayAttr(carries));
    scan->setAttr(kStacksAttr, builder.getArrayAttr(stacks));
  }

  nn::EntryOp entry;
  const StatePlaces &state;
  nn::SizeRanges ranges;
  LiveRanges live;
  StorageLows lows;
  std::vector<int64_t> offsets; // of the pieces
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
