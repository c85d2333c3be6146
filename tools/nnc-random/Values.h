// What a run of an entry gave, and when two runs agree.
#pragma once

#include "compiler/Reference/Reference.h"

#include <map>
#include <string>

namespace nnc::random {

/// A tensor from any source: reals as double (f32 fits exactly), all else as integers.
struct Flat {
  bool isReal = true;
  llvm::SmallVector<int64_t, 4> shape;
  std::vector<double> reals;
  std::vector<int64_t> integers;
};

/// Outputs by name, updates by "@" and name.
using Values = std::map<std::string, Flat>;

template <class S> Flat flatten(const reference::Tensor<S> &tensor) {
  Flat flat{tensor.isReal(), tensor.shape, {}, tensor.integers};
  if constexpr (!std::is_same_v<S, reference::scalar::Dual>)
    flat.reals.assign(tensor.reals.begin(), tensor.reals.end());
  return flat;
}

template <class S> Values valuesOf(const reference::EntryResults<S> &results) {
  Values values;
  for (const auto &[name, tensor] : results.outputs)
    values[name] = flatten(tensor);
  for (const auto &[name, tensor] : results.updates)
    values["@" + name] = flatten(tensor);
  return values;
}

/// The first difference in bits (NaN equals NaN) among the names that both have, or "". With `allOf` each name of `a`
/// must be in `b`.
std::string differenceInBits(const Values &a, const Values &b, bool allOf = true);

/// Where `got` is further from the truth than reliability allows, given how far the evaluator in the same precision is:
/// root mean square of the error at most 3 times its (10 times for ten elements or fewer) and a small floor; NaN and
/// infinities at the same places; integers equal.
std::string differenceFromTruth(const Values &got, const Values &truth, const Values &evaluated, bool wide);

bool allFinite(const Values &values);

} // namespace nnc::random
