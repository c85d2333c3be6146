#include "support/Suggest.h"
#include <algorithm>

namespace nnc::support {
namespace {

constexpr size_t maxLength = 64; // longer names are never a slip of the keyboard

std::string lowered(std::string_view word) {
  std::string made(word);
  for (char &c : made)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return made;
}

} // namespace

size_t editDistance(std::string_view a, std::string_view b, size_t limit) {
  size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit || a.size() > maxLength || b.size() > maxLength)
    return limit + 1;
  // Three rows of the usual table: two back for swapped neighbours.
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return std::min(above[b.size()], limit + 1);
}

std::optional<std::string> nearestName(std::string_view word, const std::vector<std::string> &candidates) {
  std::string wanted = lowered(word);
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;
  const std::string *found = nullptr;
  for (const std::string &candidate : candidates) {
    if (candidate == word || candidate.empty())
      continue;
    size_t distance = editDistance(wanted, lowered(candidate), best);
    if (distance >= word.size() && distance > 0)
      continue; // nothing in common
    if (distance < best || (found && distance == best && candidate < *found)) {
      best = distance;
      found = &candidate;
    }
  }
  return found ? std::optional(*found) : std::nullopt;
}

} // namespace nnc::support
