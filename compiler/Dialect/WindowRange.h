// Ranges of a window's numbers: what the verifiers of convolutions and pools ask.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc::nn {

/// Taps, strides and dilations from 1, pads from 0, none above 2^24, which keeps their products from overflowing.
inline bool isInRange(const Window &window) {
  auto within = [](llvm::ArrayRef<int64_t> list, int64_t least) {
    return llvm::all_of(list, [&](int64_t number) { return number >= least && number <= int64_t(1) << 24; });
  };
  return within(window.taps, 1) && within(window.stride, 1) && within(window.dilation, 1) && within(window.padLow, 0) &&
         within(window.padHigh, 0);
}

} // namespace nnc::nn
