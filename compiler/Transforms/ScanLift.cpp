#include "compiler/Transforms/ScanLift.h"
#include "compiler/Analysis/OpClass.h"

using namespace mlir;

namespace nnc {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

char unusedLetter(const nn::ContractSpec &letters) {
  for (char letter : StringRef("tsuvwxyzabcdefghijklmnopqr"))
    if (!StringRef(letters.lhs).contains(letter) && !StringRef(letters.rhs).contains(letter))
      return letter;
  return 0;
}

} // namespace

ScanLift::ScanLift(nn::ScanOp scan, OpBuilder &builder) : scan(scan), builder(builder) {
  for (auto [argument, value] : llvm::zip_equal(scan.constArguments(), scan.getConsts()))
    known[argument] = {value, Lifted::same};
  for (auto [argument, value, axis] : llvm::zip_equal(scan.sliceArguments(), scan.getXs(), scan.getXsAxes()))
    known[argument] = {value, axis};
}

bool ScanLift::isLiftable(Operation *op) {
  return isa<nn::ContractOp, nn::BroadcastOp, nn::ConstantOp, nn::SizeOp>(op) ||
         (classify(op) == OpClass::Elementwise && op->getNumResults() == 1);
}

std::optional<int64_t> ScanLift::axisOf(Operation *op, std::optional<int64_t> wanted) const {
  SmallVector<int64_t> axes;
  for (Value operand : op->getOperands())
    if (get(operand).axis != Lifted::same)
      axes.push_back(get(operand).axis);
  if (auto contract = dyn_cast<nn::ContractOp>(op)) {
    if (axes.empty())
      return Lifted::same;
    if (!unusedLetter(contract.getLetters()))
      return std::nullopt;
    Value init = contract.getInit();
    std::optional<int64_t> given = init && get(init).axis != Lifted::same ? std::optional(get(init).axis) : wanted;
    bool onlyInit = get(contract.getLhs()).axis == Lifted::same && get(contract.getRhs()).axis == Lifted::same;
    if (onlyInit) // the letter of time would stand in neither operand
      return std::nullopt;
    return given.value_or(axisOfContraction(contract));
  }
  if (axes.empty())
    return Lifted::same;
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op)) {
    std::optional<int64_t> axis = axisOfBroadcast(broadcast);
    return axis && (!wanted || *wanted == *axis) ? axis : std::nullopt;
  }
  bool equal = llvm::all_equal(axes) && (!wanted || axes.front() == *wanted);
  return equal ? std::optional(axes.front()) : std::nullopt;
}

// Behind the letter behind which it stands in an operand, so that rows stay together: "bti,gi->btg".
int64_t ScanLift::axisOfContraction(nn::ContractOp op) const {
  nn::ContractSpec letters = op.getLetters();
  for (auto [value, spec] :
       {std::pair(op.getLhs(), StringRef(letters.lhs)), std::pair(op.getRhs(), StringRef(letters.rhs))}) {
    int64_t axis = get(value).axis;
    if (axis == Lifted::same || letters.result.empty())
      continue;
    if (axis > 0 && letters.result.front() == spec[axis - 1])
      return 1;
  }
  bool free = typeOf(op.getY()).getRank() > 0 && !nn::sizeOf(typeOf(op.getY()), 0).isConstant();
  return free ? 1 : 0; // a free size stays the outermost
}

// The dimensions of a broadcast ascend, so time keeps its place among them.
std::optional<int64_t> ScanLift::axisOfBroadcast(nn::BroadcastOp op) const {
  int64_t at = get(op.getX()).axis;
  int64_t axis = at == 0 ? 0 : op.getDims()[at - 1] + 1;
  RankedTensorType type = typeOf(op.getY());
  bool free = type.getRank() > 0 && !nn::sizeOf(type, 0).isConstant();
  if (axis > 0 || !free)
    return axis;
  bool behind = op.getDims().empty() || op.getDims().front() > 0;
  return behind ? std::optional<int64_t>(1) : std::nullopt; // a free size stays the outermost
}

void ScanLift::lift(Operation *op, std::optional<int64_t> wanted) {
  int64_t axis = *axisOf(op, wanted);
  if (auto contract = dyn_cast<nn::ContractOp>(op); contract && axis != Lifted::same)
    return liftContraction(contract, axis);
  Location loc = locationOf(op);
  Value result = op->getResult(0);
  if (axis == Lifted::same) {
    Operation *copy = builder.clone(*op);
    for (OpOperand &operand : copy->getOpOperands())
      operand.set(get(operand.get()).value);
    copy->setLoc(loc);
    known[result] = {copy->getResult(0), axis};
    return;
  }
  RankedTensorType type = nn::stackOfSlice(typeOf(result), axis, scan.stepCount());
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op)) {
    SmallVector<int64_t> dims;
    for (int64_t dim : broadcast.getDims())
      dims.push_back(dim + (dim >= axis));
    Lifted x = get(broadcast.getX());
    dims.insert(dims.begin() + x.axis, axis);
    known[result] = {nn::BroadcastOp::create(builder, loc, type, x.value, dims), axis};
    return;
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(at(operand, axis, loc));
  Operation *copy = builder.clone(*op);
  copy->setOperands(operands);
  copy->setLoc(loc);
  copy->getResult(0).setType(type);
  known[result] = {copy->getResult(0), axis};
}

void ScanLift::liftContraction(nn::ContractOp op, int64_t axis) {
  nn::ContractSpec letters = op.getLetters();
  char time = unusedLetter(letters);
  std::string lhs = letters.lhs, rhs = letters.rhs, result = letters.result;
  if (int64_t at = get(op.getLhs()).axis; at != Lifted::same)
    lhs.insert(lhs.begin() + at, time);
  if (int64_t at = get(op.getRhs()).axis; at != Lifted::same)
    rhs.insert(rhs.begin() + at, time);
  result.insert(result.begin() + axis, time);
  Location loc = locationOf(op);
  Value init = op.getInit() ? at(op.getInit(), axis, loc) : Value();
  RankedTensorType type = nn::stackOfSlice(typeOf(op.getY()), axis, scan.stepCount());
  known[op.getY()] = {nn::ContractOp::create(builder, loc, type, get(op.getLhs()).value, get(op.getRhs()).value, init,
                                             lhs + "," + rhs + "->" + result),
                      axis};
}

// A value that is the same in all steps is repeated along time: from what it repeats already, if it is a broadcast.
Value ScanLift::at(Value value, int64_t axis, Location loc) {
  Lifted lifted = get(value);
  if (lifted.axis == axis)
    return lifted.value;
  RankedTensorType type = nn::stackOfSlice(typeOf(value), axis, scan.stepCount());
  SmallVector<int64_t> dims;
  Value source = lifted.value;
  if (auto broadcast = source.getDefiningOp<nn::BroadcastOp>()) {
    llvm::append_range(dims, broadcast.getDims());
    source = broadcast.getX();
  } else {
    llvm::append_range(dims, llvm::seq<int64_t>(0, typeOf(value).getRank()));
  }
  for (int64_t &dim : dims)
    dim += dim >= axis;
  return nn::BroadcastOp::create(builder, loc, type, source, dims);
}

// What leaves a loop of the way back is part of the way back.
Location ScanLift::locationOf(Operation *op) const {
  auto fused = dyn_cast<FusedLoc>(nn::ScanOp(scan).getLoc());
  return fused && fused.getMetadata() ? Location(FusedLoc::get({op->getLoc()}, fused.getMetadata(), op->getContext()))
                                      : op->getLoc();
}

} // namespace nnc
