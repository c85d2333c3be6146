// nn-schedule: one fixed order of the groups of an entry.
#include "compiler/Analysis/OpClass.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_SCHEDULE
#include "compiler/Transforms/Passes.h.inc"

namespace {

bool updatesState(nn::GroupOp group) {
  return llvm::any_of(bodyOf(group), [](Operation &op) { return classify(&op) == OpClass::Update; });
}

class Scheduler {
public:
  explicit Scheduler(nn::EntryOp entry) : entry(entry), ret(returnOf(entry)), groups(groupsOf(entry)) {
    for (auto [index, group] : llvm::enumerate(groups))
      position[group] = index;
  }

  void run() {
    findLeaves();
    reorder();
    copyUnsafeUpdates();
  }

private:
  // A leaf is read by updates, the return and sums of all gradients only: gradients of parameters, the loss.
  void findLeaves() {
    for (nn::GroupOp group : groups)
      if (!updatesState(group) && llvm::all_of(group->getUsers(), [](Operation *user) {
            auto reader = dyn_cast<nn::GroupOp>(user);
            return !reader || updatesState(reader) || llvm::all_of(reader.getResults(), isScalar);
          }))
        leaves.insert(group);
  }

  // Where a group wants to stand, doubled so that there is room behind each place: its own place; behind the next
  // group that is no leaf and reads the same result, so that dW follows the dX that has just read dY; the end.
  int64_t wish(nn::GroupOp group) {
    int64_t own = position[group];
    if (updatesState(group))
      return 2 * (own + int64_t(groups.size()));
    if (!leaves.contains(group))
      return 2 * own;
    int64_t best = own;
    for (Value input : group.getInputs())
      if (input.getDefiningOp<nn::GroupOp>())
        for (Operation *user : input.getUsers()) {
          auto reader = dyn_cast<nn::GroupOp>(user);
          if (reader && !leaves.contains(reader) && !updatesState(reader) && position[reader] > own &&
              (best == own || position[reader] < best))
            best = position[reader];
        }
    return 2 * best + (best > own);
  }

  void reorder() {
    SmallVector<std::pair<int64_t, int64_t>> wishes;
    for (nn::GroupOp group : groups)
      wishes.push_back({wish(group), position[group]});
    SmallVector<nn::GroupOp> order;
    llvm::DenseSet<Operation *> done;
    while (order.size() < groups.size()) {
      nn::GroupOp next;
      for (nn::GroupOp group : groups)
        if (!done.contains(group) && isReady(group, done) &&
            (!next || wishes[position[group]] < wishes[position[next]]))
          next = group;
      done.insert(next);
      order.push_back(next);
    }
    for (auto [index, group] : llvm::enumerate(order)) {
      if (position[group] != int64_t(index))
        remarkPassed(group.getLoc(), "schedule", "moved from place " + Twine(position[group]) + " to " + Twine(index));
      position[group] = index;
      group->moveBefore(ret);
    }
    groups = order;
  }

  static bool isReady(nn::GroupOp group, const llvm::DenseSet<Operation *> &done) {
    return llvm::all_of(group.getInputs(), [&](Value input) {
      auto def = input.getDefiningOp<nn::GroupOp>();
      return !def || done.contains(def);
    });
  }

  // An update is written over the old value. Where something still needs that one, the new value waits in scratch.
  void copyUnsafeUpdates() {
    if (!ret.getTargets())
      return;
    OpBuilder builder(ret);
    for (unsigned index = 0; index < ret.getUpdates().size(); ++index) {
      auto value = cast<OpResult>(ret.getUpdates()[index]);
      auto target = cast<FlatSymbolRefAttr>((*ret.getTargets())[index]);
      if (isSafe(value, target.getValue()))
        continue;
      remarkMissed(value.getLoc(), "schedule", "a copy: '" + target.getValue() + "' is still read when it is computed");
      nn::GroupOp copy = makeCopyGroup(builder, value.getLoc(), value);
      ret.getUpdatesMutable().slice(index, 1).assign(copy.getResult(0));
    }
  }

  bool isSafe(OpResult value, StringRef symbol) {
    auto writer = cast<nn::GroupOp>(value.getOwner());
    for (auto get : entry.getBody().front().getOps<nn::GetOp>()) {
      if (get.getSource() != symbol)
        continue;
      for (OpOperand &use : get.getValue().getUses()) {
        auto reader = dyn_cast<nn::GroupOp>(use.getOwner());
        if (!reader)
          continue;
        if (reader == writer ? !isTied(writer, value, use.getOperandNumber()) : position[reader] > position[writer])
          return false;
      }
    }
    return true;
  }

  // The writer reads input `operand` only as the value that its update op replaces by `value`.
  static bool isTied(nn::GroupOp writer, OpResult value, unsigned operand) {
    auto inner = dyn_cast<OpResult>(yieldOf(writer)->getOperand(value.getResultNumber()));
    if (!inner || classify(inner.getOwner()) != OpClass::Update)
      return false;
    BlockArgument arg = bodyOf(writer).getArgument(operand);
    OpOperand *tied = nn::tiedOperand(inner);
    return tied && tied->get() == arg && arg.hasOneUse();
  }

  nn::EntryOp entry;
  nn::ReturnOp ret;
  SmallVector<nn::GroupOp> groups;
  llvm::DenseMap<Operation *, int64_t> position;
  llvm::DenseSet<Operation *> leaves;
};

struct Schedule : impl::ScheduleBase<Schedule> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      Scheduler(entry).run();
  }
};

} // namespace
} // namespace nnc
