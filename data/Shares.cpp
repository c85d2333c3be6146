#include "data/Shares.h"
#include <algorithm>
#include <cmath>

namespace nnc::data {

std::array<uint32_t, 3> cut(uint32_t count, const double shares[3]) {
  double sum = shares[0] + shares[1] + shares[2];
  auto total = uint32_t(std::min<double>(count, std::floor(count * sum + 0.5)));
  std::array<uint32_t, 3> sizes;
  double rest[3];
  uint32_t given = 0;
  for (int i = 0; i < 3; ++i) {
    double exact = count * shares[i];
    // A share such as 0.8 of 50 must not lose a row to rounding.
    sizes[i] = uint32_t(std::floor(exact + 1e-9));
    rest[i] = exact - sizes[i];
    given += sizes[i];
  }
  for (; given < total; ++given) {
    int largest = 0;
    for (int i = 1; i < 3; ++i)
      if (rest[i] > rest[largest] + 1e-9)
        largest = i;
    ++sizes[largest];
    rest[largest] -= 1;
  }
  return sizes;
}

} // namespace nnc::data
