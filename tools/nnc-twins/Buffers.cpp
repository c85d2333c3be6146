#include "tools/nnc-twins/Buffers.h"

#include "mlir/IR/AffineExpr.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

using namespace mlir;

namespace nnc::twins {

FencedBuffer::FencedBuffer(int64_t bytes, bool gap) : bytes(bytes) {
  constexpr int64_t line = 64;
  static int64_t created = 0; // buffers at equal offsets in their pages would wait for each other
  int64_t behind =
      gap ? 2 * line - bytes % line + 3 * line * (++created % 16) : 0; // starts at a line, ends before the fence
  int64_t page = sysconf(_SC_PAGESIZE), pages = (bytes + behind + page - 1) / page;
  mapped = (pages + 1) * page;
  void *memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "nnc-twins: no memory for %lld bytes\n", static_cast<long long>(mapped));
    std::exit(3);
  }
  mapping = static_cast<char *>(memory);
  mprotect(mapping + pages * page, page, PROT_NONE);
  start = mapping + pages * page - bytes - behind;
}

FencedBuffer::~FencedBuffer() {
  if (mapping)
    munmap(mapping, mapped);
}

FencedBuffer::FencedBuffer(FencedBuffer &&other) noexcept
    : mapping(std::exchange(other.mapping, nullptr)), start(other.start), mapped(other.mapped), bytes(other.bytes) {}

static float specialNumber(std::mt19937_64 &random) {
  static const float numbers[] = {0.0f,
                                  -0.0f,
                                  1.0f,
                                  -1.0f,
                                  std::numeric_limits<float>::infinity(),
                                  -std::numeric_limits<float>::infinity(),
                                  std::numeric_limits<float>::quiet_NaN(),
                                  std::numeric_limits<float>::denorm_min(),
                                  -1e-40f,
                                  std::numeric_limits<float>::max(),
                                  std::numeric_limits<float>::lowest(),
                                  std::numeric_limits<float>::min(),
                                  88.7f,
                                  -87.4f,
                                  20.0f,
                                  2.0f,
                                  0.5f,
                                  -3.0f};
  return numbers[random() % std::size(numbers)];
}

void fill(FencedBuffer &buffer, Type element, Fill kind, std::mt19937_64 &random) {
  std::normal_distribution<float> normal;
  char *data = buffer.data();
  if (element.isInteger(1)) {
    for (int64_t i = 0; i < buffer.size(); ++i)
      data[i] = random() & 1;
  } else if (element.isF32()) {
    for (int64_t i = 0; i + 4 <= buffer.size(); i += 4) {
      float value = kind == Fill::Special && random() % 4 == 0 ? specialNumber(random) : normal(random);
      std::memcpy(data + i, &value, 4);
    }
  } else { // small integers: labels, also some that do not exist
    int64_t width = element.getIntOrFloatBitWidth() / 8;
    for (int64_t i = 0; i + width <= buffer.size(); i += width) {
      int64_t value = static_cast<int64_t>(random() % (kind == Fill::Special ? 14 : 10)) - (kind == Fill::Special);
      std::memcpy(data + i, &value, width);
    }
  }
}

static int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> at) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return at[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  int64_t left = evaluate(binary.getLHS(), at), right = evaluate(binary.getRHS(), at);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return left + right;
  case AffineExprKind::Mul:
    return left * right;
  case AffineExprKind::FloorDiv:
    return left / right;
  default:
    return left % right;
  }
}

static bool sameElement(const char *a, const char *b, Type element, int64_t width) {
  if (std::memcmp(a, b, width) == 0)
    return true;
  if (!element.isF32())
    return false;
  float x, y;
  std::memcpy(&x, a, 4);
  std::memcpy(&y, b, 4);
  return std::isnan(x) && std::isnan(y);
}

int64_t firstDifference(const FencedBuffer &a, const FencedBuffer &b, RankedTensorType type,
                        const nn::SizeBindings &sizes) {
  SmallVector<int64_t> shape = *nn::evaluateShape(type, sizes), extents, at(shape.size());
  for (const nn::SizeExpr &extent : nn::physicalShape(type))
    extents.push_back(*extent.evaluate(sizes));
  AffineMap layout = nn::layoutOf(type);
  int64_t count = 1, width = nn::elementBytes(type.getElementType());
  for (int64_t extent : shape)
    count *= extent;
  for (int64_t i = 0; i < count; ++i) {
    int64_t rest = i, position = 0;
    for (size_t dim = shape.size(); dim-- > 0; rest /= shape[dim])
      at[dim] = rest % shape[dim];
    for (size_t dim = 0; dim < extents.size(); ++dim)
      position = position * extents[dim] + (layout ? evaluate(layout.getResult(dim), at) : at[dim]);
    if (!sameElement(a.data() + position * width, b.data() + position * width, type.getElementType(), width))
      return i;
  }
  return -1;
}

} // namespace nnc::twins
