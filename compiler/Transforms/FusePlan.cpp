#include "compiler/Transforms/FusePlan.h"
#include <map>
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
        alone[&op] = levelAbove(&op);
      else if (classify(&op) == OpClass::Elementwise)
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

  void startGroup(Operation *op) {
    FusedOps &group = makeGroup();
    if (isAnchor(classify(op)))
      group.anchor = op;
    group.domain = typeOf(op->getResult(0));
    join(op, plan.groups.size() - 1);
  }

  void stay(Operation *op) {
    makeGroup().anchor = op;
    add(op, plan.groups.size() - 1);
    raise(op, levelAbove(op));
  }

  FusedOps &makeGroup() {
    levels.push_back(0);
    return plan.groups.emplace_back();
  }

  void add(Operation *op, int index) {
    plan.groups[index].ops.push_back(op);
    plan.groupOf[op] = index;
    alone.erase(op);
  }

  // With all that waits for `op`, at once: in between the group would need itself, through what waits.
  void join(Operation *op, int index) {
    size_t first = plan.groups[index].ops.size();
    add(op, index);
    for (Value operand : op->getOperands())
      pullProlog(operand, index);
    int level = 0;
    for (Operation *joined : llvm::drop_begin(plan.groups[index].ops, first))
      level = std::max(level, levelAbove(joined));
    raise(op, level);
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

  // A group has a level, and so has an op that had its turn and is alone, copied or waiting: above those of all that it
  // reads. What reads the results of a group, through however many others, is above it. So the search of `dependsOn`
  // ends where the level is not above that of the group that it looks for, and answers as if it had gone on. An op that
  // had no turn has no level: behind it the search goes on. This holds because all that waits for an op joins its group
  // with it, and what joins never needs the group through another one: no group ever needs itself.
  int *levelOf(Operation *op) {
    if (auto it = plan.groupOf.find(op); it != plan.groupOf.end())
      return &levels[it->second];
    auto it = alone.find(op);
    return it == alone.end() ? nullptr : &it->second;
  }

  // The least that the level of `op`, or of the group that it is in, may be because of what `op` reads.
  int levelAbove(Operation *op) {
    int level = 0;
    for (Value operand : op->getOperands())
      if (Operation *def = operand.getDefiningOp(); def && !runTogether(def, op))
        level = std::max(level, *levelOf(def) + 1);
    return level;
  }

  void raise(Operation *op, int level) {
    if (level <= *levelOf(op))
      return;
    *levelOf(op) = level;
    raiseReaders(op);
  }

  // Readers have their turn in the order of the levels that they had: each once, after all that raise it. There is an
  // end, as nothing needs itself.
  void raiseReaders(Operation *raised) {
    std::map<std::pair<int, Operation *>, int> work; // (level until now, first op), the least level
    auto addReaders = [&](Operation *of) {
      int least = *levelOf(of) + 1;
      for (Operation *op : runWith(of))
        for (Operation *reader : op->getUsers())
          if (const int *level = levelOf(reader); level && *level < least && !runTogether(reader, of)) {
            int &wanted = work[{*level, runWith(reader).front()}];
            wanted = std::max(wanted, least);
          }
    };
    addReaders(raised);
    while (!work.empty()) {
      auto next = work.extract(work.begin());
      *levelOf(next.key().second) = next.mapped();
      addReaders(next.key().second);
    }
  }

  // All ops that run where `op` does.
  ArrayRef<Operation *> runWith(Operation *const &op) const {
    auto it = plan.groupOf.find(op);
    return it == plan.groupOf.end() ? ArrayRef(op) : ArrayRef(plan.groups[it->second].ops);
  }
  bool runTogether(Operation *a, Operation *b) const {
    auto it = plan.groupOf.find(b);
    return it != plan.groupOf.end() && inGroup(a, it->second);
  }

  void placeElementwise(Operation *op) {
    bool prolog = wantsProlog(op);
    std::optional<int> epilog = producerGroup(op);
    // After a contraction or convolution the value is still in registers; unless it is stored anyway and only a
    // reduction reads on.
    bool stored = epilog && storedAnyway(op, *epilog);
    if ((prolog && !(epilog && sumsProducts(*epilog) && !stored)) || (stored && readerIsElsewhere(op, *epilog))) {
      waiting.insert(op);
      alone[op] = levelAbove(op);
      return;
    }
    if (!epilog && inLoop)
      epilog = siblingGroup(op);
    if (!epilog) {
      startGroup(op);
      return;
    }
    join(op, *epilog);
    if (inLoop)
      mergeProducers(op, *epilog);
  }

  // In a loop every group costs a launch a step. So gates that read parts of one value, or the same value, are one
  // group, and chains that meet become one.
  std::optional<int> siblingGroup(Operation *op) {
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
      merge(other, index);
    }
  }
  void merge(int from, int index) {
    for (Operation *moved : plan.groups[from].ops)
      add(moved, index);
    plan.groups[from].ops.clear();
    levels[index] = std::max(levels[index], levels[from]);
    raiseReaders(plan.groups[index].ops.front());
  }
  bool isElementwiseGroup(int index) const { return !plan.groups[index].anchor && !plan.groups[index].ops.empty(); }
  // Does group `later` need `earlier` through a third group?
  bool isBetween(int earlier, int later) {
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
  bool readerIsElsewhere(Operation *op, int index) {
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
  std::optional<int> producerGroup(Operation *op) {
    std::optional<int> best;
    for (Value operand : op->getOperands()) {
      Operation *def = operand.getDefiningOp();
      auto it = def ? plan.groupOf.find(def) : plan.groupOf.end();
      if (it != plan.groupOf.end() && accepts(it->second, op) && (!best || it->second > *best))
        best = it->second;
    }
    return best;
  }

  bool accepts(int index, Operation *op) {
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
  bool dependsOn(Value value, int index, bool direct) {
    llvm::DenseSet<Operation *> seen;
    SmallVector<std::pair<Value, bool>> work = {{value, direct}};
    while (!work.empty()) {
      auto [needed, own] = work.pop_back_val();
      Operation *def = needed.getDefiningOp();
      if (!def)
        continue;
      if (inGroup(def, index)) {
        if (!own)
          return true;
        continue;
      }
      const int *level = levelOf(def);
      if ((level && *level <= levels[index]) || !seen.insert(runWith(def).front()).second)
        continue;
      // A group runs as a whole: all that any of its ops reads. Copied and waiting ops stay with their reader.
      for (Operation *op : runWith(def))
        for (Value operand : op->getOperands())
          work.push_back({operand, own && waiting.contains(def)});
    }
    return false;
  }

  Block &body;
  bool inLoop;
  FusePlan plan;
  std::vector<int> levels;                // by group
  llvm::DenseMap<Operation *, int> alone; // the levels of ops that had their turn and are in no group
  llvm::DenseSet<Operation *> waiting;    // for the anchor that will read them
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
