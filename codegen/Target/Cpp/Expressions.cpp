#include "codegen/Target/Cpp/Expressions.h"
#include "codegen/Target/Cpp/Literals.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::cpp {

std::string Expressions::typeName(Type type) { return preludeType(type); }

std::string Expressions::helper(StringRef name, Type type, std::initializer_list<std::string> arguments) {
  std::string text = use(name, type) + "(";
  bool first = true;
  for (const std::string &argument : arguments) {
    text += (first ? "" : ", ") + argument;
    first = false;
  }
  return text + ")";
}

std::string Expressions::helperOn(StringRef name, Operation *op) {
  std::string text = use(name, op->getResult(0).getType()) + "(";
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    text += (i ? ", " : "") + this->text(operand);
  return text + ")";
}

Expression Expressions::value(Value value) {
  if (auto found = named.find(value); found != named.end()) {
    asked.insert(value);
    return {found->second};
  }
  Operation *op = value.getDefiningOp();
  if (!op) {
    fail(value.getParentBlock()->getParentOp());
    return {"?"};
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return literal(constant, isMask(value.getType()) ? maskBits(value) : 32, prelude);
  if (isLiteral(op) || folding.isFolded(op))
    return expression(op);
  fail(op);
  return {"?"};
}

const Buffer &Expressions::buffer(Value value) {
  auto found = buffers.find(value);
  if (found == buffers.end()) {
    fail(value.getDefiningOp() ? value.getDefiningOp() : value.getParentBlock()->getParentOp());
    return buffers[value];
  }
  return found->second;
}

Expression Expressions::expression(Operation *op) {
  for (auto family : {&Expressions::arithmetic, &Expressions::mathematics, &Expressions::vectors, &Expressions::memory})
    if (std::optional<Expression> found = (this->*family)(op))
      return *found;
  if (auto callOp = dyn_cast<func::CallOp>(op))
    return {call(callOp)};
  fail(op);
  return {"?"};
}

std::vector<std::string> Expressions::arguments(func::CallOp op) {
  std::vector<std::string> texts;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    if (!takes(op, i))
      continue;
    if (!isa<MemRefType>(operand.getType())) {
      texts.push_back(text(operand));
      continue;
    }
    const Buffer &argument = buffer(operand);
    if (!argument.strides.empty() || !argument.lastIsOne)
      fail(op); // kernels take whole buffers, parts enter with their offset
    texts.push_back(argument.text);
  }
  return texts;
}

std::string Expressions::call(func::CallOp op) { return calleeName(op) + "(" + llvm::join(arguments(op), ", ") + ")"; }

bool Expressions::isUnread(Value buffer) {
  return buffer.getDefiningOp<memref::AllocaOp>() && llvm::all_of(buffer.getUses(), [&](OpOperand &use) {
           if (auto call = dyn_cast<func::CallOp>(use.getOwner()))
             return !takes(call, use.getOperandNumber());
           auto store = dyn_cast<memref::StoreOp>(use.getOwner());
           return store && store.getMemRef() == buffer;
         });
}

unsigned Expressions::maskBits(Value mask) {
  Operation *op = mask.getDefiningOp();
  if (isa_and_nonnull<arith::CmpFOp, arith::CmpIOp, arith::TruncIOp, vector::ShuffleOp>(op)) {
    unsigned bits = elementBits(op->getOperand(0).getType());
    return bits == 1 ? maskBits(op->getOperand(0)) : std::max(bits, 32u);
  }
  if (isa_and_nonnull<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    for (Value operand : op->getOperands())
      if (!operand.getDefiningOp<arith::ConstantOp>())
        return maskBits(operand);
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op))
    return maskBits(select.getTrueValue().getDefiningOp<arith::ConstantOp>() ? select.getFalseValue()
                                                                             : select.getTrueValue());
  // Made of a number of lanes: as its first user wants it.
  for (Operation *user : mask.getUsers()) {
    if (isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(user)) {
      for (Value operand : user->getOperands())
        if (isa_and_nonnull<arith::CmpFOp, arith::CmpIOp>(operand.getDefiningOp()))
          return maskBits(operand);
      continue;
    }
    for (Type type : llvm::concat<const Type>(SmallVector<Type>(user->getResultTypes()),
                                              SmallVector<Type>(user->getOperandTypes())))
      if (auto vector = dyn_cast<VectorType>(type);
          vector && !vector.getElementType().isInteger(1) && elementBits(vector) >= 32)
        return elementBits(vector);
  }
  return 32;
}

std::string Expressions::maskAs(Value mask, unsigned bits, Binds needed) {
  if (maskBits(mask) == bits)
    return text(mask, needed);
  int64_t lanes = cast<VectorType>(mask.getType()).getNumElements();
  return "__builtin_convertvector(" + text(mask) + ", i" + std::to_string(bits) + "x" + std::to_string(lanes) + ")";
}

std::string Expressions::mask(Value mask, VectorType beside) { return maskAs(mask, elementBits(beside), Binds::comma); }

std::string Expressions::typeOf(Value value) {
  return valueType(value.getType(), isMask(value.getType()) ? maskBits(value) : 32);
}

bool isNotNegative(Value value, unsigned depth) {
  if (depth > 6)
    return false;
  auto all = [&](auto... values) { return (isNotNegative(values, depth + 1) && ...); };
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (isa<func::FuncOp>(parent)) // sizes, offsets, numbers of tasks and threads
      return true;
    auto loop = dyn_cast<scf::ForOp>(parent);
    return loop && argument == loop.getInductionVar() && all(loop.getLowerBound());
  }
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return isa<IntegerAttr>(constant.getValue()) && !cast<IntegerAttr>(constant.getValue()).getValue().isNegative();
  if (isa<arith::AddIOp, arith::MulIOp, arith::DivSIOp, arith::DivUIOp, arith::RemUIOp>(op))
    return all(op->getOperand(0), op->getOperand(1));
  if (isa<arith::RemSIOp>(op))
    return all(op->getOperand(0));
  if (isa<arith::AndIOp>(op))
    return isNotNegative(op->getOperand(0), depth + 1) || isNotNegative(op->getOperand(1), depth + 1);
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return all(select.getTrueValue(), select.getFalseValue());
  return false;
}

} // namespace nnc::cpp
