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
template <class S> void registerScan(Evaluator<S> &evaluator);
template <class S> void registerConv(Evaluator<S> &evaluator);
template <class S> void registerPool(Evaluator<S> &evaluator);
template <class S> void registerAttention(Evaluator<S> &evaluator);
template <class S> void registerGather(Evaluator<S> &evaluator);
template <class S> void registerOrder(Evaluator<S> &evaluator);
template <class S> void registerRandom(Evaluator<S> &evaluator);
template <class S> void registerCustom(Evaluator<S> &evaluator);
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

/// Start value and step of a reduction; `x` is the new term.
template <class S> S startOf(nn::ReduceKind kind) {
  S infinity = scalar::infinity<S>();
  return kind == nn::ReduceKind::mul   ? S(1)
         : kind == nn::ReduceKind::max ? -infinity
         : kind == nn::ReduceKind::min ? infinity
                                       : S(0);
}
template <class S> S combine(nn::ReduceKind kind, S p, S x) {
  switch (kind) {
  case nn::ReduceKind::mul:
    return p * x;
  case nn::ReduceKind::max:
    return x > p ? x : p;
  case nn::ReduceKind::min:
    return x < p ? x : p;
  default:
    return p + x;
  }
}

/// A maximum or minimum with a NaN among its terms is NaN, whatever the order.
template <class S> bool poisoned(nn::ReduceKind kind, int64_t count, llvm::function_ref<S(int64_t)> term) {
  if (kind == nn::ReduceKind::max || kind == nn::ReduceKind::min)
    for (int64_t i = 0; i < count; ++i)
      if (scalar::isNan(term(i)))
        return true;
  return false;
}

/// The two orders of SPEC.md, section 2. Along trailing axes: 64 partial results and a tree of halves.
template <class S> S reduceTrailing(nn::ReduceKind kind, int64_t count, llvm::function_ref<S(int64_t)> term) {
  if (poisoned(kind, count, term))
    return scalar::nan<S>();
  S p[64], q[16];
  for (S &start : p)
    start = startOf<S>(kind);
  for (int64_t i = 0; i < count; ++i)
    p[i % 64] = combine(kind, p[i % 64], term(i));
  for (int j = 0; j < 16; ++j)
    q[j] = combine(kind, combine(kind, p[j], p[j + 16]), combine(kind, p[j + 32], p[j + 48]));
  for (int half = 8; half >= 1; half /= 2)
    for (int j = 0; j < half; ++j)
      q[j] = combine(kind, q[j], q[j + half]);
  return q[0];
}

/// Along other axes: one chain per block of 1,024, then the blocks in order.
template <class S> S reduceBlocks(nn::ReduceKind kind, int64_t count, llvm::function_ref<S(int64_t)> term) {
  if (poisoned(kind, count, term))
    return scalar::nan<S>();
  S total = startOf<S>(kind);
  for (int64_t begin = 0; begin < count; begin += 1024) {
    S block = startOf<S>(kind);
    for (int64_t i = begin; i < std::min(begin + 1024, count); ++i)
      block = combine(kind, block, term(i));
    total = begin == 0 ? block : combine(kind, total, block);
  }
  return total;
}

int64_t reduceIntegers(nn::ReduceKind kind, ElementKind element, int64_t count,
                       llvm::function_ref<int64_t(int64_t)> term);

/// Evaluators are instantiated for these scalars.
#define NNC_REFERENCE_INSTANTIATE(FUNCTION)                                                                            \
  template void FUNCTION<float>(Evaluator<float> &);                                                                   \
  template void FUNCTION<double>(Evaluator<double> &);                                                                 \
  template void FUNCTION<scalar::Dual>(Evaluator<scalar::Dual> &);

} // namespace nnc::reference
