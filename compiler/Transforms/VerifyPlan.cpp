// nn-verify-plan: proves that a plan is safe. It reads only what the IR says and shares no code with the planner.
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/PlanPlaces.h"
#include <array>
#include <map>
#include <utility>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_VERIFYPLAN
#include "compiler/Transforms/Passes.h.inc"

namespace {

class Checker {
public:
  Checker(nn::EntryOp entry, const PlanTrace &trace) : entry(entry), trace(trace) {
    for (auto [id, write] : llvm::enumerate(trace.writes)) {
      placeOfWrite.push_back(written.idOf(write.access.at));
      writesAt.resize(written.size());
      writesAt[placeOfWrite.back()].push_back(id);
    }
    for (const Event &event : trace.events)
      for (const Access &read : event.reads)
        readAt.idOf(read.at);
    written.sort();
    readAt.sort();
    findMeetings();
  }

  LogicalResult run() {
    unsigned epoch = 0;
    for (const Event &event : trace.events) {
      if (failed(checkReads(event)))
        return failure();
      if (std::exchange(epoch, event.epoch) != event.epoch)
        forgetEpoch();
      if (failed(checkRaces(event)))
        return failure();
    }
    return success();
  }

private:
  // Nothing may have been written over a value since it was computed, or over state since the entry began.
  LogicalResult checkReads(const Event &reader) {
    auto until = [&](const Write &write) { return write.event <= unsigned(&reader - trace.events.data()); };
    unsigned end = llvm::partition_point(trace.writes, until) - trace.writes.begin();
    for (const Access &read : reader.reads) {
      ArrayRef<unsigned> own = read.at.writes;
      unsigned from = own.empty() ? 0 : own.front(), first = end;
      for (unsigned place : writesOfRead[readAt.idOf(read.at)]) {
        ArrayRef<unsigned> ids = writesAt[place];
        for (const unsigned *id = llvm::lower_bound(ids, from); id != ids.end() && *id < first; ++id)
          if (!llvm::binary_search(own, *id) && !isReplacement(*id, reader, read))
            first = *id;
      }
      if (first < end)
        return report(reader.group, "reads bytes that", trace.writes[first].access.value, "has overwritten");
    }
    return success();
  }

  void findMeetings() {
    writesOfRead.resize(readAt.size());
    readsOfWrite.resize(written.size());
    for (unsigned read = 0; read < readAt.size(); ++read) {
      writesOfRead[read] = written.meeting(readAt[read]);
      for (unsigned write : writesOfRead[read])
        readsOfWrite[write].push_back(read);
    }
    for (unsigned write = 0; write < written.size(); ++write)
      writesOfWrite.push_back(written.meeting(written[write]));
    ranRead.resize(readAt.size());
    ranWrite.resize(written.size());
  }

  bool isReplacement(unsigned write, const Event &reader, const Access &read) const {
    return llvm::is_contained(reader.writes, write) && replaces(trace.writes[write].access, read);
  }

  // Inside one group only an update op may write over what it reads: exactly the operand that it replaces.
  static bool replaces(const Access &write, const Access &read) {
    if (write.at.box != read.at.box)
      return false;
    auto result = cast<OpResult>(write.value);
    auto group = cast<nn::GroupOp>(result.getOwner());
    Block &body = group.getBody().front();
    auto inner = dyn_cast<OpResult>(body.getTerminator()->getOperand(result.getResultNumber()));
    if (!inner || !isa<nn::SgdOp, nn::AdamOp>(inner.getOwner()))
      return false;
    OpOperand *tied = nn::tiedOperand(inner);
    auto arg = tied ? dyn_cast<BlockArgument>(tied->get()) : BlockArgument();
    return arg && group.getInputs()[arg.getArgNumber()] == read.value && arg.hasOneUse();
  }

  void forgetEpoch() {
    for (const Event *event : together)
      touch(*event, [](Ran &ran) { ran = {}; });
    together.clear();
    known.clear();
  }

  // Every event against those of its epoch that touch the same memory, the same one (in another step of a loop) once.
  LogicalResult checkRaces(const Event &event) {
    if (!event.group)
      return success();
    std::vector<unsigned> key;
    for (const Access &read : event.reads)
      key.push_back(readAt.idOf(read.at));
    for (unsigned id : event.writes)
      key.push_back(placeOfWrite[id]);
    auto [at, isNew] = known.try_emplace({event.group, std::move(key)}, Known{&event});
    if (!isNew)
      return std::exchange(at->second.again, true) ? success() : checkRace(*at->second.first, event);
    for (unsigned earlier : meetingEvents(event))
      if (failed(checkRace(*together[earlier], event)))
        return failure();
    bool single = isSingle(event);
    touch(event, [&](Ran &ran) { ran[single].push_back(together.size()); });
    together.push_back(&event);
    return success();
  }

