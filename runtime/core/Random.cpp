#include "runtime/core/Random.h"
#include <Random123/philox.h>

namespace nnc::rt {

uint64_t fnv1a(std::string_view bytes, uint64_t hash) {
  for (char c : bytes) {
    hash ^= uint8_t(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

RandomBlock philox(RandomBlock counter, RandomKey key) {
  philox4x32_ctr_t at = {{counter[0], counter[1], counter[2], counter[3]}};
  philox4x32_key_t with = {{key.words[0], key.words[1]}};
  philox4x32_ctr_t out = philox4x32_R(10, at, with);
  return {out.v[0], out.v[1], out.v[2], out.v[3]};
}

RandomKey siteKey(std::string_view site, uint64_t seed) {
  uint64_t hash = fnv1a(site);
  RandomBlock block = philox({uint32_t(hash), uint32_t(hash >> 32), 0, 0}, {{uint32_t(seed), uint32_t(seed >> 32)}});
  return {{block[0], block[1]}};
}

} // namespace nnc::rt
