// What can be said about a mask without running the program.
#pragma once

#include "dsl/Program.h"

namespace nnc::dsl {

/// Whether whole blocks of positions can be skipped: a comparison that is linear in the positions q and k (indices 2
/// and 3) and in numbers that do not depend on them, or that says whether two elements are equal.
bool canSkipBlocks(const Mask &comparison);
/// Why not, in a phrase.
std::string whyDense(const Mask &comparison);

} // namespace nnc::dsl
