#include "codegen/Conversion/Emit/KernelBuilder.h"

#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nnc::emit {

KernelBuilder::KernelBuilder(func::FuncOp function, int64_t lanes)
    : ImplicitLocOpBuilder(function.getLoc(), function.getContext()), kernel(function), function(function),
      kernelName(function.getName()), laneCount(lanes) {
  setInsertionPointToEnd(&function.getBody().front());
}

Value KernelBuilder::constant(TypedAttr value) {
  for (auto &[known, result] : constants)
    if (known == value)
      return result;
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&function.getBody().front());
  Value result = arith::ConstantOp::create(*this, value);
  constants.push_back({value, result});
  return result;
}

Value KernelBuilder::index(int64_t value) { return constant(getIndexAttr(value)); }

Value KernelBuilder::number(Type type, double value) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr scalar = isa<FloatType>(element) ? TypedAttr(getFloatAttr(element, value))
                                             : TypedAttr(getIntegerAttr(element, static_cast<int64_t>(value)));
  if (auto vector = dyn_cast<VectorType>(type))
    return constant(cast<TypedAttr>(DenseElementsAttr::get(vector, Attribute(scalar))));
  return constant(scalar);
}

Value KernelBuilder::splat(Value scalar) {
  if (isa<VectorType>(scalar.getType()))
    return scalar;
  if (Attribute value; matchPattern(scalar, m_Constant(&value)))
    return constant(cast<TypedAttr>(DenseElementsAttr::get(vectorOf(scalar.getType()), value)));
  return vector::BroadcastOp::create(*this, vectorOf(scalar.getType()), scalar);
}

