// Expressions of the arith dialect.
#include "codegen/Target/Cpp/Expressions.h"
#include "codegen/Target/Cpp/Extrema.h"
#include "codegen/Target/Cpp/Literals.h"
#include "codegen/Target/Cpp/Types.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using Floats = mlir::arith::CmpFPredicate;
using Integers = mlir::arith::CmpIPredicate;

namespace nnc::cpp {
namespace {

Binds tighter(Binds binds) { return static_cast<Binds>(static_cast<int>(binds) + 1); }

bool isTruth(Type type) { return getElementTypeOrSelf(type).isInteger(1); }

/// The unsigned type of the same width: `u32`, `u32x16`.
std::string unsignedType(Type type) { return "u" + preludeType(type).substr(1); }

bool isAllOnes(Value value) {
  APInt bits;
  return matchPattern(value, m_ConstantInt(&bits)) && bits.isAllOnes();
}

} // namespace

/// An operand beside a vector: of a vector of equal constants one is enough.
std::string Expressions::beside(Value value, Value other, Binds needed) {
  SplatElementsAttr constant;
  if (!matchPattern(value, m_Constant(&constant)) || matchPattern(other, m_Constant()) ||
      constant.getElementType().isInteger(1))
    return text(value, needed);
  return scalarLiteral(constant.getSplatValue<Attribute>(), constant.getElementType()).at(needed);
}

Expression Expressions::binary(Operation *op, StringRef sign, Binds binds) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (isPlanted("cpp-swapped-operands") && isa<arith::SubFOp, arith::DivFOp>(op))
    std::swap(left, right);
  return {beside(left, right, binds) + " " + sign.str() + " " + beside(right, left, tighter(binds)), binds};
}

/// An index never overflows; other integers wrap, and C++ says so only of those without a sign.
Expression Expressions::wrapping(Operation *op, StringRef name, StringRef sign, Binds binds) {
  Type type = op->getResult(0).getType();
  if (isTruth(type)) { // modulo 2: a sum is an exclusive or, a product is an and
    bool product = name == "mul";
    return isa<VectorType>(type) ? binary(op, product ? "&" : "^", product ? Binds::bitAnd : Binds::bitXor)
                                 : bitwise(op, product ? "&" : "^", product ? "&&" : "!=", Binds::bitAnd);
  }
  if (type.isIndex())
    return binary(op, sign, binds);
  return {helperOn(name, op)};
}

Expression Expressions::division(Operation *op, StringRef sign, bool isUnsigned) {
  Type type = op->getResult(0).getType();
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (isUnsigned && type.isIndex() && isNotNegative(left) && isNotNegative(right))
    isUnsigned = false;
  if (!isUnsigned && elementBits(type) >= 32)
    return binary(op, sign, Binds::product);
  std::string operand = isUnsigned ? unsignedType(type) : preludeType(type);
  if (isa<VectorType>(type))
    return {"(" + valueType(type) + ")((" + operand + ")" + text(left, Binds::unary) + " " + sign.str() + " (" +
                operand + ")" + text(right, Binds::unary) + ")",
            Binds::unary};
  return {preludeType(type) + "(" + operand + "(" + text(left) + ") " + sign.str() + " " + operand + "(" + text(right) +
          "))"};
}

/// A constant of i32 or i64 (or of a vector of equal ones) by its bits, if that is no small number.
static std::string bitPattern(Value value) {
  APInt bits;
  Type type = value.getType();
  if (!matchPattern(value, m_ConstantInt(&bits)) || type.isIndex() || bits.getBitWidth() < 32 || bits.ult(1024))
    return "";
  std::string digits = "0x" + llvm::utohexstr(bits.getZExtValue(), /*LowerCase=*/true);
  if (bits.getBitWidth() == 32)
    return bits.isNegative() ? "i32(" + digits + "u)" : digits;
  return "i64(" + digits + (bits.isNegative() ? "ull)" : ")");
}