  // Numbers in `together` of those that may race with `event`: one of both writes where the other one reads or writes,
  // and not both are one task.
  std::vector<unsigned> meetingEvents(const Event &event) {
    std::vector<unsigned> found;
    auto add = [&](const Ran &ran) {
      for (bool single : {false, true})
        if (!single || !isSingle(event))
          llvm::append_range(found, ran[single]);
    };
    for (const Access &read : event.reads)
      for (unsigned place : writesOfRead[readAt.idOf(read.at)])
        add(ranWrite[place]);
    for (unsigned id : event.writes) {
      for (unsigned place : writesOfWrite[placeOfWrite[id]])
        add(ranWrite[place]);
      for (unsigned place : readsOfWrite[placeOfWrite[id]])
        add(ranRead[place]);
    }
    llvm::sort(found);
    found.erase(llvm::unique(found), found.end());
    return found;
  }

  static bool isSingle(const Event &event) { return nn::GroupOp(event.group).getTasksAttr().isSingle(); }

  using Ran = std::array<std::vector<unsigned>, 2>; // numbers in `together`; [of one task]
  void touch(const Event &event, llvm::function_ref<void(Ran &)> note) {
    for (const Access &read : event.reads)
      note(ranRead[readAt.idOf(read.at)]);
    for (unsigned id : event.writes)
      note(ranWrite[placeOfWrite[id]]);
  }

  // Without a barrier between them two groups may run at the same time on different threads.
  LogicalResult checkRace(const Event &a, const Event &b) {
    nn::GroupOp one = a.group, other = b.group;
    nn::TasksAttr first = one.getTasksAttr(), second = other.getTasksAttr();
    if (first.isSingle() && second.isSingle())
      return success();
    bool alike = first == second && rowsOf(one) == rowsOf(other);
    auto clash = [&](const Access &x, const Access &y) {
      return x.at.overlaps(y.at) && !(alike && x.ownRows && y.ownRows && sameRows(x.at, y.at));
    };
    auto anyClash = [&](const Event &writer, const Event &reader) {
      return llvm::any_of(writer.writes, [&](unsigned id) {
        const Access &write = trace.writes[id].access;
        return llvm::any_of(reader.reads, [&](const Access &read) { return clash(write, read); });
      });
    };
    bool both = llvm::any_of(a.writes, [&](unsigned x) {
      return llvm::any_of(b.writes, [&](unsigned y) { return clash(trace.writes[x].access, trace.writes[y].access); });
    });
    if (both || anyClash(a, b) || anyClash(b, a))
      return report(other, "shares memory with", one.getResult(0), "and no barrier is between them");
    return success();
  }

  // Row r of one meets only row r of the other: rows are as far apart in both, and all that either touches of a row
  // lies between two of them.
  static bool sameRows(const Source &x, const Source &y) {
    bool together = x.owner && x.owner == y.owner;
    const Box &a = together ? x.box : x.always, &b = together ? y.box : y.always;
    if (a.dims.empty() || b.dims.empty() || a.dims[0] != b.dims[0])
      return false;
    int64_t all = (a.dims[0].size - 1) * a.dims[0].stride;
    return std::max(a.end(), b.end()) - all - std::min(a.begin, b.begin) <= a.dims[0].stride;
  }
  static nn::SizeExpr rowsOf(nn::GroupOp group) {
    if (group.getTasksAttr().isSingle())
      return {};
    return nn::sizeOf(cast<RankedTensorType>(group.getResult(0).getType()), 0);
  }

  LogicalResult report(nn::GroupOp at, StringRef text, Value other, StringRef rest) {
    Operation *op = at ? at.getOperation() : entry.getBody().front().getTerminator();
    InFlightDiagnostic diagnostic = op->emitError("plan: this ")
                                    << (at ? "group " : "return ") << text << " another one " << rest;
    diagnostic.attachNote(other.getLoc()) << "the other group";
    return diagnostic;
  }

  nn::EntryOp entry;
  const PlanTrace &trace;
  Places written, readAt;
  std::vector<unsigned> placeOfWrite;
  std::vector<std::vector<unsigned>> writesAt;                                  // by place
  std::vector<std::vector<unsigned>> writesOfRead, readsOfWrite, writesOfWrite; // which places meet, by place
  std::vector<Ran> ranRead, ranWrite;                                           // in this epoch, by place
  struct Known {
    const Event *first;
    bool again = false;
  };
  std::vector<const Event *> together; // the events of this epoch, each once
  std::map<std::pair<Operation *, std::vector<unsigned>>, Known> known;
};

struct VerifyPlan : impl::VerifyPlanBase<VerifyPlan> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>()) {
      FailureOr<PlanTrace> trace = tracePlan(entry);
      if (failed(trace) || failed(Checker(entry, *trace).run()))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace nnc
