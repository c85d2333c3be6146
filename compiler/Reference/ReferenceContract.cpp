// Contractions: one chain of multiply-adds per element of the result.
#include "compiler/Reference/Evaluator.h"

using namespace mlir;

namespace nnc::reference {
namespace {

/// The letters of "bi,oi->bo", read here again on purpose: the evaluator trusts no helper of the compiler.
struct Letters {
  std::string lhs, rhs, result, summed;
  explicit Letters(StringRef spec) {
    auto [operands, output] = spec.split("->");
    auto [first, second] = operands.split(",");
    lhs = first.trim(), rhs = second.trim(), result = output.trim();
    for (char letter : lhs)
      if (result.find(letter) == std::string::npos)
        summed += letter;
  }
};

template <class S> LogicalResult contract(nn::ContractOp op, Frame<S> &frame) {
  const Tensor<S> &lhs = frame[op.getLhs()], &rhs = frame[op.getRhs()];
  FailureOr<Tensor<S>> y = frame.make(op, op.getY().getType());
  if (failed(y))
    return failure();
  Letters letters(op.getSpec());
  std::map<char, int64_t> extent, at;
  for (auto [i, letter] : llvm::enumerate(letters.lhs))
    extent[letter] = lhs.shape[i];
  for (auto [i, letter] : llvm::enumerate(letters.rhs))
    extent[letter] = rhs.shape[i];
  Shape summed;
  for (char letter : letters.summed)
    summed.push_back(extent[letter]);

  auto read = [&](const Tensor<S> &tensor, const std::string &names) {
    int64_t position = 0;
    for (auto [i, letter] : llvm::enumerate(names))
      position = position * tensor.shape[i] + at[letter];
    return tensor.reals[position];
  };
  int64_t position = 0;
  forEachIndex(y->shape, [&](ArrayRef<int64_t> outer) {
    for (auto [i, letter] : llvm::enumerate(letters.result))
      at[letter] = outer[i];
    S total = S(0), accumulator = op.getInit() ? frame[op.getInit()].reals[position] : S(0);
    int64_t count = 0;
    bool restarted = false;
    forEachIndex(summed, [&](ArrayRef<int64_t> inner) {
      for (auto [i, letter] : llvm::enumerate(letters.summed))
        at[letter] = inner[i];
      if (count != 0 && count % 4096 == 0) {
        total = restarted ? total + accumulator : accumulator;
        restarted = true;
        accumulator = S(0);
      }
      accumulator = scalar::fma(read(lhs, letters.lhs), read(rhs, letters.rhs), accumulator);
      ++count;
    });
    y->reals[position++] = restarted ? total + accumulator : accumulator;
  });
  frame.set(op.getY(), std::move(*y));
  return success();
}

} // namespace

template <class S> void registerContract(Evaluator<S> &evaluator) {
  evaluator.template add<nn::ContractOp>(contract<S>);
}
NNC_REFERENCE_INSTANTIATE(registerContract)

} // namespace nnc::reference
