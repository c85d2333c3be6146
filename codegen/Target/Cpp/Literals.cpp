#include "codegen/Target/Cpp/Literals.h"
#include "codegen/Target/Cpp/Prelude.h"
#include "codegen/Target/Cpp/Types.h"
#include "llvm/ADT/StringExtras.h"
#include <charconv>

using namespace mlir;

namespace nnc::cpp {
namespace {

template <typename Float> std::string shortest(Float value) {
  char buffer[64];
  std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end.ptr);
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text;
}

std::string integerLiteral(const APInt &value, Type type) {
  if (type.isInteger(1))
    return value.isZero() ? "false" : "true";
  SmallString<24> digits;
  value.toStringSigned(digits);
  std::string text(digits.str());
  if (type.isInteger(8))
    return "i8{" + text + "}";
  if (value.getBitWidth() > 1 && value.isMinSignedValue()) // C++ reads the minus apart from the number
    return value.getBitWidth() == 32 ? "i32(-2147483648)" : "i64(-9223372036854775807 - 1)";
  return type.isInteger(64) ? "i64{" + text + "}" : text;
}

Expression splat(VectorType type, unsigned maskBits, Attribute value, Prelude &prelude) {
  std::string name = valueType(type, maskBits);
  if (type.getElementType().isInteger(1)) // all bits of a lane, or none
    return cast<IntegerAttr>(value).getValue().isZero() ? Expression{name + "{}"}
                                                        : Expression{"~" + name + "{}", Binds::unary};
  return {prelude.use("splat", name) + "(" + scalarLiteral(value, type.getElementType()).text + ")"};
}

} // namespace

std::string floatLiteral(const APFloat &value) {
  bool isDouble = &value.getSemantics() == &APFloat::IEEEdouble();
  std::string sign = value.isNegative() ? "-" : "";
  if (value.isInfinity())
    return sign + (isDouble ? "__builtin_inf()" : "__builtin_inff()");
  if (value.isNaN()) {
    std::string bits = llvm::utohexstr(value.bitcastToAPInt().getZExtValue(), /*LowerCase=*/true);
    return isDouble ? "std::bit_cast<double>(0x" + bits + "ull)" : "std::bit_cast<float>(0x" + bits + "u)";
  }
  return isDouble ? shortest(value.convertToDouble()) : shortest(value.convertToFloat()) + "f";
}

Expression scalarLiteral(Attribute value, Type type) {
  std::string text = isa<FloatType>(type) ? floatLiteral(cast<FloatAttr>(value).getValue())
                                          : integerLiteral(cast<IntegerAttr>(value).getValue(), type);
  return {text, text.front() == '-' ? Binds::unary : Binds::postfix};
}

Expression literal(arith::ConstantOp op, unsigned maskBits, Prelude &prelude) {
  if (auto symbol = op->getAttrOfType<StringAttr>("nnc.symbol")) // a parameter of a template
    return {symbol.str()};
  auto type = dyn_cast<VectorType>(op.getType());
  if (!type)
    return scalarLiteral(op.getValue(), op.getType());
  auto elements = cast<DenseElementsAttr>(op.getValue());
  if (elements.isSplat())
    return splat(type, maskBits, elements.getSplatValue<Attribute>(), prelude);
  std::string text;
  for (Attribute element : elements.getValues<Attribute>()) {
    std::string lane = type.getElementType().isInteger(1)
                           ? (cast<IntegerAttr>(element).getValue().isZero() ? "0" : "-1")
                           : scalarLiteral(element, type.getElementType()).text;
    text += (text.empty() ? "" : ", ") + lane;
  }
  return {valueType(type, maskBits) + "{" + text + "}"};
}

} // namespace nnc::cpp
