// nn-verify-plan: proves that a plan is safe. It reads only what the IR says and shares no code with the planner.
#include "compiler/Analysis/TaskCut.h"
#include "compiler/Transforms/Passes.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_VERIFYPLAN
#include "compiler/Transforms/Passes.h.inc"

namespace {

// Bytes [begin, end) of one block of memory; outputs are blocks of their own.
struct Bytes {
  enum Block { State, Workspace, Output } block;
  int64_t port, begin, end;

  bool overlaps(const Bytes &other) const {
    return block == other.block && port == other.port && begin < other.end && other.begin < end;
  }
};

struct Use {
  Bytes bytes;
  Value value;
  bool ownRows; // task t touches only the rows of task t
};

// One group with everything it reads and writes.
struct Step {
  nn::GroupOp group;
  unsigned epoch; // groups of one epoch have no barrier between them
  std::vector<Use> reads, writes;
};

class Checker {
public:
  explicit Checker(nn::EntryOp entry) : entry(entry), ranges(nn::rangesOf(entry)) {}

  LogicalResult run() {
    if (failed(collect()) || failed(checkReturn()))
      return failure();
    for (size_t later = 0; later < steps.size(); ++later) {
      if (failed(checkReads(later)))
        return failure();
      for (size_t earlier = 0; earlier < later; ++earlier)
        if (failed(checkRace(steps[earlier], steps[later])))
          return failure();
    }
    return success();
  }

private:
  LogicalResult collect() {
    unsigned epoch = 0;
    for (Operation &op : entry.getBody().front().without_terminator()) {
      if (isa<nn::GetOp>(op))
        continue;
      auto group = dyn_cast<nn::GroupOp>(op);
      if (!group)
        return op.emitError("plan: an op outside of a group");
      if (!group.getInto() || !group.getTasks())
        return group.emitError("plan: a group without 'into' or 'tasks'");
      if (failed(collectGroup(group, epoch)))
        return failure();
      epoch += group.getBarrier();
    }
    return success();
  }

  LogicalResult collectGroup(nn::GroupOp group, unsigned epoch) {
    Step step{group, epoch, {}, {}};
    std::optional<TaskCut> cut = cutIntoTasks(group);
    if (!cut && !group.getTasksAttr().isSingle())
      return group.emitError("plan: tasks of this group would read what another task computes");
    for (auto [index, input] : llvm::enumerate(group.getInputs()))
      if (std::optional<Bytes> bytes = bytesOf(input))
        step.reads.push_back({*bytes, input, cut && cut->inputs[index] == 0});
    for (auto [value, into] : llvm::zip_equal(group.getResults(), *group.getInto())) {
      std::optional<Bytes> bytes = bytesAt(cast<nn::BufAttr>(into), value.getType());
      if (!bytes)
        return group.emitError("plan: a result without a place");
      if (bytes->block != Bytes::Output && (bytes->begin % 64 != 0 || bytes->end > limitOf(bytes->block)))
        return group.emitError("plan: a result is not aligned or beyond its block");
      for (const Use &other : step.writes)
        if (other.bytes.overlaps(*bytes))
          return group.emitError("plan: two results of a group overlap");
      step.writes.push_back({*bytes, value, true});
      places[value] = *bytes;
    }
    steps.push_back(std::move(step));
    return success();
  }

  int64_t limitOf(Bytes::Block block) {
    if (block == Bytes::Workspace)
      return entry.getWorkBytes().value_or(0);
    auto bytes = entry->getParentOfType<ModuleOp>()->getAttrOfType<IntegerAttr>("nn.state_bytes");
    return bytes ? bytes.getInt() : 0;
  }

  std::optional<Bytes> bytesAt(nn::BufAttr at, Type type) {
    int64_t size = nn::maxBufferBytes(cast<RankedTensorType>(type), ranges).value_or(0);
    if (at.getRegion() == nn::Region::output)
      return Bytes{Bytes::Output, at.getSlot(), 0, size};
    if (!at.getOffset() || at.getRegion() == nn::Region::input)
      return std::nullopt;
    bool state = at.getRegion() == nn::Region::state || at.getRegion() == nn::Region::derived;
    return Bytes{state ? Bytes::State : Bytes::Workspace, 0, *at.getOffset(), *at.getOffset() + size};
  }

  // Where an input lies: nothing for inputs of the entry, which nobody writes.
  std::optional<Bytes> bytesOf(Value value) {
    if (auto get = value.getDefiningOp<nn::GetOp>())
      return bytesOfSymbol(get.getSource(), value.getType());
    auto it = places.find(value);
    return it == places.end() ? std::nullopt : std::optional(it->second);
  }
  std::optional<Bytes> bytesOfSymbol(StringRef symbol, Type type) {
    Operation *op = SymbolTable::lookupNearestSymbolFrom(entry, StringAttr::get(entry.getContext(), symbol));
    auto offset = op ? op->getAttrOfType<IntegerAttr>("offset") : IntegerAttr();
    int64_t size = nn::bufferBytes(cast<RankedTensorType>(type), {}).value_or(0);
    return Bytes{Bytes::State, 0, offset ? offset.getInt() : -1, (offset ? offset.getInt() : -1) + size};
  }

