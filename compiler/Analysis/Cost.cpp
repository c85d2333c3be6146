#include "compiler/Analysis/Cost.h"
#include "compiler/Analysis/OpClass.h"
#include "compiler/Analysis/Operations.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nnc {
namespace {

// Per element of the largest operand or result; from the measured time of such loops in a cache.
int64_t costPerElement(Operation *op) {
  switch (classify(op)) {
  case OpClass::Get:
  case OpClass::Free:
  case OpClass::View:
  case OpClass::Loop:
    return 0;
  case OpClass::Update:
    return isa<nn::AdamOp>(op) ? 40 : 15;
  case OpClass::Rows:
    return 60;
  case OpClass::Reduction:
    return 8;
  case OpClass::Move:
  case OpClass::Other:
    return 20;
  case OpClass::Contraction:
  case OpClass::Window:
    return 2;
  case OpClass::Elementwise:
    return isa<nn::AddOp, nn::SubOp, nn::MulOp, nn::ReluOp, nn::ReluGradOp, nn::MseOp>(op) ? 4 : 30;
  }
  return 0;
}

int64_t saturating(int64_t a, int64_t b) {
  return llvm::checkedMul(a, b).value_or(std::numeric_limits<int64_t>::max() / 1024); // a sum of many is no overflow
}

int64_t contractionCost(nn::ContractOp op, const nn::SizeRanges &ranges) {
  int64_t terms = 1;
  nn::ContractSpec letters = op.getLetters();
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  for (auto [index, letter] : llvm::enumerate(letters.lhs))
    if (letters.summed.find(letter) != std::string::npos)
      terms = llvm::SaturatingMultiply<uint64_t>(terms, nn::sizeOf(lhs, index).upperBound(ranges).value_or(1));
  return saturating(2 * std::min<int64_t>(terms, nn::maxElements), maxElementsOf(op.getY(), ranges));
}

// One element after the other, without lanes.
int64_t poolCost(Operation *op, ArrayRef<int64_t> taps, const nn::SizeRanges &ranges) {
  int64_t count = 1;
  for (int64_t tap : taps)
    count = llvm::SaturatingMultiply<uint64_t>(count, tap);
  return saturating(20 * std::min<int64_t>(count, nn::maxElements), maxElementsOf(op->getResult(0), ranges));
}

// Measured beside a contraction's 110 GF/s: 66, and 13 for a filter's gradient, whose chains are no lanes.
int64_t convCost(Operation *op, const nn::SizeRanges &ranges) {
  int64_t slower = isa<nn::ConvFilterGradOp>(op) ? 8 : 2;
  return saturating(slower, convOperations(op).upperBound(ranges).value_or(1));
}

} // namespace

int64_t maxElementsOf(Value value, const nn::SizeRanges &ranges) {
  return nn::elementCount(cast<RankedTensorType>(value.getType())).upperBound(ranges).value_or(1);
}

int64_t costOf(Operation *op, const nn::SizeRanges &ranges) {
  if (auto contract = dyn_cast<nn::ContractOp>(op))
    return contractionCost(contract, ranges);
  if (isConvolution(op))
    return convCost(op, ranges);
  if (auto pool = dyn_cast<nn::MaxPoolOp>(op))
    return poolCost(op, pool.getKernel(), ranges);
  if (auto pool = dyn_cast<nn::AvgPoolOp>(op))
    return poolCost(op, pool.getKernel(), ranges);
  int64_t elements = 0;
  for (Value value : op->getOperands())
    elements = std::max(elements, maxElementsOf(value, ranges));
  for (Value value : op->getResults())
    elements = std::max(elements, maxElementsOf(value, ranges));
  return elements * costPerElement(op);
}

int64_t costOf(nn::GroupOp group, const nn::SizeRanges &ranges) {
  int64_t sum = 0;
  for (Operation &op : group.getBody().front().without_terminator())
    sum += costOf(&op, ranges);
  return sum;
}

} // namespace nnc
