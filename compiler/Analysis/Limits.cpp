#include "compiler/Analysis/Limits.h"

using namespace mlir;

namespace nnc {

/// As it is written in the language.
static std::string written(RankedTensorType type) {
  Type element = type.getElementType();
  std::string text = element.isInteger(1) ? "bool" : element.isIntOrIndex() ? "int" : "float";
  for (auto [i, size] : llvm::enumerate(nn::sizesOf(type)))
    text += (i == 0 ? "[" : ", ") + size.str();
  return type.getRank() == 0 ? text : text + "]";
}

bool isTooLarge(RankedTensorType type, const nn::SizeRanges &ranges) {
  auto isBounded = [&](const nn::SizeExpr &size) { return size.upperBound(ranges).has_value(); };
  return !nn::isValue(type) || (llvm::all_of(nn::sizesOf(type), isBounded) && !nn::maxBufferBytes(type, ranges));
}

LogicalResult reportTooLarge(Location loc, RankedTensorType type, StringRef why) {
  InFlightDiagnostic error = emitError(loc) << "E0305: a tensor has at most 2^40 elements and 2^42 bytes; this takes "
                                            << written(type);
  error.attachNote(UnknownLoc::get(type.getContext())) << why;
  return error;
}

LogicalResult checkLimits(Operation *root, StringRef why) {
  WalkResult result = root->walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && !nn::isValue(tensor))
        return (void)reportTooLarge(op->getLoc(), tensor, why), WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

} // namespace nnc
