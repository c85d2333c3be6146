// The nearest known name to one that does not exist, for "did you mean".
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::support {

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to make `b` of `a`.
/// Gives `limit + 1` as soon as it is clear that more than `limit` are needed.
size_t editDistance(std::string_view a, std::string_view b, size_t limit);

/// The candidate nearest to `word`, if one is near: at most a third of the letters differ (case counts for nothing).
/// Of equally near ones the first in the alphabet.
std::optional<std::string> nearestName(std::string_view word, const std::vector<std::string> &candidates);

} // namespace nnc::support
