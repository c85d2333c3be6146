#include "codegen/Target/Cpp/Folding.h"
#include "codegen/Target/Cpp/Extrema.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

constexpr unsigned maxWeight = 6,
                   maxStored = 14; // operations in one expression, and in one that is the whole statement

bool hasBuffer(TypeRange types) {
  return llvm::any_of(types, [](Type type) { return isa<MemRefType>(type); });
}

bool readsMemory(Operation *op) {
  return isa<memref::LoadOp, vector::LoadOp, vector::MaskedLoadOp, vector::GatherOp>(op) ||
         (isa<func::CallOp>(op) && hasBuffer(op->getOperandTypes()));
}

bool isStore(Operation *op) {
  return isa<memref::StoreOp, vector::StoreOp, vector::MaskedStoreOp, vector::ScatterOp>(op);
}

/// A function that only computes from its arguments and from what buffers hold.
bool changesNothing(func::CallOp call) {
  if (!hasBuffer(call.getOperandTypes()))
    return call.getNumResults() != 0;
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (!callee || callee.isDeclaration())
    return false;
  auto isHarmless = [](Operation *op) {
    auto inner = dyn_cast<func::CallOp>(op);
    return !isStore(op) && (!inner || changesNothing(inner)) ? WalkResult::advance() : WalkResult::interrupt();
  };
  return !callee.walk(isHarmless).wasInterrupted();
}

bool writesMemory(Operation *op) {
  if (auto call = dyn_cast<func::CallOp>(op))
    return !changesNothing(call);
  return op->getNumRegions() != 0 || isStore(op);
}

/// Where a value is printed, if that is one place. The comparison of a maximum is not printed: what is compared and
/// chosen is used once.
Operation *onlyUser(Value value) {
  if (value.hasOneUse())
    return *value.getUsers().begin();
  SmallVector<Operation *, 3> users(value.getUsers());
  if (users.size() != 2)
    return nullptr;
  for (int i : {0, 1}) {
    auto choice = dyn_cast<arith::SelectOp>(users[i]);
    if (choice && choice.getCondition().getDefiningOp() == users[1 - i] && users[1 - i]->hasOneUse() &&
        users[1 - i]->getBlock() == choice->getBlock() && extremumOf(choice))
      return choice;
  }
  return nullptr;
}

/// A value whose name means the same wherever it can be seen: no variable that a loop or a branch changes.
bool isFixed(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    return !loop || argument == loop.getInductionVar();
  }
  return value.getDefiningOp()->getNumRegions() == 0;
}

/// An expression whose value is wanted more than once where its user stands: a bound of a loop.
bool isRepeated(Operation *op, Operation *user) {
  auto loop = dyn_cast<scf::ForOp>(user);
  return loop && (loop.getUpperBound().getDefiningOp() == op || loop.getStep().getDefiningOp() == op);
}

} // namespace

bool isLiteral(Operation *op) { return isa<arith::ConstantOp, vector::ConstantMaskOp>(op); }

bool isExpression(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 || isa<MemRefType>(op->getResult(0).getType()))
    return false;
  if (auto call = dyn_cast<func::CallOp>(op))
    return changesNothing(call);
  return !isLiteral(op);
}

Folding::Folding(func::FuncOp function) {
  function.walk([&](Block *block) { plan(*block); });
  // From the last operation to the first: an anchor is known before what is folded into it.
}

bool Folding::mayFold(Operation *op, Operation *user) {
  Value value = op->getResult(0);
  // A stretch of arithmetic reads better in pieces; addresses and what is stored stay whole.
  auto choice = dyn_cast<arith::SelectOp>(user);
  if (choice && choice.getCondition().getDefiningOp() == op && extremumOf(choice))
    return true; // not printed at all
  unsigned weight = 1;
  for (Value operand : op->getOperands())
    if (Operation *source = operand.getDefiningOp(); source && isExpression(source))
      weight += weights.lookup(source);
  weights[op] = weight;
  bool whole = isa<memref::StoreOp, vector::StoreOp, vector::MaskedStoreOp, func::ReturnOp, scf::YieldOp>(user);
  if (weight > (whole ? maxStored : maxWeight))
    return false;
  if (isRepeated(op, user))
    return !readsMemory(op) && weight == 1 && value.getType().isIndex();
  return true;
}

/// One sum, difference, product or intersection of two names or numbers, used twice at most.
bool Folding::isShortIndex(Operation *op) {
  Value value = op->getNumResults() == 1 ? op->getResult(0) : Value();
  if (!value || !value.getType().isIndex() || !isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::AndIOp>(op) ||
      op->hasAttr("nnc.name") || value.hasNUsesOrMore(3))
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) {
    Operation *source = operand.getDefiningOp();
    return isFixed(operand) && (!source || isLiteral(source) || !isFolded(source));
  });
}

void Folding::plan(Block &block) {
  for (Operation &op : block)
    if (isExpression(&op)) {
      Value value = op.getResult(0);
      Operation *user = onlyUser(value);
      bool fold = user && user->getBlock() == &block && mayFold(&op, user);
      if (!fold && isShortIndex(&op)) {
        repeated.insert(&op);
        weights[&op] = 1;
      } else if (!fold)
        weights[&op] = 0;
      else
        anchors[&op] = user;
    }
  for (Operation &op : llvm::reverse(block)) {
    auto found = anchors.find(&op);
    if (found == anchors.end())
      continue;
    Operation *anchor = found->second;
    while (anchors.contains(anchor)) // users come first here, so this is one step
      anchor = anchors[anchor];
    bool stale = false;
    if (readsMemory(&op))
      for (Operation *next = op.getNextNode(); next != anchor && !stale; next = next->getNextNode())
        stale = writesMemory(next);
    if (stale)
      anchors.erase(&op);
    else
      anchors[&op] = anchor;
  }
}

} // namespace nnc::cpp
