#include "codegen/Conversion/Emit/Evaluate.h"

#include "codegen/Conversion/Emit/Formulas.h"
#include "codegen/Conversion/ToLinalg/InlineFunctions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::emit {

Value Evaluator::decline(StringRef text) {
  if (reason.empty())
    reason = text;
  return {};
}

Value Evaluator::spread(Value scalar, const Point &point) { return point.lanes ? b.splat(scalar) : scalar; }

Value Evaluator::evaluate(Value value, const Point &point) {
  for (const Entry &entry : done)
    if (entry.value == value && entry.point == point)
      return entry.computed;
  // Also inside a chain: a vector is one register of 32-bit lanes.
  if (point.lanes && cast<RankedTensorType>(value.getType()).getElementTypeBitWidth() > 32)
    return decline("64-bit elements in lanes");
  Value computed = compute(value, point);
  if (computed)
    done.push_back({value, point, computed});
  return computed;
}

Value Evaluator::compute(Value value, const Point &point) {
  for (auto [known, result] : stored)
    if (known == value)
      return load(kernel.result(result), point);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return load(kernel.input(argument), point);
  return llvm::TypeSwitch<Operation *, Value>(value.getDefiningOp())
      .Case([&](nn::ConstantOp op) { return constant(op, point); })
      .Case([&](nn::SizeOp op) { return size(op, point); })
      .Case([&](nn::BroadcastOp op) { return broadcast(op, point); })
      .Case([&](nn::TransposeOp op) { return transpose(op, point); })
      .Case([&](nn::ReshapeOp op) { return reshape(op, point); })
      .Case([&](nn::PadOp op) { return pad(op, point); })
      .Case([&](nn::RelayoutOp op) { return evaluate(op.getX(), point); })
      .Case([&](nn::SoftmaxCrossEntropyGradOp op) { return crossEntropyGrad(op, point); })
      .Default([&](Operation *op) -> Value {
        return !hasFormula(op) ? decline("an op that is neither elementwise nor an index map")
                               : formula(cast<OpResult>(value), point);
      });
}

// Operands of rank 0 of an update (learning rate, flag) stay scalars. All results of the op are remembered.
Value Evaluator::formula(OpResult result, const Point &point) {
  Operation *op = result.getOwner();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    auto type = cast<RankedTensorType>(operand.getType());
    bool isScalar = op->hasTrait<nn::TiedUpdate>() && type.getRank() == 0;
    operands.push_back(evaluate(operand, isScalar ? Point{} : point));
    if (!operands.back())
      return {};
  }
  SmallVector<Value> results =
      isa<nn::AdamOp>(op) ? update(cast<nn::AdamOp>(op), operands) : buildFormula(b, b.getLoc(), op, operands);
  for (auto [i, computed] : llvm::enumerate(results))
    if (i != result.getResultNumber())
      done.push_back({op->getResult(i), point, computed});
  return results[result.getResultNumber()];
}

// A formula of a dozen operations with three results, which every parameter of a model needs, is a function.
SmallVector<Value> Evaluator::update(nn::AdamOp op, ValueRange operands) {
  if (!isa<VectorType>(operands.front().getType()))
    return buildFormula(b, b.getLoc(), op, operands);
  static constexpr StringRef all[] = {"p", "g", "m", "v", "lr", "correction1", "correction2", "decay"};
  SmallVector<StringRef> names(ArrayRef(all).take_front(4 + op.getScalars().size()));
  if (op.getFinite())
    names.push_back("finite");
  names.append({"new_p", "new_m", "new_v"});
  SmallVector<Type> results(3, operands.front().getType());
  auto build = [&](ValueRange arguments) { return buildFormula(b, b.getLoc(), op, arguments); };
  return llvm::to_vector_of<Value>(b.callShared("adam_" + suffixOf(results.front()), operands, names, results, build));
}

