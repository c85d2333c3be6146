// Windows over one to three spatial axes, brought to three.
#pragma once
#include "compiler/Reference/Tensor.h"

#include <algorithm>
#include <array>

namespace nnc::reference {

using Axes = std::array<int64_t, 3>;

/// Missing axes come first, with `fill`.
inline Axes threeAxes(llvm::ArrayRef<int64_t> numbers, int64_t fill) {
  Axes axes{fill, fill, fill};
  std::copy(numbers.begin(), numbers.end(), axes.end() - numbers.size());
  return axes;
}

/// Extents of the input, of the window in taps, and of its places; how it moves.
struct Space {
  Axes x, taps, places, stride, dilation, low;

  /// Where tap k at place p reads; may lie outside.
  Axes read(const Axes &p, const Axes &k) const {
    Axes at;
    for (int i = 0; i < 3; ++i)
      at[i] = p[i] * stride[i] - low[i] + k[i] * dilation[i];
    return at;
  }
};

inline bool isInside(const Axes &at, const Axes &extent) {
  for (int i = 0; i < 3; ++i)
    if (at[i] < 0 || at[i] >= extent[i])
      return false;
  return true;
}

inline int64_t place(const Axes &at, const Axes &extent) { return (at[0] * extent[1] + at[1]) * extent[2] + at[2]; }

inline int64_t volume(const Axes &extent) { return extent[0] * extent[1] * extent[2]; }

/// Every position of a box, the last axis fastest.
template <class Visit> void forEachPlace(const Axes &extent, Visit visit) {
  for (int64_t i = 0; i < extent[0]; ++i)
    for (int64_t j = 0; j < extent[1]; ++j)
      for (int64_t k = 0; k < extent[2]; ++k)
        visit(Axes{i, j, k});
}

} // namespace nnc::reference
