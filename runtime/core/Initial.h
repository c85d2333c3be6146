// Initial values of parameters and states, a function of (seed, name, position) alone; f32 and f64 start alike.
#pragma once
#include "runtime/abi/nnc_abi.h"
#include <cstdint>
#include <string_view>

namespace nnc::rt {

struct InitialValues {
  uint8_t kind = NNC_INIT_CONSTANT; ///< nnc_init
  double args[2] = {0, 0};
  const void *values = nullptr;
};

/// Fills `out`, a row-major tensor of `dtype` (nnc_dtype) and the given dims.
void fillInitial(const InitialValues &init, std::string_view name, uint64_t seed, uint8_t dtype, const int64_t *dims,
                 uint32_t rank, void *out);

} // namespace nnc::rt
