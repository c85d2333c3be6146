// Which rows are for training, validation and test, and in which order an epoch takes the training rows: functions of
// names and seeds only.
#pragma once
#include "data/Shares.h"
#include "runtime/recipe/Recipe.h"
#include <array>

namespace nnc::rt {

enum Part { Train, Valid, Test };
inline constexpr const char *partNames[] = {"train", "valid", "test"};

/// Row numbers of each part, ascending.
using Parts = std::array<std::vector<uint32_t>, 3>;

/// `classes`: the class of each row, or empty. In each class rows are sorted by their draw and cut at the shares,
/// rounded by largest remainder.
Parts splitRows(const SplitRule &rule, const std::string &dataset, uint32_t rows, const std::vector<int32_t> &classes);

using data::cut;

/// Rows sorted by time are cut at the shares. `order`: rows from the earliest to the latest.
Parts cutByTime(const SplitRule &rule, const std::vector<uint32_t> &order);

/// The order of epochs: a keyed permutation of the training part.
class EpochOrder {
public:
  EpochOrder(std::vector<uint32_t> rows, const std::string &dataset, uint64_t seed, bool shuffle);
  const std::vector<uint32_t> &epoch(uint64_t number);

private:
  std::vector<uint32_t> sorted, order;
  uint32_t key[2];
  bool shuffle;
};

} // namespace nnc::rt
