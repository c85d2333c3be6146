// A tensor of the evaluator: logical shape, row-major elements. Floats of either width are held in the evaluator's
// scalar, integers and bools in 64 bits, kept inside the range of their type.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace nnc::reference {

enum class ElementKind : uint8_t { Real, Bool, I32, I64 };

using Shape = llvm::SmallVector<int64_t, 4>;

inline int64_t countElements(llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

/// Row-major position of `index`.
inline int64_t positionOf(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> index) {
  int64_t position = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    position = position * shape[i] + index[i];
  return position;
}

/// Calls `visit` for every index of `shape`, the last axis fastest.
inline void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) {
  int64_t count = countElements(shape);
  llvm::SmallVector<int64_t, 8> index(shape.size(), 0);
  for (int64_t n = 0; n < count; ++n) {
    visit(index);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis])
        break;
      index[axis] = 0;
    }
  }
}

template <class S> struct Tensor {
  ElementKind kind = ElementKind::Real;
  Shape shape;
  std::vector<S> reals;
  std::vector<int64_t> integers;

  Tensor() = default;
  Tensor(ElementKind kind, llvm::ArrayRef<int64_t> shape) : kind(kind), shape(shape) {
    size_t count = countElements(shape);
    if (kind == ElementKind::Real)
      reals.resize(count);
    else
      integers.resize(count);
  }

  bool isReal() const { return kind == ElementKind::Real; }
  int64_t size() const { return countElements(shape); }

  /// Copies one element of `from`, which has the same kind.
  void copyElement(int64_t to, const Tensor &from, int64_t position) {
    if (isReal())
      reals[to] = from.reals[position];
    else
      integers[to] = from.integers[position];
  }
};

} // namespace nnc::reference
