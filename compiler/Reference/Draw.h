// Random numbers of a site, as SPEC.md counts them: written again on purpose, not shared with the runtime.
#pragma once
#include "compiler/Reference/Evaluator.h"
#include "llvm/ADT/StringRef.h"

#include <array>

namespace nnc::reference {

using Words = std::array<uint32_t, 4>;

/// Philox4x32-10.
Words philox(Words counter, uint64_t key);

/// The draws of one site in one step.
class Draw {
public:
  Draw(llvm::StringRef site, uint64_t seed, int64_t step);
  /// Dropout's 16 bits of element `number` of an example.
  uint32_t sixteen(int64_t number, int64_t sample) const;
  /// A number in [0, 1) of the width of the element type, or one of the normal distribution.
  double uniform(int64_t number, int64_t sample, bool wide) const;
  double normal(int64_t number, int64_t sample, bool wide) const;

private:
  Words block(int64_t number, int64_t sample) const;
  /// The random bits of an element: 24, or 53 if `wide`.
  uint64_t bits(int64_t number, int64_t sample, bool wide) const;

  uint64_t key;
  uint32_t step;
};

/// How the elements of a drawn tensor are numbered: those of one example, `sample` numbers for the first axis, the
/// step of the loop.
template <class S> class Numbering {
public:
  Numbering(llvm::ArrayRef<int64_t> shape, const Tensor<S> *samples, const Tensor<S> *time) : samples(samples) {
    inExample = std::max<int64_t>(1, countElements(samples ? shape.drop_front() : shape));
    first = time ? int64_t(uint64_t(time->integers[0]) * uint64_t(inExample)) : 0;
  }
  int64_t number(int64_t position) const { return first + (samples ? position % inExample : position); }
  int64_t sample(int64_t position) const { return samples ? samples->integers[position / inExample] : 0; }

private:
  const Tensor<S> *samples;
  int64_t inExample, first;
};

/// Whether dropout keeps an element, and what kept ones are multiplied by.
struct Dropout {
  explicit Dropout(double rate);
  bool keeps(uint32_t sixteen) const { return sixteen >= threshold; }
  uint32_t threshold;
  double factor;
};

} // namespace nnc::reference
