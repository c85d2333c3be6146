// nn-schedule: one fixed order of the groups of an entry.
#include "compiler/Analysis/OpClass.h"
#include "compiler/Transforms/GroupEdit.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"

#include "llvm/ADT/StringMap.h"
#include <set>

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_SCHEDULE
#include "compiler/Transforms/Passes.h.inc"

namespace {

bool updatesState(Operation *op) {
  auto group = dyn_cast<nn::GroupOp>(op);
  return group && llvm::any_of(bodyOf(group), [](Operation &op) { return classify(&op) == OpClass::Update; });
}

class Scheduler {
public:
  explicit Scheduler(nn::EntryOp entry) : entry(entry), ret(returnOf(entry)) {
    for (Operation &op : entry.getBody().front().without_terminator())
      if (!isa<nn::GetOp>(op)) {
        position[&op] = items.size();
        items.push_back(&op);
        if (updatesState(&op))
          updates.insert(&op);
      }
  }

  void run() {
    findLeaves();
    reorder();
    copyUnsafeUpdates();
  }

private:
  // A leaf is read by updates, the return and sums of all gradients only: gradients of parameters, the loss.
  void findLeaves() {
    for (Operation *item : items)
      if (isa<nn::GroupOp>(item) && !updates.contains(item) && llvm::all_of(item->getUsers(), [&](Operation *user) {
            return isa<nn::ReturnOp>(user) || updates.contains(user) ||
                   (isa<nn::GroupOp>(user) && llvm::all_of(user->getResults(), isScalar));
          }))
        leaves.insert(item);
  }

  // Where an item wants to stand, doubled so that there is room behind each place: its own place; behind the next
  // group that is no leaf and reads the same result, so that dW follows the dX that has just read dY; the end.
  int64_t wish(Operation *item) {
    int64_t own = position[item];
    if (updates.contains(item))
      return 2 * (own + int64_t(items.size()));
    if (!leaves.contains(item))
      return 2 * own;
    int64_t best = own;
    for (Value input : item->getOperands())
      if (isItem(input.getDefiningOp()))
        for (Operation *user : input.getUsers())
          if (isa<nn::GroupOp, nn::ScanOp>(user) && !leaves.contains(user) && !updates.contains(user) &&
              position[user] > own && (best == own || position[user] < best))
            best = position[user];
    return 2 * best + (best > own);
  }

  void reorder() {
    SmallVector<std::pair<int64_t, int64_t>> wishes;
    for (Operation *item : items)
      wishes.push_back({wish(item), position[item]});
    llvm::DenseMap<Operation *, unsigned> missing; // operands that are still to be made
    llvm::DenseMap<Operation *, SmallVector<Operation *>> readers;
    std::set<std::pair<std::pair<int64_t, int64_t>, Operation *>> ready; // what wants to stand first is taken first
    auto enqueue = [&](Operation *item) { ready.insert({wishes[position[item]], item}); };
    for (Operation *item : items) {
      for (Value input : item->getOperands())
        if (isItem(input.getDefiningOp())) {
          ++missing[item];
          readers[input.getDefiningOp()].push_back(item);
        }
      if (!missing.contains(item))
        enqueue(item);
    }
    SmallVector<Operation *> order;
    while (!ready.empty()) {
      order.push_back(ready.begin()->second);
      ready.erase(ready.begin());
      for (Operation *reader : readers[order.back()])
        if (--missing[reader] == 0)
          enqueue(reader);
    }
    for (auto [index, item] : llvm::enumerate(order)) {
      if (position[item] != int64_t(index))
        remarkPassed(item->getLoc(), "schedule", "moved from place " + Twine(position[item]) + " to " + Twine(index));
      position[item] = index;
      item->moveBefore(ret);
    }
    items = order;
  }

  bool isItem(Operation *op) const { return op && position.contains(op); }

  // An update is written over the old value. Where something still needs that one, the new value waits in scratch.
  void copyUnsafeUpdates() {
    if (!ret.getTargets())
      return;
    OpBuilder builder(ret);
    for (auto get : entry.getBody().front().getOps<nn::GetOp>())
      gets[get.getSource()].push_back(get);
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
    return llvm::all_of(gets.lookup(symbol),
                        [&](nn::GetOp get) { return isReadBefore(get.getValue(), writer, value); });
  }

  // Views read nothing themselves: whoever reads them does. A loop reads all its operands.
  bool isReadBefore(Value old, nn::GroupOp writer, OpResult value) {
    return llvm::all_of(old.getUses(), [&](OpOperand &use) {
      Operation *reader = use.getOwner();
      if (classify(reader) == OpClass::View)
        return llvm::all_of(reader->getResults(), [&](Value view) { return isReadBefore(view, writer, value); });
      if (!isItem(reader))
        return true;
      return reader == writer.getOperation() ? isTied(writer, value, use.getOperandNumber())
                                             : position[reader] <= position[writer];
    });
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
  SmallVector<Operation *> items; // groups, loops, views
  llvm::DenseMap<Operation *, int64_t> position;
  llvm::DenseSet<Operation *> updates, leaves;     // groups that update state, and the leaves
  llvm::StringMap<SmallVector<nn::GetOp, 1>> gets; // by what they read
};

struct Schedule : impl::ScheduleBase<Schedule> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>())
      Scheduler(entry).run();
  }
};

} // namespace
} // namespace nnc
