// Expressions of the math, vector and memref dialects.
#include "codegen/Target/Cpp/Expressions.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc::cpp {
namespace {

/// Functions of the C library, in f64 only.
StringRef libraryFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case([](math::ExpOp) { return "exp"; })
      .Case([](math::ExpM1Op) { return "expm1"; })
      .Case([](math::LogOp) { return "log"; })
      .Case([](math::Log1pOp) { return "log1p"; })
      .Case([](math::TanhOp) { return "tanh"; })
      .Case([](math::ErfOp) { return "erf"; })
      .Case([](math::SinOp) { return "sin"; })
      .Case([](math::CosOp) { return "cos"; })
      .Case([](math::PowFOp) { return "pow"; })
      .Default([](Operation *) { return ""; });
}

bool isPositiveZero(Value value) {
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return false;
  if (isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().isPosZero();
  return elements.getSplatValue<APInt>().isZero();
}

std::string shuffle(const std::string &a, const std::string &b, ArrayRef<int64_t> lanes) {
  std::string text = "__builtin_shufflevector(" + a + ", " + b;
  for (int64_t lane : lanes)
    text += ", " + std::to_string(lane);
  return text + ")";
}

} // namespace

bool isFirstLane(Value mask) {
  auto constant = mask.getDefiningOp<vector::ConstantMaskOp>();
  return constant && constant.getMaskDimSizes() == ArrayRef<int64_t>{1};
}

std::optional<Expression> Expressions::mathematics(Operation *op) {
  if (StringRef function = libraryFunction(op); !function.empty() && op->getResult(0).getType().isF64()) {
    std::string text = prelude.useLibrary(function, op->getNumOperands()) + "(" + this->text(op->getOperand(0));
    for (Value operand : op->getOperands().drop_front())
      text += ", " + this->text(operand);
    return Expression{text + ")"};
  }
  auto named = [&](StringRef name) { return Expression{helperOn(name, op)}; };
  return llvm::TypeSwitch<Operation *, std::optional<Expression>>(op)
      .Case([&](math::FmaOp) { return named("fma"); })
      .Case([&](math::SqrtOp) { return named("sqrt"); })
      .Case([&](math::AbsFOp) { return named("magnitude"); })
      .Case([&](math::FloorOp) { return named("floor"); })
      .Case([&](math::CeilOp) { return named("ceil"); })
      .Case([&](math::RoundEvenOp) { return named("round_even"); })
      .Case([&](math::CopySignOp) { return named("copysign"); })
      .Default([](Operation *) { return std::nullopt; });
}

Expression Expressions::firstLanes(Value mask, const std::string &count) {
  std::string bug = isPlanted("cpp-missing-lane") ? " - 1" : "";
  return {prelude.use("first", preludeType(mask.getType(), maskBits(mask))) + "(" + count + bug + ")"};
}

std::optional<Expression> Expressions::vectors(Operation *op) {
  Type type = op->getNumResults() == 1 ? op->getResult(0).getType() : Type();
  return llvm::TypeSwitch<Operation *, std::optional<Expression>>(op)
      .Case([&](vector::BroadcastOp broadcast) -> std::optional<Expression> {
        if (isa<VectorType>(broadcast.getSource().getType()))
          return std::nullopt;
        if (isMask(type)) { // all bits of a lane, or none
          std::string lanes = valueType(type, maskBits(broadcast));
          return Expression{text(broadcast.getSource(), Binds::logicalOr) + " ? ~" + lanes + "{} : " + lanes + "{}",
                            Binds::conditional};
        }
        return Expression{helper("splat", type, {text(broadcast.getSource())})};
      })
      .Case([&](vector::ShuffleOp op) { return Expression{shuffle(text(op.getV1()), text(op.getV2()), op.getMask())}; })
      .Case([&](vector::ExtractOp op) -> std::optional<Expression> {
        if (op.hasDynamicPosition() || isa<VectorType>(type))
          return std::nullopt;
        std::string lane = text(op.getSource(), Binds::postfix) + "[" + std::to_string(op.getStaticPosition()[0]) + "]";
        return type.isInteger(1) ? Expression{lane + " != 0", Binds::equality} : Expression{lane};
      })
      .Case([&](vector::InsertOp op) -> std::optional<Expression> {
        if (op.hasDynamicPosition() || isa<VectorType>(op.getValueToStore().getType()) || isMask(type))
          return std::nullopt;
        return Expression{
            helper("with_lane", type,
                   {text(op.getDest()), std::to_string(op.getStaticPosition()[0]), text(op.getValueToStore())})};
      })
      .Case([&](vector::StepOp step) {
        std::string lanes;
        for (int64_t i = 0; i < step.getType().getNumElements(); ++i)
          lanes += (i ? ", " : "") + std::to_string(i);
        return Expression{valueType(type) + "{" + lanes + "}"};
      })
      .Case([&](vector::CreateMaskOp create) { return firstLanes(create, text(create.getOperands()[0])); })
      .Case([&](vector::ConstantMaskOp constant) {
        return firstLanes(constant, std::to_string(constant.getMaskDimSizes()[0]));
      })
      .Default([](Operation *) { return std::nullopt; });
}

std::string Expressions::element(Value value, ValueRange indices) {
  const Buffer buffer = this->buffer(value);
  if (buffer.strides.empty() && buffer.lastIsOne) {
    std::string text = buffer.text;
    for (Value index : indices)
      text += "[" + this->text(index) + "]";
    return text;
  }
  std::string sum;
  for (auto [i, index] : llvm::enumerate(indices)) {
    bool last = i + 1 == indices.size();
    Expression term = this->value(index);
    if (term.text == "0" && !(last && sum.empty()))
      continue;
    if (!last || !buffer.lastIsOne)
      term = {term.at(Binds::product) + " * " + buffer.strides[i], Binds::product};
    sum += (sum.empty() ? "" : " + ") + term.at(Binds::product);
  }
  return buffer.text + "[" + sum + "]";
}

std::optional<Expression> Expressions::memory(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Expression>>(op)
      .Case([&](memref::LoadOp load) { return Expression{element(load.getMemRef(), load.getIndices())}; })
      .Case([&](vector::LoadOp load) {
        return Expression{helper("load", load.getType(), {"&" + element(load.getBase(), load.getIndices())})};
      })
      .Case([&](vector::MaskedLoadOp load) {
        std::string from = element(load.getBase(), load.getIndices());
        VectorType type = load.getVectorType();
        if (isFirstLane(load.getMask()) && isPositiveZero(load.getPassThru()))
          return Expression{valueType(type) + "{" + from + "}"};
        from = "&" + from;
        std::string lanes = mask(load.getMask(), type);
        if (isPositiveZero(load.getPassThru()))
          return Expression{helper("masked_load_or_zero", type, {from, lanes})};
        return Expression{helper("masked_load", type, {from, lanes, text(load.getPassThru())})};
      })
      .Case([&](vector::GatherOp gather) -> std::optional<Expression> {
        if (elementBits(gather.getIndices().getType()) != 32)
          return std::nullopt;
        VectorType type = gather.getVectorType();
        return Expression{helper("gather", type,
                                 {"&" + element(gather.getBase(), gather.getOffsets()), text(gather.getIndices()),
                                  mask(gather.getMask(), type), text(gather.getPassThru())})};
      })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace nnc::cpp
