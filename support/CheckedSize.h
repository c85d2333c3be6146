// Arithmetic on sizes that notices overflow: nothing when the result does not fit 64 bits.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace nnc::support {

inline std::optional<int64_t> checkedAdd(int64_t a, int64_t b) {
  int64_t made;
  return __builtin_add_overflow(a, b, &made) ? std::nullopt : std::optional(made);
}

inline std::optional<int64_t> checkedSub(int64_t a, int64_t b) {
  int64_t made;
  return __builtin_sub_overflow(a, b, &made) ? std::nullopt : std::optional(made);
}

inline std::optional<int64_t> checkedMul(int64_t a, int64_t b) {
  int64_t made;
  return __builtin_mul_overflow(a, b, &made) ? std::nullopt : std::optional(made);
}

/// The number of elements of a shape; nothing on overflow or a negative size.
inline std::optional<int64_t> checkedProduct(std::span<const int64_t> sizes) {
  int64_t product = 1;
  bool zero = false;
  for (int64_t size : sizes) {
    if (size < 0)
      return std::nullopt;
    if (size == 0)
      zero = true;
    else if (__builtin_mul_overflow(product, size, &product))
      return std::nullopt;
  }
  return zero ? 0 : product;
}

/// `value` rounded up to a multiple of `step` (> 0).
inline std::optional<int64_t> checkedAlign(int64_t value, int64_t step) {
  auto raised = checkedAdd(value, step - 1);
  if (!raised)
    return std::nullopt;
  return *raised / step * step;
}

} // namespace nnc::support
