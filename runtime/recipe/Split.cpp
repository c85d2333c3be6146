#include "runtime/recipe/Split.h"
#include "runtime/core/Random.h"
#include <algorithm>
#include <cmath>

namespace nnc::rt {

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

Parts splitRows(const SplitRule &rule, const std::string &dataset, uint32_t rows, const std::vector<int32_t> &classes) {
  RandomKey key = siteKey("split:" + dataset, rule.seed);
  struct Drawn {
    uint64_t draw;
    uint32_t row;
  };
  int32_t last = 0;
  for (int32_t c : classes)
    last = std::max(last, c);
  std::vector<std::vector<Drawn>> groups(size_t(last) + 1);
  for (uint32_t row = 0; row < rows; ++row) {
    RandomBlock block = draw(key, row);
    groups[classes.empty() ? 0 : size_t(classes[row])].push_back({block[0] | uint64_t(block[1]) << 32, row});
  }
  Parts parts;
  for (std::vector<Drawn> &group : groups) {
    std::sort(group.begin(), group.end(),
              [](const Drawn &a, const Drawn &b) { return a.draw != b.draw ? a.draw < b.draw : a.row < b.row; });
    std::array<uint32_t, 3> sizes = cut(uint32_t(group.size()), rule.shares);
    size_t at = 0;
    for (int part = 0; part < 3; ++part)
      for (uint32_t i = 0; i < sizes[part]; ++i)
        parts[part].push_back(group[at++].row);
  }
  for (std::vector<uint32_t> &part : parts)
    std::sort(part.begin(), part.end());
  return parts;
}

EpochOrder::EpochOrder(std::vector<uint32_t> rows, const std::string &dataset, uint64_t seed, bool shuffle)
    : sorted(std::move(rows)), order(sorted), shuffle(shuffle) {
  RandomKey made = siteKey("shuffle:" + dataset, seed);
  key[0] = made.words[0];
  key[1] = made.words[1];
}

const std::vector<uint32_t> &EpochOrder::epoch(uint64_t number) {
  if (!shuffle || sorted.size() < 2)
    return order;
  std::copy(sorted.begin(), sorted.end(), order.begin());
  // Fisher and Yates from the back; draw i of the epoch is word i mod 4 of block i div 4.
  RandomBlock block{};
  uint64_t drawn = 0;
  for (size_t i = order.size() - 1; i > 0; --i, ++drawn) {
    if (drawn % 4 == 0)
      block = draw({{key[0], key[1]}}, drawn / 4, number);
    auto j = size_t(uint64_t(block[drawn % 4]) * (i + 1) >> 32);
    std::swap(order[i], order[j]);
  }
  return order;
}

} // namespace nnc::rt
