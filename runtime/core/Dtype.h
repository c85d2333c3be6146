// Element types: their widths and names.
#pragma once
#include "runtime/abi/nnc_abi.h"
#include <cstdint>
#include <string_view>

namespace nnc::rt {

inline uint32_t widthOf(uint8_t dtype) {
  switch (dtype) {
  case NNC_F64:
  case NNC_I64:
    return 8;
  case NNC_F32:
  case NNC_I32:
    return 4;
  case NNC_BF16:
    return 2;
  default:
    return 1;
  }
}

inline bool isFloat(uint8_t dtype) { return dtype == NNC_F32 || dtype == NNC_F64 || dtype == NNC_BF16; }

/// "f32", as programs and their descriptions spell it.
inline const char *nameOf(uint8_t dtype) {
  static const char *const names[] = {"?", "f32", "f64", "bf16", "i32", "i64", "bool"};
  return names[dtype <= NNC_BOOL ? dtype : 0];
}

/// The type of a name, 0 if there is none.
inline uint8_t dtypeNamed(std::string_view name) {
  for (uint8_t i = NNC_F32; i <= NNC_BOOL; ++i)
    if (name == nameOf(i))
      return i;
  return 0;
}

} // namespace nnc::rt
