// nn-fuse: every op of an entry goes into one nn.group. FusePlan decides, this file rewrites.
#include "compiler/Transforms/FusePlan.h"
#include "compiler/Transforms/Passes.h"
#include "compiler/Transforms/Remarks.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace nnc {
#define GEN_PASS_DEF_FUSE
#include "compiler/Transforms/Passes.h.inc"

namespace {

bool isPlanned(Block &body) { return !body.getOps<nn::GroupOp>().empty(); }

// Who says where a value lies.
enum class Owner { Output, Update, Loop, Start, Part };
StringRef textOf(Owner owner) {
  switch (owner) {
  case Owner::Output:
  case Owner::Update:
    return "returned";
  case Owner::Loop:
    return "yielded by a loop";
  case Owner::Start:
    return "where a loop starts";
  case Owner::Part:
    return "part of a concatenation";
  }
  return "";
}

class Builder {
public:
  Builder(Block &body, const FusePlan &plan)
      : body(body), plan(plan), builder(body.getTerminator()), terminator(body.getTerminator()) {
    for (Operation &op : body.without_terminator())
      if (!isa<nn::GetOp>(op))
        old.push_back(&op);
  }

  void buildAll() {
    for (int index : plan.order())
      if (plan.groups[index].isGroup())
        build(plan.groups[index]);
      else
        keep(plan.groups[index].anchor);
    finishTerminator();
    eraseOld();
  }

private:
  void build(const FusedOps &fused) {
    SmallVector<Value> yielded;
    for (Operation *op : fused.ops)
      for (Value result : op->getResults())
        if (isReadOutside(result, fused))
          yielded.append(copiesOf(result), result);
    nn::GroupOp group = make(fused.ops, yielded, locationOf(fused));
    for (auto [old, fresh] : llvm::zip_equal(yielded, group.getResults()))
      if (!replaced.try_emplace(old, fresh).second)
        spare[old].push_back(fresh);
    remark(group, fused);
  }

  // A value may be wanted in several places: as a carry and in a stack, say. Its group writes each of them. A loop
  // writes over its start, so whoever else reads that has a result of his own.
  static unsigned copiesOf(Value value) {
    auto isStart = [](OpOperand &use) {
      auto scan = dyn_cast<nn::ScanOp>(use.getOwner());
      return scan && isInit(scan, use.getOperandNumber());
    };
    auto uses = value.getUses();
    unsigned starts = llvm::count_if(uses, isStart);
    unsigned owners =
        starts + llvm::count_if(uses, [](OpOperand &use) { return isa<nn::YieldOp, nn::ConcatOp>(use.getOwner()); });
    return std::max(owners + (starts > 0 && isReadToo(value)), 1u);
  }
  // By more than those who say where it lies.
  static bool isReadToo(Value value) {
    return llvm::any_of(value.getUses(), [](OpOperand &use) {
      auto scan = dyn_cast<nn::ScanOp>(use.getOwner());
      return !isa<nn::YieldOp, nn::ConcatOp>(use.getOwner()) && !(scan && isInit(scan, use.getOperandNumber()));
    });
  }
  static bool isInit(nn::ScanOp scan, unsigned operand) {
    unsigned first = scan.getConsts().size();
    return operand >= first && operand < first + scan.numCarries();
  }

  // A view or a loop: the same op, of values at this level.
  void keep(Operation *op) {
    SmallVector<Value> operands;
    auto scan = dyn_cast<nn::ScanOp>(op);
    for (OpOperand &operand : op->getOpOperands())
      if (isa<nn::ConcatOp>(op))
        operands.push_back(own(operand.get(), Owner::Part));
      else if (scan && isInit(scan, operand.getOperandNumber()))
        operands.push_back(own(operand.get(), Owner::Start));
      else
        operands.push_back(outside(operand.get()));
    Operation *fresh = builder.clone(*op);
    fresh->setOperands(operands);
    for (auto [before, after] : llvm::zip_equal(op->getResults(), fresh->getResults()))
      replaced[before] = after;
  }

  // What stands for `value` at this level.
  Value outside(Value value) {
    if (auto it = replaced.find(value); it != replaced.end())
      return it->second;
    Operation *def = value.getDefiningOp();
    if (!def || !plan.isCopied(def))
      return value;
    Value made = make({def}, {value}, def->getLoc()).getResult(0);
    replaced[value] = made;
    return made;
  }

  // The same in a result of its own: `into` gives each value one place, and here the place is given.
  Value own(Value value, Owner owner) {
    if (auto it = spare.find(value); it != spare.end() && !it->second.empty())
      return it->second.pop_back_val();
    Operation *def = value.getDefiningOp();
    bool copied = def && plan.isCopied(def);
    Value here = copied ? make({def}, {value}, def->getLoc()).getResult(0) : outside(value);
    bool lost = owner == Owner::Start && isReadToo(value); // when the loop writes over it
    if (!lost && mayLieIn(owner, here) && taken.insert(here).second)
      return here;
    remarkMissed(terminator->getLoc(), "fuse",
                 "a copy: the value of an input, of the state or of another output is " + textOf(owner));
    return make({}, {here}, terminator->getLoc()).getResult(0);
  }
  // The parts of a concatenation may be read when a loop has written over it. The stack of an inner loop is a piece of
  // its own: only the entry knows where pieces lie.
  bool mayLieIn(Owner owner, Value value) const {
    Operation *def = value.getDefiningOp();
    bool inEntry = isa<nn::ReturnOp>(terminator);
    return isa_and_present<nn::GroupOp>(def) ||
           (isa_and_present<nn::ConcatOp>(def) && owner != Owner::Update && owner != Owner::Start) ||
           (inEntry && isStack(value) && (owner == Owner::Output || owner == Owner::Part));
  }
  static bool isStack(Value value) {
    auto scan = value.getDefiningOp<nn::ScanOp>();
    return scan && cast<OpResult>(value).getResultNumber() >= scan.numCarries();
  }

