// Update family: sgd, adam, rmsprop, adagrad; text form and which operand each result replaces.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {
namespace {
using Unresolved = OpAsmParser::UnresolvedOperand;

/// ": type(param), type(scalar)" and the attribute dictionary before it.
ParseResult parseTail(OpAsmParser &parser, OperationState &result, Type &param, Type &scalar) {
  return failure(parser.parseOptionalAttrDict(result.attributes) || parser.parseColonType(param) ||
                 parser.parseComma() || parser.parseType(scalar));
}

/// A keyword followed by an operand, or nothing.
ParseResult parseOptionalOperandAfter(OpAsmParser &parser, StringRef keyword, std::optional<Unresolved> &operand) {
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  return parser.parseOperand(operand.emplace());
}

ParseResult resolve(OpAsmParser &parser, OperationState &result, std::optional<Unresolved> &operand, Type type) {
  return operand ? parser.resolveOperand(*operand, type, result.operands) : success();
}

Type flagType(OpAsmParser &parser) { return scalarType(parser.getBuilder().getI1Type()); }

void printTail(OpAsmPrinter &printer, Operation *op, Type param, Type scalar, ArrayRef<StringRef> defaults = {}) {
  SmallVector<StringRef> elided{"operandSegmentSizes"};
  elided.append(defaults.begin(), defaults.end());
  printer.printOptionalAttrDict(op->getAttrs(), elided);
  printer << " : " << param << ", " << scalar;
}

/// C1: scalars are rank 0 of the parameter's element type.
LogicalResult verifyScalars(Operation *op, Type param, ValueRange scalars) {
  Type expected = scalarType(cast<RankedTensorType>(param).getElementType());
  for (Value scalar : scalars)
    if (scalar && scalar.getType() != expected)
      return op->emitOpError("C1: a scalar has type ") << scalar.getType() << ", expected " << expected;
  return success();
}

/// C2: everything that is not a scalar is typed as the parameter.
LogicalResult verifyAlike(Operation *op, Type param, ArrayRef<Value> values) {
  for (Value value : values)
    if (value && value.getType() != param)
      return op->emitOpError("C2: ") << value.getType() << " where the parameter is " << param;
  return success();
}

} // namespace

OpOperand *tiedOperand(OpResult result) {
  unsigned number = result.getResultNumber();
  if (auto sgd = dyn_cast<SgdOp>(result.getOwner()))
    return number == 0 ? &sgd.getParamMutable() : &*sgd.getVelocityMutable().begin();
  if (auto adam = dyn_cast<AdamOp>(result.getOwner()))
    return number == 0 ? &adam.getParamMutable() : number == 1 ? &adam.getMMutable() : &adam.getVMutable();
  if (auto rmsprop = dyn_cast<RmspropOp>(result.getOwner()))
    return number == 0   ? &rmsprop.getParamMutable()
           : number == 1 ? &rmsprop.getSquareMutable()
                         : &*rmsprop.getVelocityMutable().begin();
  if (auto adagrad = dyn_cast<AdagradOp>(result.getOwner()))
    return number == 0 ? &adagrad.getParamMutable() : &adagrad.getSumMutable();
  return nullptr;
}

void SgdOp::build(OpBuilder &builder, OperationState &state, Value param, Value grad, Value velocity, Value lr,
                  Value decay, Value finite, double momentum, bool nesterov) {
  build(builder, state, param.getType(), velocity ? velocity.getType() : Type(), param, grad, velocity, lr, decay,
        finite, builder.getF64FloatAttr(momentum), nesterov ? builder.getUnitAttr() : UnitAttr());
}

ParseResult SgdOp::parse(OpAsmParser &parser, OperationState &result) {
  Unresolved param, grad, lr;
  std::optional<Unresolved> velocity, decay, finite;
  Type type, scalar;
  if (parser.parseOperand(param) || parser.parseComma() || parser.parseOperand(grad) ||
      parseOptionalOperandAfter(parser, "velocity", velocity) || parser.parseKeyword("lr") || parser.parseOperand(lr) ||
      parseOptionalOperandAfter(parser, "decay", decay) || parseOptionalOperandAfter(parser, "finite", finite) ||
      parseTail(parser, result, type, scalar))
    return failure();
  if (parser.resolveOperands({param, grad}, type, result.operands) || resolve(parser, result, velocity, type) ||
      parser.resolveOperand(lr, scalar, result.operands) || resolve(parser, result, decay, scalar) ||
      resolve(parser, result, finite, flagType(parser)))
    return failure();
  result.addTypes(type);
  if (velocity)
    result.addTypes(type);
  result.getOrAddProperties<Properties>().operandSegmentSizes = {
      1, 1, velocity ? 1 : 0, 1, decay ? 1 : 0, finite ? 1 : 0};
  return success();
}

