// How a data set is cut into parts.
#pragma once
#include <array>
#include <cstdint>

namespace nnc::data {

/// How many of `count` rows train, valid and test get: shares rounded by largest remainder, ties to the earlier part.
std::array<uint32_t, 3> cut(uint32_t count, const double shares[3]);

} // namespace nnc::data
