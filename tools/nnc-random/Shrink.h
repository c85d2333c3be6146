// Makes a failing program small: drops ops, outputs and updates, shrinks sizes, as long as it still fails.
#pragma once

#include "tools/nnc-random/Program.h"

#include <functional>

namespace nnc::random {

/// The smallest program found; `fails` is asked at most `tries` times.
Program shrink(Program program, const std::function<bool(const Program &)> &fails, int tries);

} // namespace nnc::random