Value Evaluator::load(const Buffer &buffer, const Point &point) {
  RankedTensorType type = buffer.type;
  bool truth = type.getElementType().isInteger(1);
  Type stored = truth ? Type(b.getI8Type()) : type.getElementType();
  Value loaded;
  if (point.flat && (nn::layoutOf(type) || buffer.isView()))
    return decline("a buffer whose layout is not row-major");
  Value memory = point.flat ? kernel.flat(buffer) : buffer.memory;
  SmallVector<Value> at = point.flat ? point.at : kernel.physical(type, point.at);
  if (!point.lanes) {
    loaded = memref::LoadOp::create(b, memory, at);
  } else {
    if (!point.flat && !kernel.isContiguous(buffer, *point.lanes))
      return decline("neighbours in lanes are not neighbours in memory");
    VectorType vector = b.vectorOf(stored);
    if (point.mask && (point.flat || point.exact || !kernel.isPadded(type, *point.lanes)))
      loaded = vector::MaskedLoadOp::create(b, vector, memory, at, point.mask, b.zero(vector));
    else
      loaded = vector::LoadOp::create(b, vector, memory, at);
  }
  return truth ? arith::CmpIOp::create(b, arith::CmpIPredicate::ne, loaded, b.zero(loaded.getType())) : loaded;
}

Value Evaluator::constant(nn::ConstantOp op, const Point &point) {
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!dense || !dense.isSplat())
    return decline("a constant whose elements differ");
  return spread(b.constant(cast<TypedAttr>(dense.getSplatValue<Attribute>())), point);
}

Value Evaluator::size(nn::SizeOp op, const Point &point) {
  Value extent = kernel.size(op.getName());
  Type type = cast<RankedTensorType>(op.getType()).getElementType();
  Type integer = isa<FloatType>(type) ? Type(b.getI64Type()) : type;
  Value number = arith::IndexCastOp::create(b, integer, extent);
  if (isa<FloatType>(type))
    number = arith::SIToFPOp::create(b, type, number);
  return spread(number, point);
}

Value Evaluator::broadcast(nn::BroadcastOp op, const Point &point) {
  auto source = cast<RankedTensorType>(op.getX().getType());
  if (point.flat) {
    if (source.getRank() != 0)
      return decline("a broadcast in a flattened chain");
    return spread(evaluate(op.getX(), Point{}), point);
  }
  Point inner;
  for (auto [i, dim] : llvm::enumerate(op.getDims())) {
    inner.at.push_back(point.at[dim]);
    if (point.lanes == static_cast<unsigned>(dim)) {
      inner.lanes = i;
      inner.mask = point.mask;
      inner.exact = point.exact;
    }
  }
  Value value = evaluate(op.getX(), inner);
  return value ? spread(value, point) : value;
}

Value Evaluator::transpose(nn::TransposeOp op, const Point &point) {
  if (point.flat)
    return decline("a transposition in a flattened chain");
  Point inner = point;
  for (auto [i, dim] : llvm::enumerate(op.getPerm())) {
    inner.at[dim] = point.at[i];
    if (point.lanes == i)
      inner.lanes = dim;
  }
  return evaluate(op.getX(), inner);
}

// Row-major positions agree. Lanes stay in the last dimension if both sides have the same one.
Value Evaluator::reshape(nn::ReshapeOp op, const Point &point) {
  if (point.flat)
    return evaluate(op.getX(), point);
  auto from = cast<RankedTensorType>(op.getX().getType()), to = cast<RankedTensorType>(op.getType());
  if (point.lanes && (from.getRank() == 0 || *point.lanes + 1 != to.getRank() ||
                      nn::sizeOf(from, from.getRank() - 1) != nn::sizeOf(to, to.getRank() - 1)))
    return decline("a reshape that tears lanes apart");
  Value position = b.index(0);
  for (int64_t dim = 0; dim < to.getRank(); ++dim)
    position = b.add(b.mul(position, kernel.extent(to, dim)), point.at[dim]);
  Point inner(from.getRank());
  inner.mask = point.mask;
  inner.exact = point.exact;
  for (int64_t dim = from.getRank() - 1; dim >= 0; --dim) {
    inner.at[dim] = dim ? b.rem(position, kernel.extent(from, dim)) : position;
    if (dim)
      position = b.div(position, kernel.extent(from, dim));
  }
  if (point.lanes)
    inner.lanes = from.getRank() - 1;
  return evaluate(op.getX(), inner);
}

