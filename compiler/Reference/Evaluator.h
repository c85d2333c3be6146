// Inside the evaluator: values of one region, and the table from op to the code that evaluates it.
#pragma once

#include "compiler/Dialect/Nn.h"
#include "compiler/Reference/Reference.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <functional>

namespace nnc::reference {

template <class S> class Evaluator;

/// The values of a region while it is evaluated.
template <class S> class Frame {
public:
  Frame(const Evaluator<S> &evaluator, const EntryArguments<S> &arguments, const nn::SizeBindings &sizes)
      : evaluator(evaluator), arguments(arguments), sizes(sizes) {}

  const Tensor<S> &operator[](mlir::Value value) const { return values.find(value)->second; }
  void set(mlir::Value value, Tensor<S> tensor) { values[value] = std::move(tensor); }

  /// A tensor of zeros of this type.
  mlir::FailureOr<Tensor<S>> make(mlir::Operation *op, mlir::Type type) const;

  const Evaluator<S> &evaluator;
  const EntryArguments<S> &arguments;
  const nn::SizeBindings &sizes;

private:
  llvm::DenseMap<mlir::Value, Tensor<S>> values;
};

/// Looks ops up by name; each family registers its own.
template <class S> class Evaluator {
public:
  using Function = std::function<mlir::LogicalResult(mlir::Operation *, Frame<S> &)>;

  Evaluator();
  template <class Op> void add(std::function<mlir::LogicalResult(Op, Frame<S> &)> function) {
    table[Op::getOperationName()] = [function](mlir::Operation *op, Frame<S> &frame) {
      return function(mlir::cast<Op>(op), frame);
    };
  }
  /// Evaluates every op of the block but its terminator.
  mlir::LogicalResult run(mlir::Block &block, Frame<S> &frame) const;

private:
  llvm::StringMap<Function> table;
};

template <class S> void registerElementwise(Evaluator<S> &evaluator);
template <class S> void registerShape(Evaluator<S> &evaluator);
template <class S> void registerReduce(Evaluator<S> &evaluator);
template <class S> void registerContract(Evaluator<S> &evaluator);
template <class S> void registerGeneric(Evaluator<S> &evaluator);
template <class S> void registerNorm(Evaluator<S> &evaluator);
template <class S> void registerLoss(Evaluator<S> &evaluator);
template <class S> void registerUpdate(Evaluator<S> &evaluator);
template <class S> void registerState(Evaluator<S> &evaluator);

/// Logical shape of a type, given the free sizes.
mlir::FailureOr<Shape> evaluateShape(mlir::Operation *op, mlir::Type type, const nn::SizeBindings &sizes);
ElementKind elementKind(mlir::Type type);

/// Brings an integer into the range of its type: two's complement.
inline int64_t wrap(ElementKind kind, int64_t x) {
  return kind == ElementKind::I32 ? int64_t(int32_t(uint32_t(uint64_t(x)))) : kind == ElementKind::Bool ? (x & 1) : x;
}

/// The order of SPEC.md: sum of `count` terms along trailing axes, 64 partial sums and a tree of halves.
template <class S> S sumTrailing(int64_t count, llvm::function_ref<S(int64_t)> term) {
  S partial[64];
  for (S &p : partial)
    p = S(0);
  for (int64_t i = 0; i < count; ++i)
    partial[i % 64] = partial[i % 64] + term(i);
  S lane[16];
  for (int j = 0; j < 16; ++j)
    lane[j] = (partial[j] + partial[j + 16]) + (partial[j + 32] + partial[j + 48]);
  for (int half = 8; half >= 1; half /= 2)
    for (int j = 0; j < half; ++j)
      lane[j] = lane[j] + lane[j + half];
  return lane[0];
}

/// Evaluators are instantiated for these scalars.
#define NNC_REFERENCE_INSTANTIATE(FUNCTION)                                                                            \
  template void FUNCTION<float>(Evaluator<float> &);                                                                   \
  template void FUNCTION<double>(Evaluator<double> &);                                                                 \
  template void FUNCTION<scalar::Dual>(Evaluator<scalar::Dual> &);

} // namespace nnc::reference
