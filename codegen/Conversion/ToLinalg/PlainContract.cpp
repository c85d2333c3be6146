// Contractions of the plain form: SPEC.md section 7.
#include "codegen/Conversion/ToLinalg/PlainEmitter.h"

using namespace mlir;

namespace nnc {

constexpr int64_t kRestart = 4096; // terms of one chain

Value PlainEmitter::contract(nn::ContractOp op, const Indices &at) {
  nn::ContractSpec spec = op.getLetters();
  SmallVector<nn::SizeExpr> lhsSizes = nn::sizesOf(op.getLhs().getType()), summed;
  for (char letter : spec.summed)
    summed.push_back(lhsSizes[spec.lhs.find(letter)]);
  auto indices = [&](StringRef letters, const Indices &inner) {
    Indices result;
    for (char letter : letters) {
      size_t outer = spec.result.find(letter);
      result.push_back(outer != std::string::npos ? at[outer] : inner[spec.summed.find(letter)]);
    }
    return result;
  };
  auto accumulate = [&](Value start, unsigned depth, Value lo, Value hi) {
    return loop(depth, lo, hi, 1, {start}, [&](Value k, ValueRange carried) {
      Indices inner = split(k, summed);
      Value a = element(op.getLhs(), indices(spec.lhs, inner)), b = element(op.getRhs(), indices(spec.rhs, inner));
      return SmallVector<Value>{fma(a, b, carried[0])};
    })[0];
  };
  Value zero = number(op.getType().getElementType(), 0);
  Value start = op.getInit() ? element(op.getInit(), at) : zero;
  unsigned depth = depthOf(at);
  nn::SizeExpr count = product(summed);
  Value n = size(count);
  if (std::optional<int64_t> length = count.asConstant(); length && *length <= kRestart)
    return accumulate(start, depth, index(0), n);
  Value first = accumulate(start, depth, index(0), min(index(kRestart), n));
  return loop(depth, index(kRestart), n, kRestart, {first}, [&](Value k, ValueRange carried) {
    Value end = min(add(k, index(kRestart)), n);
    return SmallVector<Value>{add(carried[0], accumulate(zero, currentDepth(), k, end))};
  })[0];
}

} // namespace nnc
