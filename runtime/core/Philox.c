/* Random123's Philox in C: its headers pull <iostream> into every C++ file that includes them. */
#include <Random123/philox.h>

void nnc_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  philox4x32_ctr_t at = {{counter[0], counter[1], counter[2], counter[3]}};
  philox4x32_key_t with = {{key[0], key[1]}};
  philox4x32_ctr_t made = philox4x32_R(10, at, with);
  for (int i = 0; i < 4; ++i)
    out[i] = made.v[i];
}