Expression Expressions::bitwise(Operation *op, StringRef sign, StringRef onTruth, Binds binds) {
  Type type = op->getResult(0).getType();
  Value left = op->getOperand(0), right = op->getOperand(1);
  bool isNot = sign == "^" && isAllOnes(right);
  if (type.isInteger(1)) {
    if (isNot)
      return {"!" + text(left, Binds::unary), Binds::unary};
    Binds truth = onTruth == "&&" ? Binds::logicalAnd : onTruth == "||" ? Binds::logicalOr : Binds::equality;
    Binds inner = truth == Binds::equality    ? Binds::shift
                  : truth == Binds::logicalOr ? Binds::equality
                                              : tighter(truth);
    auto side = [&](Value value) { // a chain of one sign needs no parentheses
      Expression operand = this->value(value);
      return operand.binds == truth && truth != Binds::equality ? operand.text : operand.at(inner);
    };
    return {side(left) + " " + onTruth.str() + " " + side(right), truth};
  }
  if (isNot)
    return {"~" + text(left, Binds::unary), Binds::unary}; // as wide as what it inverts
  auto side = [&](Value value, Value other) {
    if (isMask(type))
      return maskAs(value, maskBits(op->getResult(0)), Binds::unary);
    std::string pattern = bitPattern(value);
    if (pattern.empty() || matchPattern(other, m_Constant()))
      return beside(value, other, Binds::unary);
    return pattern;
  };
  std::string a = side(left, right), b = side(right, left);
  if (type.isInteger(8)) // C++ computes in int
    return {"i8(" + a + " " + sign.str() + " " + b + ")"};
  return {a + " " + sign.str() + " " + b, binds};
}

Expression Expressions::shift(Operation *op, bool left, bool isSigned) {
  Type type = op->getResult(0).getType();
  Value value = op->getOperand(0);
  if (type.isIndex() && (left || isSigned || isNotNegative(value)))
    return {text(value, Binds::unary) + (left ? " << " : " >> ") + text(op->getOperand(1), Binds::unary), Binds::shift};
  if (isSigned && elementBits(type) >= 32)
    return {text(value, Binds::unary) + " >> " + text(op->getOperand(1), Binds::unary), Binds::shift};
  if (isSigned)
    return {"(" + valueType(type) + ")(" + text(value, Binds::unary) + " >> " + text(op->getOperand(1), Binds::unary) +
                ")",
            Binds::unary};
  return {helperOn(left ? "shift_left" : "shift_right", op)};
}

/// The comparison, or, `negated`, its opposite; a predicate that is true for NaN is the opposite of one that is not.
Expression Expressions::compareFloats(arith::CmpFOp op, bool negated) {
  std::string a = beside(op.getLhs(), op.getRhs(), Binds::shift);
  std::string b = beside(op.getRhs(), op.getLhs(), Binds::shift);
  bool isVector = isa<VectorType>(op.getType());
  std::string conjunction = isVector ? " & " : " && ", disjunction = isVector ? " | " : " || ";
  Binds both = isVector ? Binds::bitAnd : Binds::logicalAnd, either = isVector ? Binds::bitOr : Binds::logicalOr;
  auto pair = [&](const std::string &first, const std::string &second, const std::string &sign, Binds binds) {
    return Expression{"(" + first + ")" + sign + "(" + second + ")", binds};
  };
  Expression ordered;
  bool invert = negated;
  switch (op.getPredicate()) {
  case Floats::ULT:
  case Floats::ULE:
  case Floats::UGT:
  case Floats::UGE:
  case Floats::UEQ:
    invert = !negated;
    break;
  default:
    break;
  }
  switch (op.getPredicate()) {
  case Floats::OGT:
  case Floats::ULE:
    ordered = {a + " > " + b, Binds::relation};
    break;
  case Floats::OGE:
  case Floats::ULT:
    ordered = {a + " >= " + b, Binds::relation};
    break;
  case Floats::OLT:
  case Floats::UGE:
    ordered = {a + " < " + b, Binds::relation};
    break;
  case Floats::OLE:
  case Floats::UGT:
    ordered = {a + " <= " + b, Binds::relation};
    break;
  case Floats::OEQ:
    ordered = {a + " == " + b, Binds::equality};
    break;
  case Floats::UNE:
    ordered = {a + " != " + b, Binds::equality};
    break;
  case Floats::ONE:
  case Floats::UEQ:
    ordered = pair(a + " < " + b, a + " > " + b, disjunction, either);
    break;
  case Floats::ORD:
    ordered = pair(a + " == " + a, b + " == " + b, conjunction, both);
    break;
  case Floats::UNO:
    ordered = pair(a + " != " + a, b + " != " + b, disjunction, either);
    break;
  default: {
    unsigned bits = elementBits(op.getLhs().getType());
    bool always = op.getPredicate() == Floats::AlwaysTrue;
    std::string none = valueType(op.getType(), bits) + "{}";
    ordered = isVector ? Expression{(always ? "~" : "") + none, Binds::unary} : Expression{always ? "true" : "false"};
  }
  }
  if (!invert)
    return ordered;
  return {(isVector ? "~" : "!") + ordered.at(Binds::unary), Binds::unary};
}

