// Floats of 16 bits as files hold them. Each of their values is one of f32, and so of f64: both ways out are exact.
#pragma once
#include <bit>
#include <cstdint>

namespace nnc::rt {

/// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction.
struct Half {
  uint16_t bits;
  operator float() const {
    uint32_t sign = uint32_t(bits >> 15) << 31, exponent = bits >> 10 & 31u, fraction = bits & 1023u;
    if (exponent == 31) // infinities, and what is no number
      return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
    if (exponent != 0)
      return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
    // Zeros and subnormals: fraction / 2^24.
    return std::bit_cast<float>(std::bit_cast<uint32_t>(float(fraction) * 0x1p-24f) | sign);
  }
};

/// bfloat16: the upper half of an f32.
struct Bfloat {
  uint16_t bits;
  operator float() const { return std::bit_cast<float>(uint32_t(bits) << 16); }
};

} // namespace nnc::rt