std::optional<int64_t> KernelBuilder::constantOf(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value KernelBuilder::add(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(*left + *right);
  if (left == 0)
    return b;
  if (right == 0)
    return a;
  return arith::AddIOp::create(*this, a, b);
}

Value KernelBuilder::sub(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(*left - *right);
  if (right == 0)
    return a;
  return arith::SubIOp::create(*this, a, b);
}

Value KernelBuilder::mul(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(*left * *right);
  if (left == 1)
    return b;
  if (right == 1)
    return a;
  if (left == 0 || right == 0)
    return index(0);
  return arith::MulIOp::create(*this, a, b);
}

Value KernelBuilder::mul(Value a, int64_t b) { return mul(a, index(b)); }

Value KernelBuilder::div(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(*left / *right);
  if (right == 1)
    return a;
  if (right)
    if (auto parts = divide(a, *right))
      return parts->first;
  return arith::DivUIOp::create(*this, a, b);
}

Value KernelBuilder::rem(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(*left % *right);
  if (right == 1)
    return index(0);
  if (right)
    if (auto parts = divide(a, *right))
      return parts->second;
  return arith::RemUIOp::create(*this, a, b);
}

Value KernelBuilder::smaller(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return index(std::min(*left, *right));
  Value less = arith::CmpIOp::create(*this, arith::CmpIPredicate::slt, a, b);
  return arith::SelectOp::create(*this, less, a, b);
}

void KernelBuilder::setInsertionPointToTop() {
  Block &entry = kernel.getBody().front();
  setInsertionPoint(&entry,
                    llvm::find_if(entry, [](Operation &op) { return !isa<arith::ConstantOp, memref::AllocaOp>(op); }));
}

Value KernelBuilder::named(Value value, StringRef name) {
  if (name.empty())
    return value;
  valueNames[value] = name.str();
  Operation *op = value.getDefiningOp();
  if (op && !isa<arith::ConstantOp>(op))
    op->setAttr(kNameAttr, getStringAttr(name));
  return value;
}

void KernelBuilder::loop(Value from, Value to, int64_t step, Body body, StringRef name, int64_t unroll) {
  auto loop = scf::ForOp::create(*this, from, to, index(step));
  if (unroll > 1)
    loop->setAttr("nnc.unroll_by", getI64IntegerAttr(unroll));
  named(loop.getInductionVar(), name);
  if (!name.empty())
    loop->setAttr(kNameAttr, getStringAttr(name));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void KernelBuilder::loopOrOnce(Value from, Value to, int64_t step, Body body, StringRef name) {
  std::optional<int64_t> first = constantOf(from), last = constantOf(to);
  if (first && last && *last - *first <= step) {
    if (*last > *first)
      body(from);
    return;
  }
  loop(from, to, step, body, name);
}

SmallVector<Value> KernelBuilder::carry(Value from, Value to, int64_t step, ValueRange init, CarriedBody body) {
  auto loop = scf::ForOp::create(*this, from, to, index(step), init);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(*this, next);
  return SmallVector<Value>(loop.getResults());
}

void KernelBuilder::unrolled(int64_t count, Body body, StringRef name, bool always) {
  if (count == 1 && !always)
    return body(index(0));
  unrolledFrom(0, count, body, name);
}

void KernelBuilder::unrolledFrom(int64_t from, int64_t to, Body body, StringRef name) {
  auto loop = scf::ForOp::create(*this, index(from), index(to), index(1));
  loop->setAttr("nnc.unroll", getUnitAttr());
  if (!name.empty())
    loop->setAttr(kNameAttr, getStringAttr(name));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Value KernelBuilder::unrolledCarry(int64_t count, Value init, Step step, StringRef name, StringRef carried) {
  auto loop = scf::ForOp::create(*this, index(0), index(count), index(1), init);
  loop->setAttr("nnc.unroll", getUnitAttr());
  loop->setAttr(kNameAttr, getStringAttr(name));
  loop->setAttr("nnc.names", getStrArrayAttr(carried));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  scf::YieldOp::create(*this, step(loop.getInductionVar(), loop.getRegionIterArgs().front()));
  return loop.getResult(0);
}

void KernelBuilder::when(Value condition, llvm::function_ref<void()> then) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  then();
}

void KernelBuilder::choose(Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  then();
  setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

Value KernelBuilder::valueIf(Value condition, llvm::function_ref<Value()> then, Value otherwise) {
  auto branch = scf::IfOp::create(*this, otherwise.getType(), condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(*this, then());
  setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(*this, otherwise);
  return branch.getResult(0);
}

void KernelBuilder::repeat(Value from, int64_t extent, int64_t count, Body body, StringRef name) {
  if (count == 1)
    body(from);
  else if (count > 1)
    loop(from, add(from, extent * count), extent, body, name);
}

// In the entry block, so that no loop grows the stack.
Value KernelBuilder::tile(ArrayRef<int64_t> shape, StringRef name) {
  auto type = MemRefType::get(shape, floats());
  for (memref::AllocaOp known : tiles)
    if (known.getType() == type && known->getAttrOfType<StringAttr>(kNameAttr).getValue() == name)
      return known;
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&function.getBody().front());
  auto result = memref::AllocaOp::create(*this, type);
  result->setAttr(kNameAttr, getStringAttr(name));
  tiles.push_back(result);
  return result;
}

Value KernelBuilder::maskBelow(Value column, Value extent) {
  return vector::CreateMaskOp::create(*this, vectorOf(getI1Type()), ValueRange{sub(extent, column)});
}

Value KernelBuilder::laneNumbers() {
  auto numbers = llvm::to_vector(llvm::seq<int32_t>(0, laneCount));
  return constant(DenseElementsAttr::get(vectorOf(getI32Type()), ArrayRef<int32_t>(numbers)));
}

Value KernelBuilder::clampLabel(Value label, int64_t classes) {
  Value zero = number(label.getType(), 0), last = number(label.getType(), static_cast<double>(classes - 1));
  Value below = arith::CmpIOp::create(*this, arith::CmpIPredicate::slt, label, zero);
  label = arith::SelectOp::create(*this, below, zero, label);
  Value above = arith::CmpIOp::create(*this, arith::CmpIPredicate::sgt, label, last);
  return arith::SelectOp::create(*this, above, last, label);
}

Value KernelBuilder::lane(Value vector, int64_t position) { return vector::ExtractOp::create(*this, vector, position); }

Value KernelBuilder::foldHalves(Value vector, Combine combine) {
  int64_t width = cast<VectorType>(vector.getType()).getNumElements();
  while (width > 2) {
    int64_t half = width / 2;
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, half)), high = llvm::to_vector(llvm::seq<int64_t>(half, width));
    Value a = vector::ShuffleOp::create(*this, vector, vector, low);
    Value b = vector::ShuffleOp::create(*this, vector, vector, high);
    vector = combine(a, b);
    width = half;
  }
  return combine(lane(vector, 0), lane(vector, 1));
}

} // namespace nnc::emit