  // The group of the ops `ops` and of all copied ops that they read; its results are `yielded`.
  nn::GroupOp make(ArrayRef<Operation *> ops, ArrayRef<Value> yielded, Location loc) {
    auto group = nn::GroupOp::create(builder, loc, TypeRange(ValueRange(yielded)), ValueRange(), ArrayAttr(),
                                     nn::TasksAttr(), false);
    Block *block = builder.createBlock(&group.getBody());
    IRMapping inside;
    SmallVector<Value> inputs;
    for (Operation *op : ops)
      cloneInto(op, group, block, inside, inputs);
    SmallVector<Value> values;
    for (Value value : yielded)
      values.push_back(valueInside(value, group, block, inside, inputs));
    nn::YieldOp::create(builder, loc, values);
    group->setOperands(inputs);
    builder.setInsertionPoint(body.getTerminator());
    return group;
  }

  void cloneInto(Operation *op, nn::GroupOp group, Block *block, IRMapping &inside, SmallVector<Value> &inputs) {
    for (Value operand : op->getOperands())
      valueInside(operand, group, block, inside, inputs);
    builder.setInsertionPointToEnd(block);
    builder.clone(*op, inside);
  }

  // What stands for `value` inside: a clone of a copied op, a result of the group's own ops, or a block argument.
  Value valueInside(Value value, nn::GroupOp group, Block *block, IRMapping &inside, SmallVector<Value> &inputs) {
    if (Value mapped = inside.lookupOrNull(value))
      return mapped;
    Operation *def = value.getDefiningOp();
    if (def && plan.isCopied(def)) {
      cloneInto(def, group, block, inside, inputs);
      return inside.lookup(value);
    }
    auto it = replaced.find(value);
    inputs.push_back(it == replaced.end() ? value : it->second);
    Value arg = block->addArgument(value.getType(), value.getLoc());
    inside.map(value, arg);
    return arg;
  }

  bool isReadOutside(Value value, const FusedOps &fused) const {
    return llvm::any_of(value.getUsers(), [&](Operation *user) {
      if (plan.isCopied(user))
        return llvm::any_of(user->getResults(), [&](Value result) { return isReadOutside(result, fused); });
      auto group = plan.groupOf.find(user);
      return group == plan.groupOf.end() || &plan.groups[group->second] != &fused;
    });
  }

  static Location locationOf(const FusedOps &fused) {
    return fused.anchor ? fused.anchor->getLoc() : fused.ops.front()->getLoc();
  }

  // Every output and every update is a result of a group, of its own; so is all that a loop carries on or stacks.
  void finishTerminator() {
    SmallVector<Value> operands;
    auto ret = dyn_cast<nn::ReturnOp>(terminator);
    for (auto [index, value] : llvm::enumerate(terminator->getOperands()))
      operands.push_back(own(value, !ret                              ? Owner::Loop
                                    : index < ret.getOutputs().size() ? Owner::Output
                                                                      : Owner::Update));
    terminator->setOperands(operands);
  }

  void eraseOld() {
    for (Operation *op : llvm::reverse(old))
      op->erase();
    for (auto get : llvm::make_early_inc_range(body.getOps<nn::GetOp>()))
      if (get.use_empty())
        get.erase();
  }

  void remark(nn::GroupOp group, const FusedOps &fused) const {
    std::string names;
    for (Operation *op : fused.ops)
      names += (names.empty() ? "" : ", ") + shortName(op);
    if (fused.ops.size() > 1)
      remarkPassed(group.getLoc(), "fuse", "one kernel: " + names);
    else
      remarkMissed(group.getLoc(), "fuse", "a kernel of its own: " + names);
  }

  Block &body;
  const FusePlan &plan;
  OpBuilder builder;
  Operation *terminator;
  SmallVector<Operation *> old;
  llvm::DenseMap<Value, Value> replaced;           // old value -> result of its group
  llvm::DenseMap<Value, SmallVector<Value>> spare; // old value -> further results with the same elements
  llvm::DenseSet<Value> taken;                     // results with a given place
};

struct Fuse : impl::FuseBase<Fuse> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>()) {
      if (isPlanned(entry.getBody().front()))
        continue;
      dropIdleUpdates(entry);
      fuse(entry.getBody().front());
    }
  }

  static void fuse(Block &body) {
    dropUnread(body);
    Builder(body, planFusion(body)).buildAll();
    for (auto scan : body.getOps<nn::ScanOp>())
      fuse(scan.getBody().front());
  }

  static void dropUnread(Block &body) {
    SmallVector<Operation *> ops;
    for (Operation &op : body.without_terminator())
      ops.push_back(&op);
    for (Operation *op : llvm::reverse(ops))
      if (op->use_empty())
        op->erase();
  }

  // Committing what was read changes nothing.
  static void dropIdleUpdates(nn::EntryOp entry) {
    auto ret = cast<nn::ReturnOp>(entry.getBody().front().getTerminator());
    if (!ret.getTargets())
      return;
    SmallVector<Attribute> targets;
    SmallVector<Value> updates;
    for (auto [target, value] : llvm::zip_equal(*ret.getTargets(), ret.getUpdates())) {
      auto get = value.getDefiningOp<nn::GetOp>();
      if (get && get.getSourceAttr() == target)
        continue;
      targets.push_back(target);
      updates.push_back(value);
    }
    ret.getUpdatesMutable().assign(updates);
    if (targets.empty())
      ret.removeTargetsAttr();
    else
      ret.setTargetsAttr(ArrayAttr::get(ret.getContext(), targets));
  }
};

} // namespace
} // namespace nnc
