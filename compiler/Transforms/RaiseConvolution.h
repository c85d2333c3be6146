// Index notation that is a convolution: what nn-raise asks.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// The numbers of the nn.conv that a generic is, and which of its inputs is the filter.
struct RaisedConvolution {
  unsigned x, filter;
  llvm::SmallVector<int64_t, 3> stride, dilation, low, high;
};

/// `y[n, o, p…] = sum[c, k…] x[n, c, p · stride + k · dilation - low …] · filter[o, c, k…]`, where x is 0 outside or
/// never left; nothing if the generic is anything else, or one only behind a transposition or a slice.
std::optional<RaisedConvolution> convolutionOf(nn::GenericOp op);

} // namespace nnc
