#include "runtime/recipe/Split.h"
#include "runtime/core/Random.h"
#include <algorithm>
#include <cmath>

namespace nnc::rt {

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

Parts cutByTime(const SplitRule &rule, const std::vector<uint32_t> &order) {
  Parts parts;
  std::array<uint32_t, 3> sizes = cut(uint32_t(order.size()), rule.shares);
  auto at = order.begin();
  for (int part = 0; part < 3; at += sizes[part++]) {
    parts[part].assign(at, at + sizes[part]);
    std::sort(parts[part].begin(), parts[part].end());
  }
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
