#include "test/unit/autodiff/Mutations.h"

#include "compiler/Autodiff/Activity.h"
#include "compiler/Dialect/Nn.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace nnc::test {
namespace {

/// Whether a result reaches a terminator.
bool isAlive(Operation *op, llvm::DenseSet<Operation *> &dead) {
  if (op->hasTrait<OpTrait::IsTerminator>())
    return true;
  if (dead.contains(op))
    return false;
  for (Operation *user : op->getUsers())
    if (isAlive(user, dead))
      return true;
  dead.insert(op);
  return false;
}

/// The location of the op that something at a "grad" location was built for.
std::optional<Location> origin(Operation *op) {
  auto fused = dyn_cast<FusedLoc>(op->getLoc());
  auto what = fused ? dyn_cast_or_null<StringAttr>(fused.getMetadata()) : StringAttr();
  if (!what || what.getValue() != "grad")
    return std::nullopt;
  return fused.getLocations().front();
}

/// A constant of rank 0, spread over a shape or not.
Operation *constantUnder(Operation *op) {
  if (auto broadcast = dyn_cast_or_null<nn::BroadcastOp>(op))
    op = broadcast.getX().getDefiningOp();
  return isa_and_nonnull<nn::ConstantOp>(op) ? op : nullptr;
}

bool isZero(Value value) {
  Operation *constant = constantUnder(value.getDefiningOp());
  return constant && matchPattern(constant->getResult(0), m_AnyZeroFloat());
}

/// Whether they are one value, equal constants, or empty.
bool areEqual(Value a, Value b) {
  auto type = cast<RankedTensorType>(a.getType());
  if (type.hasStaticShape() && type.getNumElements() == 0)
    return true;
  Operation *first = constantUnder(a.getDefiningOp()), *second = constantUnder(b.getDefiningOp());
  return a == b || (first && second && first->getAttrs() == second->getAttrs());
}

bool isSingleElement(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.hasStaticShape() && type.getNumElements() == 1;
}

bool isCommutative(Operation *op) {
  if (auto compare = dyn_cast<nn::CompareOp>(op))
    return compare.getPred() == nn::ComparePred::eq || compare.getPred() == nn::ComparePred::ne;
  if (auto contract = dyn_cast<nn::ContractOp>(op))
    return contract.getLetters().lhs == contract.getLetters().rhs || isSingleElement(contract.getLhs());
  return op->hasTrait<OpTrait::IsCommutative>() || isa<nn::MaxOp, nn::MinOp, nn::MseOp>(op);
}

void addNegation(Operation *op, std::vector<Mutation> &all) {
  if (op->getNumResults() == 1 && autodiff::isFloat(op->getResult(0)) && !isZero(op->getResult(0)))
    all.push_back({"negated", [](Operation *op) {
                     OpBuilder builder(op->getContext());
                     builder.setInsertionPointAfter(op);
                     Value y = op->getResult(0);
                     auto negated = nn::NegOp::create(builder, op->getLoc(), y.getType(), y);
                     y.replaceAllUsesExcept(negated.getY(), negated);
                   }});
}

void addDrops(Operation *op, std::vector<Mutation> &all) {
  if (!isa<nn::AddOp, nn::SubOp>(op))
    return;
  for (unsigned dropped : {0, 1})
    if (!isZero(op->getOperand(dropped)))
      all.push_back({"without operand " + std::to_string(dropped), [dropped](Operation *op) {
                       Value kept = op->getOperand(1 - dropped);
                       OpBuilder builder(op);
                       if (isa<nn::SubOp>(op) && dropped == 0)
                         kept = nn::NegOp::create(builder, op->getLoc(), kept.getType(), kept);
                       op->getResult(0).replaceAllUsesWith(kept);
                     }});
  if (isa<nn::ContractOp>(op) && cast<nn::ContractOp>(op).getInit())
    all.push_back({"without init", [](Operation *op) { cast<nn::ContractOp>(op).getInitMutable().clear(); }});
}

void addSwaps(Operation *op, std::vector<Mutation> &all) {
  bool commutative = isCommutative(op);
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    for (unsigned k = i + 1; k < op->getNumOperands(); ++k) {
      if (op->getOperand(i).getType() != op->getOperand(k).getType() || areEqual(op->getOperand(i), op->getOperand(k)))
        continue;
      if (commutative && i == 0 && k == 1)
        continue;
      all.push_back({"operands " + std::to_string(i) + " and " + std::to_string(k) + " swapped", [i, k](Operation *op) {
                       Value first = op->getOperand(i), second = op->getOperand(k);
                       op->setOperand(i, second);
                       op->setOperand(k, first);
                     }});
    }
}

} // namespace

/// Whether the op is the constant of a broadcast: the two are one constant.
static bool isSpread(Operation *op) {
  return isa<nn::ConstantOp>(op) && op->hasOneUse() && isa<nn::BroadcastOp>(*op->getUsers().begin());
}

std::string nameOf(Operation *op) { return constantUnder(op) ? "constant" : op->getName().stripDialect().str(); }

std::vector<Operation *> builtBy(ModuleOp backward, const std::string &name) {
  Location harness = NameLoc::get(StringAttr::get(backward.getContext(), "harness"));
  llvm::DenseSet<Location> places;
  backward.walk([&](Operation *op) {
    if (op->getName().getStringRef() == name && op->getLoc() != harness)
      places.insert(op->getLoc());
  });
  std::vector<Operation *> built;
  llvm::DenseSet<Operation *> dead;
  backward.walk<WalkOrder::PreOrder>([&](Operation *op) {
    std::optional<Location> place = origin(op);
    if (place && places.contains(*place) && !op->hasTrait<OpTrait::IsTerminator>() && !isSpread(op) &&
        isAlive(op, dead))
      built.push_back(op);
  });
  return built;
}

std::vector<Mutation> mutationsOf(Operation *op) {
  std::vector<Mutation> all;
  addNegation(op, all);
  addDrops(op, all);
  addSwaps(op, all);
  return all;
}

} // namespace nnc::test
