// The door of libFuzzer, compiled once a target: NNC_FUZZ_TARGET is its function.
#include "test/fuzz/Mutators.h"
#include "test/fuzz/Targets.h"
#include <cstdint>
#include <cstring>

using namespace nnc::fuzz;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  NNC_FUZZ_TARGET(std::string_view(reinterpret_cast<const char *>(data), size));
  return 0;
}

#ifdef NNC_FUZZ_EDIT
static size_t put(const std::string &made, uint8_t *data, size_t maxSize) {
  size_t size = made.size() < maxSize ? made.size() : maxSize;
  memcpy(data, made.data(), size);
  return size;
}

/// A third of the edits are the fuzzer's own: bytes, words of the dictionary.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  if (seed % 3 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::string text(reinterpret_cast<char *>(data), size);
  for (unsigned i = 0; i <= seed / 3 % 3; ++i)
    text = NNC_FUZZ_EDIT(text, seed + i);
  return put(text, data, maxSize);
}
#endif

#ifdef NNC_FUZZ_CROSS
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
                                            uint8_t *out, size_t maxSize, unsigned seed) {
  std::string_view a(reinterpret_cast<const char *>(data1), size1), b(reinterpret_cast<const char *>(data2), size2);
  return put(NNC_FUZZ_CROSS(a, b, seed), out, maxSize);
}
#endif
