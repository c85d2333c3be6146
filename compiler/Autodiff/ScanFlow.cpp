#include "compiler/Autodiff/ScanFlow.h"

using namespace mlir;

namespace nnc::autodiff {

/// For each value that the block yields the arguments on which it depends.
static Flow flowOfBlock(Block &block) {
  llvm::SmallBitVector none(block.getNumArguments());
  llvm::DenseMap<Value, llvm::SmallBitVector> dependences;
  for (BlockArgument argument : block.getArguments())
    if (isFloat(argument))
      dependences.try_emplace(argument, none).first->second.set(argument.getArgNumber());
  auto of = [&](Value value) { return dependences.contains(value) ? dependences.find(value)->second : none; };
  for (Operation &op : block.without_terminator())
    for (auto [result, operands] : llvm::zip_equal(op.getResults(), flowOf(&op, DerivativeTable::get()))) {
      llvm::SmallBitVector sum = none;
      for (unsigned i : operands.set_bits())
        sum |= of(op.getOperand(i));
      dependences[result] = sum;
    }
  return llvm::map_to_vector(block.getTerminator()->getOperands(), of);
}

ScanFlow::ScanFlow(nn::ScanOp scan)
    : consts(scan.getConsts().size()), carries(scan.numCarries()), yields(flowOfBlock(scan.getBody().front())) {}

Flow ScanFlow::ofResults() const {
  Flow results = yields;
  for (unsigned i = 0; i < carries; ++i) // also without any step
    results[i].set(carryArgument(i));
  for (bool grows = true; grows;) {
    grows = false;
    for (llvm::SmallBitVector &result : results)
      for (unsigned i = 0; i < carries; ++i)
        if (result.test(carryArgument(i)) && results[i].test(result)) { // something of it is new
          result |= results[i];
          grows = true;
        }
  }
  for (llvm::SmallBitVector &result : results) // operand i is the body's argument i + 1
    result >>= 1, result.resize(result.size() - 1);
  return results;
}

ScanFlow::Active ScanFlow::active(llvm::function_ref<bool(unsigned)> operand,
                                  llvm::function_ref<bool(unsigned)> result) const {
  unsigned arguments = yields.empty() ? 0 : yields.front().size();
  llvm::SmallBitVector varied(arguments), useful(yields.size());
  for (unsigned i = 1; i < arguments; ++i)
    varied[i] = operand(i - 1);
  for (unsigned i = 0; i < yields.size(); ++i)
    useful[i] = result(i);
  for (unsigned round = 0; round < carries; ++round) // each round settles one more carry
    for (unsigned i = 0; i < carries; ++i) {
      if (yields[i].anyCommon(varied))
        varied.set(carryArgument(i));
      for (unsigned user = 0; user < yields.size(); ++user)
        if (useful[user] && yields[user].test(carryArgument(i)))
          useful.set(i);
    }
  Active active;
  llvm::append_range(active.arguments, varied.set_bits());
  llvm::append_range(active.yields, useful.set_bits());
  return active;
}

} // namespace nnc::autodiff
