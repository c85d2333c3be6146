#include "compiler/Transforms/PlanPlaces.h"

namespace nnc {

static size_t hashOf(const Source &at) {
  return llvm::hash_combine(at.owner, at.always.block, at.always.port, at.always.begin, at.always.end(),
                            at.owner ? at.box.begin : 0);
}

unsigned Places::idOf(const Source &at) {
  std::vector<unsigned> &alike = byHash[hashOf(at)];
  for (unsigned id : alike)
    if (places[id].owner == at.owner && places[id].always == at.always && (!at.owner || places[id].box == at.box))
      return id;
  alike.push_back(places.size());
  places.push_back(at);
  return places.size() - 1;
}

// A place keeps, in every step, to the bytes of `always`.
void Places::sort() {
  blocks.clear();
  for (unsigned id = 0; id < places.size(); ++id) {
    const Box &box = places[id].always;
    blocks[{box.block, box.port}].push_back({box.begin, box.end(), id});
  }
  for (auto &[block, ranges] : blocks) {
    llvm::sort(ranges,
               [](const Range &a, const Range &b) { return std::pair(a.begin, a.id) < std::pair(b.begin, b.id); });
    findMost(ranges, 0, ranges.size());
  }
}

int64_t Places::findMost(Ranges &ranges, size_t low, size_t high) {
  if (low == high)
    return INT64_MIN;
  size_t middle = (low + high) / 2;
  int64_t sides = std::max(findMost(ranges, low, middle), findMost(ranges, middle + 1, high));
  return ranges[middle].most = std::max(ranges[middle].end, sides);
}

std::vector<unsigned> Places::meeting(const Source &at) const {
  std::vector<unsigned> found;
  if (auto it = blocks.find({at.always.block, at.always.port}); it != blocks.end())
    collect(it->second, 0, it->second.size(), at, found);
  return found;
}

void Places::collect(const Ranges &ranges, size_t low, size_t high, const Source &at,
                     std::vector<unsigned> &found) const {
  size_t middle = (low + high) / 2;
  if (low == high || ranges[middle].most <= at.always.begin)
    return;
  collect(ranges, low, middle, at, found);
  if (ranges[middle].begin >= at.always.end())
    return;
  if (places[ranges[middle].id].overlaps(at))
    found.push_back(ranges[middle].id);
  collect(ranges, middle + 1, high, at, found);
}

} // namespace nnc
