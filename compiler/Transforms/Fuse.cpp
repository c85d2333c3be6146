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

class Builder {
public:
  Builder(nn::EntryOp entry, const FusePlan &plan)
      : body(entry.getBody().front()), plan(plan), builder(body.getTerminator()) {}

  void buildAll() {
    for (int index : plan.order())
      build(plan.groups[index]);
    ret = cast<nn::ReturnOp>(body.getTerminator());
    finishReturn();
    eraseOld();
  }

private:
  void build(const FusedOps &fused) {
    SmallVector<Value> yielded;
    for (Operation *op : fused.ops)
      for (Value result : op->getResults())
        if (isReadOutside(result, fused))
          yielded.push_back(result);
    nn::GroupOp group = make(fused.ops, yielded, locationOf(fused));
    for (auto [old, fresh] : llvm::zip_equal(yielded, group.getResults()))
      replaced[old] = fresh;
    remark(group, fused);
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
      return !llvm::is_contained(fused.ops, user);
    });
  }

  static Location locationOf(const FusedOps &fused) {
    return fused.anchor ? fused.anchor->getLoc() : fused.ops.front()->getLoc();
  }

  // Every output and every update is a result of a group, of its own: `into` gives each value one place.
  void finishReturn() {
    llvm::DenseSet<Value> taken;
    SmallVector<Value> operands(ret->getOperands());
    for (Value &value : operands) {
      if (auto it = replaced.find(value); it != replaced.end())
        value = it->second;
      else if (Operation *def = value.getDefiningOp(); def && plan.isCopied(def))
        value = make({def}, {value}, def->getLoc()).getResult(0);
      if (!value.getDefiningOp<nn::GroupOp>() || !taken.insert(value).second)
        value = copyOf(value);
    }
    ret->setOperands(operands);
  }

  Value copyOf(Value value) {
    remarkMissed(ret.getLoc(), "fuse", "a copy: the value of an input, of the state or of another output is returned");
    return make({}, {value}, ret.getLoc()).getResult(0);
  }

  void eraseOld() {
    SmallVector<Operation *> old;
    for (Operation &op : body.without_terminator())
      if (!isa<nn::GroupOp, nn::GetOp>(op))
        old.push_back(&op);
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
  nn::ReturnOp ret;
  llvm::DenseMap<Value, Value> replaced; // old value -> result of its group
};

struct Fuse : impl::FuseBase<Fuse> {
  void runOnOperation() override {
    for (auto entry : getOperation().getOps<nn::EntryOp>()) {
      if (!entry.getBody().front().getOps<nn::GroupOp>().empty())
        continue; // planned already
      dropIdleUpdates(entry);
      dropUnread(entry);
      Builder(entry, planFusion(entry)).buildAll();
    }
  }

  static void dropUnread(nn::EntryOp entry) {
    SmallVector<Operation *> ops;
    for (Operation &op : entry.getBody().front().without_terminator())
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
