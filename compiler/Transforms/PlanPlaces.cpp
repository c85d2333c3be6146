#include "compiler/Transforms/PlanPlaces.h"

namespace nnc {

void Ranges::sort() {
  llvm::sort(ranges,
             [](const Range &a, const Range &b) { return std::pair(a.begin, a.id) < std::pair(b.begin, b.id); });
  findMost(0, ranges.size());
}

int64_t Ranges::findMost(size_t low, size_t high) {
  if (low == high)
    return INT64_MIN;
  size_t middle = (low + high) / 2;
  int64_t sides = std::max(findMost(low, middle), findMost(middle + 1, high));
  return ranges[middle].most = std::max(ranges[middle].end, sides);
}

void Ranges::collect(size_t low, size_t high, int64_t begin, int64_t end,
                     llvm::function_ref<void(unsigned)> found) const {
  size_t middle = (low + high) / 2;
  if (low == high || ranges[middle].most <= begin)
    return;
  collect(low, middle, begin, end, found);
  if (ranges[middle].begin >= end)
    return;
  if (ranges[middle].end > begin)
    found(ranges[middle].id);
  collect(middle + 1, high, begin, end, found);
}

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

// How many bytes lie between the first and the last one of a row.
static int64_t bytesOfRow(const Box &box, int64_t stride) {
  Box row = box;
  llvm::erase_if(row.dims, [&](Box::Dim dim) { return dim.size == 1 || dim.stride == stride; });
  return row.end() - row.begin;
}

// How far the rows of a place are apart, if there is room between them. Not of slices of a stack: these may be told
// from each other by their step alone.
static int64_t rowStride(const Source &at) {
  int64_t stride = at.owner ? 0 : at.always.rowStride();
  return bytesOfRow(at.always, stride) < stride ? stride : 0;
}

// Where in its rows a place lies, as one or two ranges: its bytes modulo the distance of rows. Places that meet in the
// judgement of Box::overlaps meet there as well: it takes the same modulo, counted from where one of them begins.
static void forEachPartOfRow(const Box &box, int64_t stride, llvm::function_ref<void(int64_t, int64_t)> visit) {
  int64_t begin = (box.begin % stride + stride) % stride, end = begin + bytesOfRow(box, stride);
  visit(begin, std::min(end, stride));
  if (end > stride)
    visit(0, end - stride);
}

// A place keeps, in every step, to the bytes of `always`.
void Places::sort() {
  blocks.clear();
  rows.clear();
  std::map<std::tuple<int, int64_t, int64_t>, std::vector<unsigned>> withRows; // by block, port and distance
  for (unsigned id = 0; id < places.size(); ++id) {
    const Box &box = places[id].always;
    if (int64_t stride = rowStride(places[id]))
      withRows[{box.block, box.port, stride}].push_back(id);
    else
      blocks[{box.block, box.port}].bytes.add(box.begin, box.end(), id);
  }
  for (auto &[key, ids] : withRows)
    addRows(blocks[{std::get<0>(key), std::get<1>(key)}], std::get<2>(key), ids);
  for (auto &[key, block] : blocks) {
    block.bytes.sort();
    block.rows.sort();
  }
  for (Rows &one : rows) {
    one.bytes.sort();
    one.inRow.sort();
  }
}

// Cuts the places into those whose bytes run into each other.
void Places::addRows(Block &block, int64_t stride, std::vector<unsigned> &ids) {
  llvm::sort(ids, [&](unsigned a, unsigned b) {
    return std::pair(places[a].always.begin, a) < std::pair(places[b].always.begin, b);
  });
  for (size_t first = 0, next; first < ids.size(); first = next) {
    Rows &here = rows.emplace_back(Rows{stride, {}, {}});
    int64_t begin = places[ids[first]].always.begin, end = begin;
    for (next = first; next < ids.size() && (next == first || places[ids[next]].always.begin < end); ++next) {
      const Box &box = places[ids[next]].always;
      end = std::max(end, box.end());
      here.bytes.add(box.begin, box.end(), ids[next]);
      forEachPartOfRow(box, stride, [&](int64_t low, int64_t high) { here.inRow.add(low, high, ids[next]); });
    }
    block.rows.add(begin, end, rows.size() - 1);
  }
}

std::vector<unsigned> Places::meeting(const Source &at) const {
  std::vector<unsigned> found;
  auto block = blocks.find({at.always.block, at.always.port});
  if (block == blocks.end())
    return found;
  int64_t begin = at.always.begin, end = at.always.end(), stride = rowStride(at);
  auto add = [&](unsigned id) {
    if (places[id].overlaps(at))
      found.push_back(id);
  };
  block->second.bytes.meeting(begin, end, add);
  block->second.rows.meeting(begin, end, [&](unsigned index) {
    const Rows &one = rows[index];
    if (one.stride != stride)
      return one.bytes.meeting(begin, end, add);
    forEachPartOfRow(at.always, stride, [&](int64_t low, int64_t high) { one.inRow.meeting(low, high, add); });
  });
  llvm::sort(found);
  found.erase(llvm::unique(found), found.end());
  return found;
}

} // namespace nnc
