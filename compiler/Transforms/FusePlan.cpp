#include "compiler/Transforms/FusePlan.h"
#include <queue>

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

class Planner {
public:
  explicit Planner(Block &body) : body(body), inLoop(isa<nn::ScanOp>(body.getParentOp())) {}

  FusePlan run() {
    markCopied();
    markPrologs();
    for (Operation &op : body.without_terminator()) {
      if (classify(&op) == OpClass::Get || plan.isCopied(&op))
        continue;
      if (classify(&op) == OpClass::Elementwise)
        placeElementwise(&op);
      else if (staysOutside(classify(&op)))
        stay(&op);
      else
        startGroup(&op);
    }
    dropMerged();
    for (FusedOps &group : plan.groups)
      llvm::sort(group.ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    return std::move(plan);
  }

private:
  void dropMerged() {
    llvm::erase_if(plan.groups, [](const FusedOps &group) { return group.ops.empty(); });
    for (auto [index, group] : llvm::enumerate(plan.groups))
      for (Operation *op : group.ops)
        plan.groupOf[op] = index;
  }

  // Scalars are copied only from constants and sizes, so that no group repeats a sum of another.
  void markCopied() {
    for (Operation &op : body.without_terminator()) {
      bool scalar = classify(&op) == OpClass::Elementwise && isScalar(op.getResult(0)) &&
                    llvm::all_of(op.getOperands(), [&](Value operand) {
                      Operation *def = operand.getDefiningOp();
                      return def ? plan.isCopied(def) && isScalar(operand) : isScalar(operand);
                    });
      if (classify(&op) == OpClass::Free || scalar)
        plan.copied.insert(&op);
    }
  }

  // From the last op to the first: what reads an op is decided before it, in however long a chain.
  void markPrologs() {
    for (Operation &op : llvm::reverse(body.without_terminator()))
      if (classify(&op) == OpClass::Elementwise)
        (void)wantsProlog(&op);
  }

  int startGroup(Operation *op) {
    int index = plan.groups.size();
    FusedOps &group = plan.groups.emplace_back();
    if (isAnchor(classify(op)))
      group.anchor = op;
    group.domain = typeOf(op->getResult(0));
    add(op, index);
    for (Value operand : op->getOperands())
      pullProlog(operand, index);
    return index;
  }

  void stay(Operation *op) {
    plan.groups.emplace_back().anchor = op;
    add(op, plan.groups.size() - 1);
  }

  void add(Operation *op, int index) {
    plan.groups[index].ops.push_back(op);
    plan.groupOf[op] = index;
  }

  // Ops that were left to this anchor join it, with what was left to them.
  void pullProlog(Value value, int index) {
    Operation *def = value.getDefiningOp();
    if (!def || !waiting.erase(def))
      return;
    add(def, index);
    for (Value operand : def->getOperands())
      pullProlog(operand, index);
  }

  void placeElementwise(Operation *op) {
    bool prolog = wantsProlog(op);
    std::optional<int> epilog = producerGroup(op);
    // After a contraction or convolution the value is still in registers; unless it is stored anyway and only a
    // reduction reads on.
    bool stored = epilog && storedAnyway(op, *epilog);
    if ((prolog && !(epilog && sumsProducts(*epilog) && !stored)) || (stored && readerIsElsewhere(op, *epilog))) {
      waiting.insert(op);
      return;
    }
    if (!epilog && inLoop)
      epilog = siblingGroup(op);
    if (!epilog) {
      startGroup(op);
      return;
    }
    add(op, *epilog);
    for (Value operand : op->getOperands())
      pullProlog(operand, *epilog);
    if (inLoop)
      mergeProducers(op, *epilog);
  }

  // In a loop every group costs a launch a step. So gates that read parts of one value, or the same value, are one
  // group, and chains that meet become one.
  std::optional<int> siblingGroup(Operation *op) const {
    for (int index = plan.groups.size(); index-- > 0;)
      if (isElementwiseGroup(index) && accepts(index, op) &&
          llvm::any_of(plan.groups[index].ops, [&](Operation *other) { return shareOperand(op, other); }))
        return index;
    return std::nullopt;
  }
  static bool shareOperand(Operation *a, Operation *b) {
    auto source = [](Value value) {
      auto split = value.getDefiningOp<nn::SplitOp>();
      return split ? split.getX() : value;
    };
    for (Value x : a->getOperands())
      for (Value y : b->getOperands())
        if (source(x) == source(y) && !isScalar(x))
          return true;
    return false;
  }

  void mergeProducers(Operation *op, int index) {
    for (Value operand : op->getOperands()) {
      Operation *def = operand.getDefiningOp();
      auto it = def ? plan.groupOf.find(def) : plan.groupOf.end();
      if (it == plan.groupOf.end() || it->second == index)
        continue;
      int other = it->second;
      if (!isElementwiseGroup(index) || !isElementwiseGroup(other) ||
          !nn::sameShape(plan.groups[index].domain, plan.groups[other].domain) || isBetween(index, other) ||
          isBetween(other, index))
        continue;
      for (Operation *moved : plan.groups[other].ops)
        add(moved, index);
      plan.groups[other].ops.clear();
    }
  }
  bool isElementwiseGroup(int index) const { return !plan.groups[index].anchor && !plan.groups[index].ops.empty(); }
  // Does group `later` need `earlier` through a third group?
  bool isBetween(int earlier, int later) const {
    return llvm::any_of(plan.groups[later].ops, [&](Operation *op) {
      return llvm::any_of(op->getOperands(), [&](Value operand) {
        Operation *def = operand.getDefiningOp();
        return !(def && (inGroup(def, earlier) || inGroup(def, later))) && dependsOn(operand, earlier, false);
      });
    });
  }

  // The only reader is an anchor that loads its operand element by element, or an elementwise op of which this holds.
  bool wantsProlog(Operation *op) {
    auto known = prologs.find(op);
    return known != prologs.end() ? known->second : prologs[op] = decideProlog(op);
  }

  bool decideProlog(Operation *op) {
    if (!op->getResult(0).hasOneUse())
      return false;
    Operation *user = *op->getResult(0).user_begin();
    if (plan.isCopied(user))
      return false;
    switch (classify(user)) {
    case OpClass::Elementwise:
      return nn::sameShape(typeOf(op->getResult(0)), typeOf(user->getResult(0))) && wantsProlog(user);
    case OpClass::Update:
      return !isScalar(op->getResult(0));
    case OpClass::Reduction:
      return true;
    case OpClass::Rows:
      return op->getResult(0) == user->getOperand(0); // the logits, not labels or saved statistics
    default:
      return false;
    }
  }

  // The only reader is elementwise and cannot join group `index`: a value that backward computes again, say. It is
  // computed there, and not stored.
  bool readerIsElsewhere(Operation *op, int index) const {
    if (!op->getResult(0).hasOneUse())
      return false;
    Operation *user = *op->getResult(0).user_begin();
    return classify(user) == OpClass::Elementwise &&
           nn::sameShape(typeOf(op->getResult(0)), typeOf(user->getResult(0))) &&
           llvm::any_of(user->getOperands(),
                        [&](Value operand) { return operand != op->getResult(0) && dependsOn(operand, index, true); });
  }

  bool sumsProducts(int index) const {
    Operation *anchor = plan.groups[index].anchor;
    return anchor && (classify(anchor) == OpClass::Contraction || classify(anchor) == OpClass::Window);
  }

  // Every value of group `index` that `op` reads has another reader outside of the group.
  bool storedAnyway(Operation *op, int index) const {
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      Operation *def = operand.getDefiningOp();
      return !def || !inGroup(def, index) ||
             llvm::any_of(operand.getUsers(), [&](Operation *user) { return user != op && !inGroup(user, index); });
    });
  }

  bool inGroup(Operation *op, int index) const {
    auto it = plan.groupOf.find(op);
    return it != plan.groupOf.end() && it->second == index;
  }

  // The last group that computes an operand of `op` and can take it up without a cycle.
  std::optional<int> producerGroup(Operation *op) const {
    std::optional<int> best;
    for (Value operand : op->getOperands()) {
      Operation *def = operand.getDefiningOp();
      auto it = def ? plan.groupOf.find(def) : plan.groupOf.end();
      if (it != plan.groupOf.end() && accepts(it->second, op) && (!best || it->second > *best))
        best = it->second;
    }
    return best;
  }

  bool accepts(int index, Operation *op) const {
    const FusedOps &group = plan.groups[index];
    if (group.anchor) {
      OpClass kind = classify(group.anchor);
      if (kind == OpClass::Update || kind == OpClass::Move || kind == OpClass::Other || staysOutside(kind))
        return false;
    }
    if (!nn::sameShape(group.domain, typeOf(op->getResult(0))))
      return false;
    return llvm::none_of(op->getOperands(), [&](Value operand) { return dependsOn(operand, index, true); });
  }

  // Does computing `value` need group `index` to have run, other than as its own result?
  bool dependsOn(Value value, int index, bool direct) const {
    llvm::DenseSet<Operation *> seen;
    return dependsOn(value, index, direct, seen);
  }
  bool dependsOn(Value value, int index, bool direct, llvm::DenseSet<Operation *> &seen) const {
    Operation *def = value.getDefiningOp();
    if (!def)
      return false;
    auto it = plan.groupOf.find(def);
    if (it != plan.groupOf.end() && it->second == index)
      return !direct;
    if (!seen.insert(def).second)
      return false;
    // A group runs as a whole: all that any of its ops reads. Copied and waiting ops stay with their reader.
    ArrayRef<Operation *> ops(def);
    bool stays = it == plan.groupOf.end();
    if (!stays)
      ops = plan.groups[it->second].ops;
    for (Operation *op : ops)
      for (Value operand : op->getOperands())
        if (dependsOn(operand, index, direct && stays && isElementwiseWaiting(def), seen))
          return true;
    return false;
  }
  bool isElementwiseWaiting(Operation *op) const { return waiting.contains(op); }

  Block &body;
  bool inLoop;
  FusePlan plan;
  llvm::DenseSet<Operation *> waiting; // for the anchor that will read them
  llvm::DenseMap<Operation *, bool> prologs;
};

} // namespace