Expression Expressions::compareIntegers(arith::CmpIOp op) {
  static constexpr const char *signs[] = {"==", "!=", "<", "<=", ">", ">=", "<", "<=", ">", ">="};
  auto predicate = op.getPredicate();
  const char *sign = signs[static_cast<unsigned>(predicate)];
  bool isUnsigned = predicate >= Integers::ult;
  Type type = op.getLhs().getType();
  Binds binds = predicate <= Integers::ne ? Binds::equality : Binds::relation;
  if (isUnsigned && type.isIndex() && isNotNegative(op.getLhs()) && isNotNegative(op.getRhs()))
    isUnsigned = false;
  auto side = [&](Value value, Value other) {
    if (!isUnsigned)
      return beside(value, other, Binds::shift);
    if (isa<VectorType>(type))
      return "(" + unsignedType(type) + ")" + text(value, Binds::unary);
    return unsignedType(type) + "(" + text(value) + ")";
  };
  std::string text = side(op.getLhs(), op.getRhs()) + " " + sign + " " + side(op.getRhs(), op.getLhs());
  return wideMask(text, binds, type);
}

/// A comparison of bytes gives lanes of bytes; masks have 32 bits at least.
Expression Expressions::wideMask(const std::string &text, Binds binds, Type compared) {
  auto vector = dyn_cast<VectorType>(compared);
  if (!vector || isMask(vector) || elementBits(vector) >= 32)
    return {text, binds};
  return {"__builtin_convertvector(" + text + ", i32x" + std::to_string(vector.getNumElements()) + ")"};
}

Expression Expressions::select(arith::SelectOp op) {
  Value condition = op.getCondition(), yes = op.getTrueValue(), no = op.getFalseValue();
  Type type = op.getType();
  if (std::optional<Extremum> found = extremumOf(op)) {
    std::string first = text(found->first), second = text(found->second);
    bool literals = found->first.getDefiningOp<arith::ConstantOp>() && found->second.getDefiningOp<arith::ConstantOp>();
    if (type.isIndex() && literals) // alone they would be of type int
      first = "i64{" + first + "}";
    return {helper(found->isMax ? "max" : "min", type, {first, second})};
  }
  // A predicate that is true for NaN: the opposite one, with the arms exchanged.
  auto compare = condition.getDefiningOp<arith::CmpFOp>();
  bool swap = false;
  if (compare && !named.contains(condition))
    switch (compare.getPredicate()) {
    case Floats::ULT:
    case Floats::ULE:
    case Floats::UGT:
    case Floats::UGE:
    case Floats::UEQ:
      swap = true;
      break;
    default:
      break;
    }
  if (swap)
    std::swap(yes, no);
  bool lanes = isa<VectorType>(condition.getType());
  if (!lanes) {
    Expression test = swap ? compareFloats(compare, /*negated=*/true) : value(condition);
    return {test.at(Binds::bitOr) + " ? " + text(yes, Binds::bitOr) + " : " + text(no, Binds::conditional),
            Binds::conditional};
  }
  if (isMask(type)) {
    unsigned bits = maskBits(op.getResult());
    std::string m = maskAs(condition, bits, Binds::unary);
    return {"(" + m + " & " + maskAs(yes, bits, Binds::unary) + ") | (~" + m + " & " + maskAs(no, bits, Binds::unary) +
                ")",
            Binds::bitOr};
  }
  auto vector = cast<VectorType>(type);
  std::string test = swap && maskBits(condition) == elementBits(type) ? compareFloats(compare, true).text : "";
  if (test.empty()) {
    if (swap)
      std::swap(yes, no);
    test = mask(condition, vector);
  }
  return {helper("select", type, {test, text(yes), text(no)})};
}

