// Memory for one tensor of a kernel: filled with numbers that provoke differences, fenced against access beyond its
// end.
#pragma once

#include "compiler/Dialect/Dims.h"
#include "mlir/IR/BuiltinTypes.h"

#include <cstdint>
#include <random>

namespace nnc::twins {

// A mapping whose last byte is followed by a page that nobody may touch. For timing there is a gap before that page, as
// in a planned block: masked access across the fence is legal, but some CPUs take a microsecond for it.
class FencedBuffer {
public:
  explicit FencedBuffer(int64_t bytes, bool gap = false);
  ~FencedBuffer();
  FencedBuffer(FencedBuffer &&other) noexcept;
  FencedBuffer(const FencedBuffer &) = delete;
  FencedBuffer &operator=(const FencedBuffer &) = delete;

  char *data() const { return start; }
  int64_t size() const { return bytes; }

private:
  char *mapping = nullptr, *start = nullptr;
  int64_t mapped = 0, bytes = 0;
};

enum class Fill { Ordinary, Special };

// Random elements; with Fill::Special many are zeros of both signs, infinities, NaN, subnormal or huge.
void fill(FencedBuffer &buffer, mlir::Type element, Fill kind, std::mt19937_64 &random);

// The first logical element in which two buffers of a type differ, as its row-major position; -1: none. NaN equals NaN.
int64_t firstDifference(const FencedBuffer &a, const FencedBuffer &b, mlir::RankedTensorType type,
                        const nn::SizeBindings &sizes);

} // namespace nnc::twins