void SgdOp::print(OpAsmPrinter &printer) {
  printer << " " << getParam() << ", " << getGrad();
  if (getVelocity())
    printer << " velocity " << getVelocity();
  printer << " lr " << getLr();
  if (getDecay())
    printer << " decay " << getDecay();
  if (getFinite())
    printer << " finite " << getFinite();
  SmallVector<StringRef> defaults;
  if (getMomentum().isZero())
    defaults.push_back("momentum");
  printTail(printer, *this, getParam().getType(), getLr().getType(), defaults);
}

LogicalResult SgdOp::verify() {
  Type type = getParam().getType();
  if (failed(verifyScalars(*this, type, {getLr(), getDecay()})) ||
      failed(verifyAlike(*this, type, {getGrad(), getVelocity(), getNewParam(), getNewVelocity()})))
    return failure();
  if (bool(getVelocity()) != bool(getNewVelocity()))
    return emitOpError("C3: a new velocity exists exactly if there is a velocity");
  if (!getVelocity() && (!getMomentum().isZero() || getNesterov()))
    return emitOpError("C4: momentum needs a velocity");
  return success();
}

void AdamOp::build(OpBuilder &builder, OperationState &state, Value param, Value grad, Value m, Value v,
                   ValueRange scalars, Value finite, double beta1, double beta2, double eps, bool decoupled) {
  Type type = param.getType();
  build(builder, state, type, type, type, param, grad, m, v, scalars, finite, builder.getF64FloatAttr(beta1),
        builder.getF64FloatAttr(beta2), builder.getF64FloatAttr(eps), decoupled ? builder.getUnitAttr() : UnitAttr());
}

ParseResult AdamOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<Unresolved> tensors, scalars;
  std::optional<Unresolved> finite;
  Type type, scalar;
  SMLoc at = parser.getCurrentLocation();
  if (parser.parseOperandList(tensors) || parser.parseKeyword("scalars") || parser.parseOperandList(scalars) ||
      parseOptionalOperandAfter(parser, "finite", finite) || parseTail(parser, result, type, scalar))
    return failure();
  if (tensors.size() != 4)
    return parser.emitError(at, "expected parameter, gradient, m and v");
  if (parser.resolveOperands(tensors, type, result.operands) ||
      parser.resolveOperands(scalars, scalar, result.operands) || resolve(parser, result, finite, flagType(parser)))
    return failure();
  result.addTypes({type, type, type});
  result.getOrAddProperties<Properties>().operandSegmentSizes = {1, 1, 1, 1, int32_t(scalars.size()), finite ? 1 : 0};
  return success();
}

void AdamOp::print(OpAsmPrinter &printer) {
  printer << " " << getParam() << ", " << getGrad() << ", " << getM() << ", " << getV() << " scalars " << getScalars();
  if (getFinite())
    printer << " finite " << getFinite();
  printTail(printer, *this, getParam().getType(), getScalars().front().getType());
}

LogicalResult AdamOp::verify() {
  Type type = getParam().getType();
  if (failed(verifyScalars(*this, type, getScalars())) ||
      failed(verifyAlike(*this, type, {getGrad(), getM(), getV(), getNewParam(), getNewM(), getNewV()})))
    return failure();
  if (getScalars().size() != 3 && getScalars().size() != 4)
    return emitOpError("C3: scalars are lr, 1/(1-beta1^t), 1/(1-beta2^t) and optionally the decay");
  return success();
}

LogicalResult RmspropOp::verify() {
  Type type = getParam().getType();
  if (failed(verifyScalars(*this, type, {getLr(), getDecay()})) ||
      failed(verifyAlike(*this, type,
                         {getGrad(), getSquare(), getVelocity(), getNewParam(), getNewSquare(), getNewVelocity()})))
    return failure();
  if (bool(getVelocity()) != bool(getNewVelocity()))
    return emitOpError("C3: a new velocity exists exactly if there is a velocity");
  if (!getVelocity() && !getMomentum().isZero())
    return emitOpError("C4: momentum needs a velocity");
  return success();
}

LogicalResult AdagradOp::verify() {
  Type type = getParam().getType();
  return failure(failed(verifyScalars(*this, type, {getLr(), getDecay()})) ||
                 failed(verifyAlike(*this, type, {getGrad(), getSum(), getNewParam(), getNewSum()})));
}

} // namespace nnc::nn