// Zero outside of the box. There the operand is read at the box's first element instead, and not taken.
Value Evaluator::pad(nn::PadOp op, const Point &point) {
  auto from = cast<RankedTensorType>(op.getX().getType()), to = cast<RankedTensorType>(op.getType());
  if (point.flat)
    return decline("a flattened box");
  if (nn::elementCount(from).asConstant() == 0)
    return decline("an empty box");
  Point inner = point;
  Value inside;
  for (auto [dim, low] : llvm::enumerate(op.getLow())) {
    if (low == 0 && nn::sizeOf(from, dim) == nn::sizeOf(to, dim))
      continue;
    if (point.lanes == dim)
      return decline("a box that ends inside lanes");
    Value position = arith::SubIOp::create(b, point.at[dim], b.index(low));
    Value within = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, position, kernel.extent(from, dim));
    inner.at[dim] = arith::SelectOp::create(b, within, position, b.index(0));
    inside = inside ? arith::AndIOp::create(b, inside, within) : within;
  }
  Value value = evaluate(op.getX(), inner);
  return value && inside ? arith::SelectOp::create(b, inside, value, b.zero(value.getType())) : value;
}

// (exp(logit - lse) - target) * g; each row has its own label, lse and g.
Value Evaluator::crossEntropyGrad(nn::SoftmaxCrossEntropyGradOp op, const Point &point) {
  if (point.flat)
    return decline("a flattened cross entropy");
  unsigned last = point.at.size() - 1;
  std::optional<int64_t> classes = nn::sizeOf(cast<RankedTensorType>(op.getLogits().getType()), last).asConstant();
  if (!classes)
    return decline("cross entropy over a free number of classes");
  Point row = point;
  row.at.pop_back();
  if (row.lanes == last) {
    row.lanes.reset();
    row.mask = {};
  }
  Value logit = evaluate(op.getLogits(), point), lse = evaluate(op.getLse(), row), g = evaluate(op.getG(), row);
  Value label = evaluate(op.getLabels(), row);
  if (!logit || !lse || !g || !label)
    return {};
  if (point.lanes && label.getType().isInteger(32)) // in lanes the limits cost an instruction each
    label = b.splat(label);
  label = b.clampLabel(label, *classes);
  Value position = arith::IndexCastOp::create(b, b.getI32Type(), point.at[last]);
  if (getElementTypeOrSelf(label).isInteger(64))
    label = arith::TruncIOp::create(b, b.getI32Type(), label);
  if (point.lanes) {
    position = b.splat(position);
    label = b.splat(label);
  }
  if (point.lanes == last)
    position = arith::AddIOp::create(b, position, b.laneNumbers());
  Value hit = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, position, label);
  double smoothing = op.getSmoothing().convertToDouble(), low = smoothing / static_cast<double>(*classes);
  Type type = logit.getType();
  Value target = arith::SelectOp::create(b, hit, b.number(type, 1.0 - smoothing + low), b.number(type, low));
  Value probability = math::ExpOp::create(b, arith::SubFOp::create(b, logit, spread(lse, point)));
  return arith::MulFOp::create(b, arith::SubFOp::create(b, probability, target), spread(g, point));
}

// Writes as result `i` lies in memory; the caller has brought the value to the result's element type.
bool Evaluator::store(unsigned i, const Point &point, Value value) {
  const Buffer &buffer = kernel.result(i);
  RankedTensorType type = buffer.type;
  if (point.flat && (nn::layoutOf(type) || buffer.isView()))
    return decline("a result whose layout is not row-major"), false;
  Value memory = point.flat ? kernel.flat(buffer) : buffer.memory;
  SmallVector<Value> at = point.flat ? point.at : kernel.physical(type, point.at);
  if (type.getElementType().isInteger(1)) {
    Type byte = point.lanes ? Type(b.vectorOf(b.getI8Type())) : Type(b.getI8Type());
    value = arith::ExtUIOp::create(b, byte, value);
  }
  if (!point.lanes) {
    memref::StoreOp::create(b, value, memory, at);
    return true;
  }
  if (type.getElementTypeBitWidth() > 32)
    return decline("64-bit elements in lanes"), false;
  if (!point.flat && !kernel.isContiguous(buffer, *point.lanes))
    return decline("neighbours in lanes are not neighbours in memory"), false;
  if (point.mask && (point.flat || point.exact || !kernel.isPadded(type, *point.lanes)))
    vector::MaskedStoreOp::create(b, memory, at, point.mask, value);
  else
    vector::StoreOp::create(b, value, memory, at);
  return true;
}

} // namespace nnc::emit
