// Counter-based random numbers: Philox4x32-10. Whoever draws is named by its site, "purpose:path", so that no draw
// depends on the order of others, on threads or on layouts.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace nnc::rt {

using RandomBlock = std::array<uint32_t, 4>;
struct RandomKey {
  uint32_t words[2];
};

/// FNV-1a, 64 bits.
uint64_t fnv1a(std::string_view bytes, uint64_t hash = 0xcbf29ce484222325u);
/// The four words at one counter.
RandomBlock philox(RandomBlock counter, RandomKey key);
/// The key of a site: the first two words at counter (hash of the site, 0) under the seed.
RandomKey siteKey(std::string_view site, uint64_t seed);

inline RandomBlock draw(RandomKey key, uint64_t block, uint64_t second = 0) {
  return philox({uint32_t(block), uint32_t(block >> 32), uint32_t(second), uint32_t(second >> 32)}, key);
}

} // namespace nnc::rt
