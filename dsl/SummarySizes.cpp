#include "dsl/SummarySizes.h"

namespace nnc::dsl {

namespace {

std::optional<int64_t> valueOf(const Size &size, const SizeMap &sizes) { return substitute(size, sizes).constant(); }

bool holds(const Fact &fact, const SizeMap &sizes) {
  auto left = valueOf(fact.left, sizes), right = valueOf(fact.right, sizes);
  if (!left || !right)
    return false; // a quotient that is not whole
  const std::string &predicate = fact.predicate;
  if (predicate == "divides")
    return *right != 0 && *left % *right == 0;
  return predicate == "eq"   ? *left == *right
         : predicate == "ne" ? *left != *right
         : predicate == "lt" ? *left < *right
         : predicate == "le" ? *left <= *right
         : predicate == "gt" ? *left > *right
                             : *left >= *right;
}

const Fact *broken(const Entry &entry, const SizeMap &sizes) {
  for (const Fact &fact : entry.facts)
    if (!holds(fact, sizes))
      return &fact;
  return nullptr;
}

/// How many sizes are tried; what needs more stays at its bounds.
constexpr int mostTries = 10'000;

/// Makes the sizes that may be chosen larger, one after the other, until the facts hold. False if none were found.
bool search(const Entry &entry, const std::map<std::string, int64_t> &at, SizeMap &sizes) {
  for (int tries = 0; tries < mostTries; ++tries) {
    const Fact *fact = broken(entry, sizes);
    if (!fact)
      return true;
    std::string least; // of those that the fact names: the smallest grows
    for (const Size *side : {&fact->left, &fact->right})
      for (const std::string &name : side->symbols())
        if (!at.count(name) && sizes.count(name) &&
            (least.empty() || *sizes[name].constant() < *sizes[least].constant()))
          least = name;
    if (least.empty())
      return false;
    sizes[least] = Size(*sizes[least].constant() + 1);
  }
  return false;
}

} // namespace

ChosenSizes chooseSizes(const Entry &entry, const std::map<std::string, int64_t> &at) {
  ChosenSizes chosen;
  for (const FreeSize &size : entry.sizes) {
    auto given = at.find(size.name);
    int64_t least = size.min > 1 ? size.min : 1;
    chosen.sizes[size.name] = Size(given == at.end() ? least : given->second);
    if (given == at.end() || !chosen.wrong.empty())
      continue;
    if (given->second < least)
      chosen.wrong = "`" + size.name + "` is " + std::to_string(least) + " or more";
  }
  SizeMap found = chosen.sizes;
  if (search(entry, at, found))
    chosen.sizes = std::move(found);
  else if (const Fact *fact = broken(entry, found); fact && !at.empty() && chosen.wrong.empty())
    chosen.wrong = "`" + fact->text + "` does not hold";
  for (const FreeSize &size : entry.sizes)
    if (int64_t value = *chosen.sizes[size.name].constant(); !at.count(size.name) && value > 1)
      chosen.smallest[size.name] = value;
  return chosen;
}

} // namespace nnc::dsl