  // Outputs lie in their port, updates over their symbol.
  LogicalResult checkReturn() {
    auto ret = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
    for (auto [index, value] : llvm::enumerate(ret.getOutputs())) {
      auto it = places.find(value);
      if (it == places.end() || it->second.block != Bytes::Output || it->second.port != int64_t(index))
        return ret.emitError("plan: output ") << index << " is not computed into its port";
    }
    for (auto [index, value] : llvm::enumerate(ret.getUpdates())) {
      StringRef symbol = cast<FlatSymbolRefAttr>((*ret.getTargets())[index]).getValue();
      auto it = places.find(value);
      Bytes own = *bytesOfSymbol(symbol, value.getType());
      if (it == places.end() || it->second.block != Bytes::State || it->second.begin != own.begin)
        return ret.emitError("plan: the update of '") << symbol << "' is not computed over it";
    }
    return success();
  }

  // Nothing may have been written over a value since it was computed, or over state since the entry began.
  LogicalResult checkReads(size_t reader) {
    for (const Use &read : steps[reader].reads) {
      bool fresh = isa_and_present<nn::GetOp>(read.value.getDefiningOp());
      for (size_t index = 0; index <= reader; ++index) {
        if (read.value.getDefiningOp() == steps[index].group.getOperation()) {
          fresh = true;
          continue;
        }
        if (!fresh && read.bytes.block != Bytes::State)
          continue;
        for (const Use &write : steps[index].writes)
          if (write.bytes.overlaps(read.bytes) && !(index == reader && replaces(steps[index].group, write, read)))
            return report(steps[reader].group, "reads bytes that", steps[index].group, "has overwritten");
      }
      if (!fresh)
        return steps[reader].group.emitError("plan: a value is read before it is computed");
    }
    return success();
  }

  // Inside one group only an update op may write over what it reads: exactly the operand that it replaces.
  static bool replaces(nn::GroupOp group, const Use &write, const Use &read) {
    if (write.bytes.begin != read.bytes.begin || write.bytes.end != read.bytes.end)
      return false;
    Block &body = group.getBody().front();
    unsigned at = cast<OpResult>(write.value).getResultNumber();
    auto inner = dyn_cast<OpResult>(body.getTerminator()->getOperand(at));
    if (!inner || !isa<nn::SgdOp, nn::AdamOp>(inner.getOwner()))
      return false;
    OpOperand *tied = nn::tiedOperand(inner);
    auto arg = tied ? dyn_cast<BlockArgument>(tied->get()) : BlockArgument();
    return arg && group.getInputs()[arg.getArgNumber()] == read.value && arg.hasOneUse();
  }

  // Without a barrier between them two groups may run at the same time on different threads.
  LogicalResult checkRace(Step &a, Step &b) {
    nn::TasksAttr first = a.group.getTasksAttr(), second = b.group.getTasksAttr();
    if (a.epoch != b.epoch || (first.isSingle() && second.isSingle()))
      return success();
    bool alike = first == second && sameRows(a.group, b.group);
    auto clash = [&](ArrayRef<Use> left, ArrayRef<Use> right) {
      for (const Use &x : left)
        for (const Use &y : right)
          if (x.bytes.overlaps(y.bytes) && !(alike && x.ownRows && y.ownRows && sameBytes(x, y)))
            return true;
      return false;
    };
    if (clash(a.writes, b.reads) || clash(a.reads, b.writes) || clash(a.writes, b.writes))
      return report(b.group, "shares memory with", a.group, "and no barrier is between them");
    return success();
  }
  static bool sameBytes(const Use &x, const Use &y) {
    return x.bytes.begin == y.bytes.begin && x.value.getType() == y.value.getType();
  }
  static bool sameRows(nn::GroupOp a, nn::GroupOp b) {
    auto rows = [](nn::GroupOp group) { return nn::sizeOf(cast<RankedTensorType>(group.getResult(0).getType()), 0); };
    return a.getTasksAttr().isSingle() || rows(a) == rows(b);
  }

  static LogicalResult report(nn::GroupOp at, StringRef text, nn::GroupOp other, StringRef rest) {
    InFlightDiagnostic diagnostic = at.emitError("plan: this group ") << text << " another one " << rest;
    diagnostic.attachNote(other.getLoc()) << "the other group";
    return diagnostic;
  }

  nn::EntryOp entry;
  nn::SizeRanges ranges;
  std::vector<Step> steps;
  llvm::DenseMap<Value, Bytes> places;
};

struct VerifyPlan : impl::VerifyPlanBase<VerifyPlan> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      if (failed(Checker(entry).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace nnc