std::vector<int> FusePlan::order() const {
  std::vector<llvm::SmallVector<int, 2>> readers(groups.size());
  std::vector<unsigned> missing(groups.size()); // groups that it reads and that have not had their turn
  for (auto [index, group] : llvm::enumerate(groups)) {
    llvm::SmallDenseSet<int> needs;
    SmallVector<Operation *> work(group.ops);
    while (!work.empty())
      for (Value operand : work.pop_back_val()->getOperands()) {
        Operation *def = operand.getDefiningOp();
        if (def && copied.contains(def))
          work.push_back(def);
        else if (auto it = def ? groupOf.find(def) : groupOf.end();
                 it != groupOf.end() && it->second != int(index) && needs.insert(it->second).second)
          readers[it->second].push_back(index);
      }
    missing[index] = needs.size();
  }
  auto isLater = [&](int a, int b) { return groups[b].ops.front()->isBeforeInBlock(groups[a].ops.front()); };
  std::priority_queue<int, std::vector<int>, decltype(isLater)> ready(isLater);
  for (size_t index = 0; index < groups.size(); ++index)
    if (missing[index] == 0)
      ready.push(index);
  std::vector<int> result;
  while (!ready.empty()) {
    result.push_back(ready.top());
    ready.pop();
    for (int reader : readers[result.back()])
      if (--missing[reader] == 0)
        ready.push(reader);
  }
  if (result.size() < groups.size())
    return {}; // a cycle; planFusion makes none
  return result;
}

FusePlan planFusion(Block &body) { return Planner(body).run(); }

} // namespace nnc
