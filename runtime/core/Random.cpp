#include "runtime/core/Random.h"

extern "C" void nnc_philox4x32_10(const uint32_t *counter, const uint32_t *key, uint32_t *out); // Philox.c

namespace nnc::rt {

uint64_t fnv1a(std::string_view bytes, uint64_t hash) {
  for (char c : bytes) {
    hash ^= uint8_t(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

RandomBlock philox(RandomBlock counter, RandomKey key) {
  RandomBlock out;
  nnc_philox4x32_10(counter.data(), key.words, out.data());
  return out;
}

RandomKey siteKey(std::string_view site, uint64_t seed) {
  uint64_t hash = fnv1a(site);
  RandomBlock block = philox({uint32_t(hash), uint32_t(hash >> 32), 0, 0}, {{uint32_t(seed), uint32_t(seed >> 32)}});
  return {{block[0], block[1]}};
}

} // namespace nnc::rt
