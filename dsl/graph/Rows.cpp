#include "dsl/graph/Rows.h"

#include <algorithm>
#include <map>

namespace nnc::dsl::graph {

// ---------------------------------------------------------------------------------------------------------------------
// Rows

static std::vector<uint32_t> rowsOf(const Flow &flow) {
  std::vector<uint32_t> row(flow.boxes.size());
  std::vector<bool> reads(flow.boxes.size());
  // Arrows are sorted by where they begin, and lead to higher numbers: the row of a box is known before it is read.
  for (auto [from, to] : flow.arrows) {
    row[to] = std::max(row[to], row[from] + 1);
    reads[to] = true;
  }
  std::vector<uint32_t> first(flow.boxes.size(), ~0u);
  for (auto [from, to] : flow.arrows)
    first[from] = std::min(first[from], row[to]);
  for (size_t i = 0; i < row.size(); ++i)
    if (!reads[i] && first[i] != ~0u)
      row[i] = first[i] - 1;
  return row;
}

static void link(Rows &rows, uint32_t from, uint32_t to) {
  rows.items[from].below.push_back(to);
  rows.items[to].above.push_back(from);
}

Rows makeRows(const Flow &flow, const std::vector<Extent> &boxes) {
  constexpr int64_t passage = 100;
  Rows made;
  std::vector<uint32_t> row = rowsOf(flow);
  for (uint32_t i = 0; i < boxes.size(); ++i) {
    Item item;
    item.box = item.source = i;
    item.row = row[i];
    item.width = boxes[i].width;
    made.items.push_back(std::move(item));
  }
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> passages; // by source and row
  for (auto [from, to] : flow.arrows) {
    uint32_t last = from;
    for (uint32_t at = row[from] + 1; at < row[to]; ++at) {
      auto [known, isNew] = passages.try_emplace({from, at}, uint32_t(made.items.size()));
      if (isNew) {
        Item item;
        item.source = from;
        item.row = at;
        item.width = passage;
        made.items.push_back(std::move(item));
        link(made, last, known->second);
      }
      last = known->second;
    }
    link(made, last, to);
  }
  for (uint32_t i = 0; i < made.items.size(); ++i) {
    Item &item = made.items[i];
    if (made.rows.size() <= item.row)
      made.rows.resize(item.row + 1);
    item.place = uint32_t(made.rows[item.row].size());
    made.rows[item.row].push_back(i);
  }
  return made;
}

// ---------------------------------------------------------------------------------------------------------------------
// Order

static int64_t crossings(const Rows &rows) {
  int64_t count = 0;
  for (const std::vector<uint32_t> &row : rows.rows) {
    std::vector<std::pair<uint32_t, uint32_t>> links;
    for (uint32_t upper : row)
      for (uint32_t lower : rows.items[upper].below)
        links.emplace_back(rows.items[upper].place, rows.items[lower].place);
    for (size_t i = 0; i < links.size(); ++i)
      for (size_t j = i + 1; j < links.size(); ++j)
        count += (links[i].first < links[j].first && links[i].second > links[j].second) ||
                 (links[i].first > links[j].first && links[i].second < links[j].second);
  }
  return count;
}

/// Sorts a row by the mean place of what its items are linked to above, or below.
static void sortRow(Rows &rows, std::vector<uint32_t> &row, bool byAbove) {
  std::map<uint32_t, int64_t> key;
  for (uint32_t i : row) {
    const std::vector<uint32_t> &linked = byAbove ? rows.items[i].above : rows.items[i].below;
    int64_t sum = 0;
    for (uint32_t other : linked)
      sum += rows.items[other].place;
    key[i] = linked.empty() ? 1024 * int64_t(rows.items[i].place) : 1024 * sum / int64_t(linked.size());
  }
  std::sort(row.begin(), row.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(key[a], rows.items[a].place) < std::pair(key[b], rows.items[b].place);
  });
  for (uint32_t place = 0; place < row.size(); ++place)
    rows.items[row[place]].place = place;
}

void orderRows(Rows &rows) {
  std::vector<std::vector<uint32_t>> best = rows.rows;
  int64_t least = crossings(rows);
  for (int sweep = 0; sweep < 12 && least > 0; ++sweep) {
    if (sweep % 2 == 0)
      for (size_t row = 1; row < rows.rows.size(); ++row)
        sortRow(rows, rows.rows[row], true);
    else
      for (size_t row = rows.rows.size() - 1; row-- > 0;)
        sortRow(rows, rows.rows[row], false);
    if (int64_t count = crossings(rows); count < least) {
      least = count;
      best = rows.rows;
    }
  }
  rows.rows = std::move(best);
  for (const std::vector<uint32_t> &row : rows.rows)
    for (uint32_t place = 0; place < row.size(); ++place)
      rows.items[row[place]].place = place;
}

// ---------------------------------------------------------------------------------------------------------------------
// Places

static int64_t divideDown(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// How far apart the middles of neighbours must be.
static int64_t distance(const Item &left, const Item &right) {
  int64_t gap = left.isBox() || right.isBox() ? 240 : 120;
  return (left.width + right.width + 1) / 2 + gap;
}

/// The places nearest to those that are wished for, in order and apart: with the distances taken off, those of blocks
/// that run into each other are their mean.
static void settle(Rows &rows, const std::vector<uint32_t> &row, const std::vector<int64_t> &wish) {
  struct Block {
    int64_t sum, weight, count;
  };
  std::vector<Block> blocks;
  std::vector<int64_t> offset(row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    if (i)
      offset[i] = offset[i - 1] + distance(rows.items[row[i - 1]], rows.items[row[i]]);
    // A long arrow had better be straight.
    int64_t weight = rows.items[row[i]].isBox() ? 1 : 4;
    blocks.push_back({weight * (wish[i] - offset[i]), weight, 1});
    while (blocks.size() > 1) {
      Block &left = blocks[blocks.size() - 2], &right = blocks.back();
      if (divideDown(left.sum, left.weight) <= divideDown(right.sum, right.weight))
        break;
      left = {left.sum + right.sum, left.weight + right.weight, left.count + right.count};
      blocks.pop_back();
    }
  }
  size_t at = 0;
  for (const Block &block : blocks)
    for (int64_t i = 0; i < block.count; ++i, ++at)
      rows.items[row[at]].x = divideDown(block.sum, block.weight) + offset[at];
}

static void placeRow(Rows &rows, const std::vector<uint32_t> &row, bool byAbove, bool byBelow) {
  std::vector<int64_t> wish;
  for (uint32_t i : row) {
    int64_t sum = 0, count = 0;
    auto take = [&](const std::vector<uint32_t> &linked) {
      for (uint32_t other : linked) {
        sum += rows.items[other].x;
        ++count;
      }
    };
    if (byAbove)
      take(rows.items[i].above);
    if (byBelow)
      take(rows.items[i].below);
    wish.push_back(count ? divideDown(sum, count) : rows.items[i].x);
  }
  settle(rows, row, wish);
}

void placeRows(Rows &rows) {
  for (const std::vector<uint32_t> &row : rows.rows)
    settle(rows, row, std::vector<int64_t>(row.size(), 0));
  for (int sweep = 0; sweep < 8; ++sweep) {
    for (size_t row = 1; row < rows.rows.size(); ++row)
      placeRow(rows, rows.rows[row], true, false);
    for (size_t row = rows.rows.size() - 1; row-- > 0;)
      placeRow(rows, rows.rows[row], false, true);
  }
  for (size_t row = 0; row < rows.rows.size(); ++row)
    placeRow(rows, rows.rows[row], true, true);
}

} // namespace nnc::dsl::graph
