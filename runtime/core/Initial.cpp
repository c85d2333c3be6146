#include "runtime/core/Initial.h"
#include "runtime/core/Random.h"
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace nnc::rt {

namespace {

/// The draws of one tensor by element: word e mod 4 of block e div 4.
class Draws {
public:
  Draws(std::string_view name, uint64_t seed) : key(siteKey("init:" + std::string(name), seed)) {}

  /// In (0, 1), exact in a double.
  double unit(uint64_t element) {
    load(element / 4);
    return (double(block[element % 4]) + 0.5) * 0x1p-32;
  }

  /// Box-Muller over two neighbouring words: the even element takes the cosine, the odd one the sine.
  double normal(uint64_t element) {
    uint64_t even = element & ~uint64_t(1);
    double radius = std::sqrt(-2 * std::log(unit(even)));
    double angle = 2 * M_PI * unit(even + 1);
    return radius * (element == even ? std::cos(angle) : std::sin(angle));
  }

private:
  void load(uint64_t number) {
    if (number == loaded)
      return;
    block = draw(key, number);
    loaded = number;
  }

  RandomKey key;
  RandomBlock block{};
  uint64_t loaded = ~uint64_t(0);
};

void store(void *out, uint8_t dtype, uint64_t index, double value) {
  switch (dtype) {
  case NNC_F32:
    static_cast<float *>(out)[index] = float(value);
    break;
  case NNC_F64:
    static_cast<double *>(out)[index] = value;
    break;
  case NNC_I32:
    static_cast<int32_t *>(out)[index] = int32_t(value);
    break;
  case NNC_I64:
    static_cast<int64_t *>(out)[index] = int64_t(value);
    break;
  default:
    static_cast<uint8_t *>(out)[index] = value != 0;
  }
}

/// The Q of a tall matrix (rows >= columns, row-major), columns signed so that R has a positive diagonal: the
/// distribution is then uniform over orthonormal frames. Modified Gram-Schmidt, twice.
void orthonormalise(std::vector<double> &m, uint64_t rows, uint64_t columns) {
  for (uint64_t j = 0; j < columns; ++j) {
    for (int pass = 0; pass < 2; ++pass)
      for (uint64_t i = 0; i < j; ++i) {
        double dot = 0;
        for (uint64_t r = 0; r < rows; ++r)
          dot += m[r * columns + i] * m[r * columns + j];
        for (uint64_t r = 0; r < rows; ++r)
          m[r * columns + j] -= dot * m[r * columns + i];
      }
    double square = 0;
    for (uint64_t r = 0; r < rows; ++r)
      square += m[r * columns + j] * m[r * columns + j];
    double scale = 1 / std::sqrt(square);
    for (uint64_t r = 0; r < rows; ++r)
      m[r * columns + j] *= scale;
  }
}

void fillOrthogonal(double gain, Draws &draws, uint8_t dtype, uint64_t rows, uint64_t columns, void *out) {
  bool wide = rows < columns;
  uint64_t tall = wide ? columns : rows, narrow = wide ? rows : columns;
  std::vector<double> m(tall * narrow);
  for (uint64_t i = 0; i < m.size(); ++i)
    m[i] = draws.normal(i);
  orthonormalise(m, tall, narrow);
  for (uint64_t r = 0; r < rows; ++r)
    for (uint64_t c = 0; c < columns; ++c)
      store(out, dtype, r * columns + c, gain * (wide ? m[c * narrow + r] : m[r * narrow + c]));
}

uint64_t width(uint8_t dtype) {
  return dtype == NNC_F64 || dtype == NNC_I64 ? 8 : dtype == NNC_F32 || dtype == NNC_I32 ? 4 : 1;
}

} // namespace

void fillInitial(const InitialValues &init, std::string_view name, uint64_t seed, uint8_t dtype, const int64_t *dims,
                 uint32_t rank, void *out) {
  uint64_t count = 1;
  for (uint32_t i = 0; i < rank; ++i)
    count *= uint64_t(dims[i]);
  if (count == 0)
    return;
  Draws draws(name, seed);
  switch (init.kind) {
  case NNC_INIT_UNIFORM:
    for (uint64_t i = 0; i < count; ++i)
      store(out, dtype, i, init.args[0] + draws.unit(i) * (init.args[1] - init.args[0]));
    break;
  case NNC_INIT_NORMAL:
    for (uint64_t i = 0; i < count; ++i)
      store(out, dtype, i, init.args[0] + init.args[1] * draws.normal(i));
    break;
  case NNC_INIT_ORTHOGONAL: {
    uint64_t rows = rank > 0 ? uint64_t(dims[0]) : 1;
    fillOrthogonal(init.args[0], draws, dtype, rows, count / rows, out);
    break;
  }
  case NNC_INIT_VALUES:
    memcpy(out, init.values, count * width(dtype));
    break;
  default:
    for (uint64_t i = 0; i < count; ++i)
      store(out, dtype, i, init.args[0]);
  }
}

} // namespace nnc::rt
