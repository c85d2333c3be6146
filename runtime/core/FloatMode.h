// Flush-to-zero, in which f32 programs compute (subnormal numbers read and written as 0), and back.
#pragma once
#include <xmmintrin.h>

namespace nnc::rt {

class FlushToZero {
public:
  explicit FlushToZero(bool on) : before(_mm_getcsr()), set(on) {
    if (set)
      _mm_setcsr(before | 0x8040); // flush results, read subnormals as zero
  }
  ~FlushToZero() {
    if (set)
      _mm_setcsr(before);
  }
  FlushToZero(const FlushToZero &) = delete;
  FlushToZero &operator=(const FlushToZero &) = delete;

private:
  unsigned before;
  bool set;
};

} // namespace nnc::rt