Expression Expressions::convert(Operation *op, bool fromUnsigned, bool toUnsigned) {
  Value source = op->getOperand(0);
  Type from = source.getType(), to = op->getResult(0).getType();
  if (isa<VectorType>(to)) {
    std::string operand = text(source, Binds::unary);
    if (isMask(from)) { // a lane is 0 or -1
      std::string one = fromUnsigned ? " & 1" : "";
      std::string lanes = "__builtin_convertvector(" + operand + one + ", " + valueType(to) + ")";
      return {lanes};
    }
    if (fromUnsigned)
      operand = "(" + unsignedType(from) + ")" + operand;
    if (isMask(to)) // the lowest bit
      return wideMask("(" + operand + " & 1) != 0", Binds::equality, from);
    return {"__builtin_convertvector(" + (fromUnsigned ? operand : text(source)) + ", " + valueType(to) + ")"};
  }
  if (to.isInteger(1))
    return {"(" + text(source, Binds::unary) + " & 1) != 0", Binds::equality};
  std::string name = toUnsigned ? unsignedType(to) : scalarType(to);
  if (from.isInteger(1) && !fromUnsigned) // true is -1
    return {text(source, Binds::logicalOr) + " ? " + (name + "(-1) : ") + name + "(0)", Binds::conditional};
  bool plain = !fromUnsigned || from.isInteger(1);
  if (scalarType(from) == name && plain)
    return value(source);
  if (isa<arith::FPToSIOp>(op) && (to.isInteger(32) || to.isInteger(64)))
    return {use("truncated_" + name, from) + "(" + text(source) + ")"};
  return {name + "(" + (plain ? text(source) : unsignedType(from) + "(" + text(source) + ")") + ")"};
}

Expression Expressions::bitcast(Operation *op) {
  Type to = op->getResult(0).getType();
  if (isa<VectorType>(to))
    return {"(" + valueType(to) + ")" + text(op->getOperand(0), Binds::unary), Binds::unary};
  return {"std::bit_cast<" + scalarType(to) + ">(" + text(op->getOperand(0)) + ")"};
}

std::optional<Expression> Expressions::arithmetic(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Expression>>(op)
      .Case([&](arith::AddFOp) { return binary(op, "+", Binds::sum); })
      .Case([&](arith::SubFOp) { return binary(op, "-", Binds::sum); })
      .Case([&](arith::MulFOp) { return binary(op, "*", Binds::product); })
      .Case([&](arith::DivFOp) { return binary(op, "/", Binds::product); })
      .Case([&](arith::NegFOp) { return Expression{"-" + text(op->getOperand(0), Binds::postfix), Binds::unary}; })
      .Case([&](arith::AddIOp) { return wrapping(op, "add", "+", Binds::sum); })
      .Case([&](arith::SubIOp) { return wrapping(op, "sub", "-", Binds::sum); })
      .Case([&](arith::MulIOp) { return wrapping(op, "mul", "*", Binds::product); })
      .Case([&](arith::DivSIOp) { return division(op, "/", false); })
      .Case([&](arith::RemSIOp) { return division(op, "%", false); })
      .Case([&](arith::DivUIOp) { return division(op, "/", true); })
      .Case([&](arith::RemUIOp) { return division(op, "%", true); })
      .Case([&](arith::AndIOp) { return bitwise(op, "&", "&&", Binds::bitAnd); })
      .Case([&](arith::OrIOp) { return bitwise(op, "|", "||", Binds::bitOr); })
      .Case([&](arith::XOrIOp) { return bitwise(op, "^", "!=", Binds::bitXor); })
      .Case([&](arith::ShLIOp) { return shift(op, true, false); })
      .Case([&](arith::ShRUIOp) { return shift(op, false, false); })
      .Case([&](arith::ShRSIOp) { return shift(op, false, true); })
      .Case([&](arith::CmpFOp compare) { return compareFloats(compare, false); })
      .Case([&](arith::CmpIOp compare) { return compareIntegers(compare); })
      .Case([&](arith::SelectOp choice) { return select(choice); })
      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp, arith::SIToFPOp, arith::FPToSIOp, arith::ExtFOp,
            arith::TruncFOp>([&](auto) { return convert(op, false); })
      .Case<arith::ExtUIOp, arith::UIToFPOp>([&](auto) { return convert(op, true); })
      .Case<arith::BitcastOp, vector::BitCastOp>([&](auto) { return bitcast(op); })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace nnc::cpp
