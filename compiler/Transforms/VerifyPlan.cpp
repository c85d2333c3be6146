// nn-verify-plan: proves that a plan is safe. It reads only what the IR says and shares no code with the planner.
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/PlanTrace.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_VERIFYPLAN
#include "compiler/Transforms/Passes.h.inc"

namespace {

class Checker {
public:
  Checker(nn::EntryOp entry, const PlanTrace &trace) : entry(entry), trace(trace) {}

  LogicalResult run() {
    unsigned epochBegin = 0;
    for (unsigned later = 0; later < trace.events.size(); ++later) {
      if (failed(checkReads(later)))
        return failure();
      while (trace.events[epochBegin].epoch != trace.events[later].epoch)
        ++epochBegin;
      for (unsigned earlier = epochBegin; earlier < later; ++earlier)
        if (failed(checkRace(trace.events[earlier], trace.events[later])))
          return failure();
    }
    return success();
  }

private:
  // Nothing may have been written over a value since it was computed, or over state since the entry began.
  LogicalResult checkReads(unsigned reader) {
    for (const Access &read : trace.events[reader].reads) {
      ArrayRef<unsigned> own = read.at.writes;
      unsigned from = own.empty() ? 0 : *llvm::min_element(own);
      for (unsigned id = from; id < trace.writes.size() && trace.writes[id].event <= reader; ++id) {
        const Write &write = trace.writes[id];
        if (llvm::is_contained(own, id) || !write.access.at.overlaps(read.at))
          continue;
        if (write.event == reader && replaces(write.access, read))
          continue;
        return report(trace.events[reader].group, "reads bytes that", trace.events[write.event].group,
                      "has overwritten");
      }
    }
    return success();
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

  // Without a barrier between them two groups may run at the same time on different threads.
  LogicalResult checkRace(const Event &a, const Event &b) {
    nn::GroupOp one = a.group, other = b.group;
    if (!one || !other)
      return success();
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
      return report(other, "shares memory with", one, "and no barrier is between them");
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

  LogicalResult report(nn::GroupOp at, StringRef text, nn::GroupOp other, StringRef rest) {
    Operation *op = at ? at.getOperation() : entry.getBody().front().getTerminator();
    InFlightDiagnostic diagnostic = op->emitError("plan: this ")
                                    << (at ? "group " : "return ") << text << " another one " << rest;
    diagnostic.attachNote(other.getLoc()) << "the other group";
    return diagnostic;
  }

  nn::EntryOp entry;
  const PlanTrace &trace;
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
