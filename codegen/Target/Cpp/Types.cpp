#include "codegen/Target/Cpp/Types.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace nnc::cpp {

std::string scalarType(Type type) {
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isInteger(1))
    return "bool";
  return elementName(type);
}

std::string elementName(Type type, unsigned maskBits) {
  if (type.isInteger(1))
    return "i" + std::to_string(maskBits);
  return (isa<FloatType>(type) ? "f" : "i") + std::to_string(elementBits(type));
}

std::string valueType(Type type, unsigned maskBits) {
  if (auto vector = dyn_cast<VectorType>(type))
    return elementName(vector.getElementType(), maskBits) + "x" + std::to_string(vector.getNumElements());
  return scalarType(type);
}

std::string preludeType(Type type, unsigned maskBits) {
  return isa<VectorType>(type) ? valueType(type, maskBits) : elementName(type, maskBits);
}

bool isMask(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isInteger(1);
}

unsigned elementBits(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
}

namespace {
std::string extents(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += "[" + std::to_string(size) + "]";
  return text;
}
} // namespace

std::string arrayOf(MemRefType type, const std::string &name) {
  return valueType(type.getElementType()) + " " + name + extents(type.getShape());
}

std::string pointerTo(MemRefType type, const std::string &name, bool isConst, bool isRestrict) {
  std::string text = (isConst ? "const " : "") + valueType(type.getElementType()) + " ";
  std::string pointer = std::string("*") + (isRestrict ? "__restrict " : "") + name;
  if (type.getRank() == 0) // a register
    return text + "&" + name;
  if (type.getRank() == 1)
    return text + pointer;
  return text + "(" + pointer + ")" + extents(type.getShape().drop_front());
}

} // namespace nnc::cpp
