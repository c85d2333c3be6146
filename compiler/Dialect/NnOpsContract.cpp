// Contract family: the spec in letters, its type rule and verifier.
#include "compiler/Dialect/Nn.h"

using namespace mlir;

namespace nnc::nn {

std::optional<ContractSpec> ContractSpec::parse(StringRef text) {
  auto [operands, result] = text.split("->");
  auto [lhs, rhs] = operands.split(",");
  if (!text.contains("->") || !operands.contains(","))
    return std::nullopt;
  ContractSpec spec{lhs.str(), rhs.str(), result.str(), ""};
  for (StringRef part : {lhs, rhs, result})
    for (auto [i, c] : llvm::enumerate(part))
      if (!llvm::isAlpha(c) || part.drop_front(i + 1).contains(c))
        return std::nullopt;
  for (char c : lhs)
    if (!result.contains(c))
      spec.summed += c;
  return spec;
}

ContractSpec ContractOp::getLetters() { return *ContractSpec::parse(getSpec()); }

/// The size of a letter in an operand, or none.
static SizeExpr sizeOfLetter(char letter, StringRef letters, RankedTensorType type) {
  size_t at = letters.find(letter);
  return at == StringRef::npos ? SizeExpr() : sizeOf(type, at);
}

RankedTensorType inferContract(const ContractSpec &spec, RankedTensorType lhs, RankedTensorType rhs) {
  SmallVector<SizeExpr> sizes;
  for (char letter : spec.result) {
    SizeExpr size = sizeOfLetter(letter, spec.lhs, lhs);
    sizes.push_back(size ? size : sizeOfLetter(letter, spec.rhs, rhs));
  }
  return makeType(lhs.getElementType(), sizes);
}

void ContractOp::build(OpBuilder &builder, OperationState &state, Value lhs, Value rhs, StringRef spec, Value init) {
  RankedTensorType type = inferContract(*ContractSpec::parse(spec), cast<RankedTensorType>(lhs.getType()),
                                        cast<RankedTensorType>(rhs.getType()));
  build(builder, state, type, lhs, rhs, init, builder.getStringAttr(spec));
}

LogicalResult ContractOp::verify() {
  std::optional<ContractSpec> spec = ContractSpec::parse(getSpec());
  if (!spec)
    return emitOpError("C1: spec \"") << getSpec()
                                      << "\" is not of the form \"bi,oi->bo\" with distinct letters in each part";
  auto lhs = cast<RankedTensorType>(getLhs().getType()), rhs = cast<RankedTensorType>(getRhs().getType());
  if (int64_t(spec->lhs.size()) != lhs.getRank() || int64_t(spec->rhs.size()) != rhs.getRank())
    return emitOpError("C2: spec \"") << getSpec() << "\" has not one letter for each dimension of the operands";
  StringRef left = spec->lhs, right = spec->rhs, result = spec->result;
  for (char letter : result)
    if (!left.contains(letter) && !right.contains(letter))
      return emitOpError("C3: no operand has the result's letter '") << letter << "'";
  for (char letter : spec->lhs + spec->rhs)
    if (!result.contains(letter) && !(left.contains(letter) && right.contains(letter)))
      return emitOpError("C4: the summed letter '") << letter << "' stands in one operand only";
  for (char letter : spec->lhs) {
    SizeExpr a = sizeOfLetter(letter, left, lhs), b = sizeOfLetter(letter, right, rhs);
    if (b && a != b)
      return emitOpError("C5: letter '") << letter << "' is " << a.str() << " in the first operand and " << b.str()
                                         << " in the second";
  }
  if (lhs.getElementType() != rhs.getElementType())
    return emitOpError("C6: the operands differ in element type");
  RankedTensorType expected = inferContract(*spec, lhs, rhs);
  if (!sameLogicalType(expected, getType()))
    return emitOpError("C7: result has type ") << getType() << ", expected " << expected;
  if (getInit() && getInit().getType() != getType())
    return emitOpError("C8: init is typed as the result");
  return success();
}

} // namespace nnc::nn
