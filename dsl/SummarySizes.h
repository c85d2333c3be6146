// The free sizes at which `nnc summary` counts.
#pragma once

#include "dsl/Program.h"

namespace nnc::dsl {

struct ChosenSizes {
  SizeMap sizes;                           ///< of every free size of the entry
  std::map<std::string, int64_t> smallest; ///< those that nobody gave and that cannot be 1
  std::string wrong;                       ///< why the given ones cannot be, or ""
};

/// Free sizes are as given in `at`, the others as small as the facts of the entry allow. How large a compiled program
/// can make them (FreeSize::max) does not matter.
ChosenSizes chooseSizes(const Entry &entry, const std::map<std::string, int64_t> &at);

} // namespace nnc::dsl
