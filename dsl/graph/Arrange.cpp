#include "dsl/graph/Arrange.h"

#include "dsl/graph/Rows.h"
#include <algorithm>

namespace nnc::dsl::graph {
namespace {

constexpr int64_t margin = 160, head = 520, rowGap = 400, approach = 80, lane = 80, clearance = 120;

class Page {
public:
  Page(const Flow &flow, const std::vector<Extent> &boxes) : boxes(boxes), rows(makeRows(flow, boxes)) {
    orderRows(rows);
    placeRows(rows);
  }

  Arrangement run() {
    measure();
    breakColumns();
    setColumns();
    stack();
    Arrangement made;
    made.page = page;
    for (size_t i = 0; i < boxes.size(); ++i)
      made.boxes.push_back(corner(rows.items[i]));
    for (uint32_t i = 0; i < rows.items.size(); ++i)
      for (uint32_t to : rows.items[i].below)
        made.links.push_back(linkOf(i, to));
    return made;
  }

private:
  Point corner(const Item &item) const {
    const Extent &size = boxes[item.box];
    return {item.x - size.width / 2, tops[item.row] + (heights[item.row] - size.height) / 2};
  }

  void measure() {
    heights.resize(rows.rows.size());
    for (const Item &item : rows.items)
      if (item.isBox())
        heights[item.row] = std::max(heights[item.row], boxes[item.box].height);
  }

  /// From the left edge of the items of some rows to their right edge.
  std::pair<int64_t, int64_t> spanOf(size_t firstRow, size_t endRow) const {
    int64_t left = INT64_MAX, right = INT64_MIN;
    for (size_t row = firstRow; row < endRow; ++row)
      for (uint32_t i : rows.rows[row]) {
        left = std::min(left, rows.items[i].x - rows.items[i].width / 2);
        right = std::max(right, rows.items[i].x + rows.items[i].width / 2);
      }
    return {left, right};
  }

  size_t linksAbove(size_t row) const {
    size_t count = 0;
    for (uint32_t i : rows.rows[row])
      count += rows.items[i].above.size();
    return count;
  }

  /// A strip that is higher than a screen and much higher than wide is cut, where few arrows pass.
  void breakColumns() {
    constexpr int64_t screen = 11000;
    int64_t height = 0, columns = 1;
    for (int64_t one : heights)
      height += one + rowGap;
    auto [left, right] = spanOf(0, rows.rows.size());
    while (height > screen && columns < 4 && 10 * height > 22 * columns * columns * (right - left))
      ++columns;
    starts = {0};
    int64_t reached = 0;
    for (size_t row = 0; row + 1 < rows.rows.size() && int64_t(starts.size()) < columns; ++row) {
      reached += heights[row] + rowGap;
      if (reached * columns < height * int64_t(starts.size()))
        continue;
      size_t cut = row + 1;
      if (row > starts.back() && linksAbove(row) < linksAbove(cut))
        cut = row;
      starts.push_back(cut);
    }
    starts.push_back(rows.rows.size());
  }

  /// How many items have arrows that go on in the column behind.
  int64_t lanesBehind(size_t column) const {
    if (column + 2 >= starts.size())
      return 0;
    const std::vector<uint32_t> &last = rows.rows[starts[column + 1] - 1];
    return std::count_if(last.begin(), last.end(), [&](uint32_t i) { return !rows.items[i].below.empty(); });
  }

  void setColumns() {
    int64_t at = margin;
    for (size_t column = 0; column + 1 < starts.size(); ++column) {
      auto [left, right] = spanOf(starts[column], starts[column + 1]);
      for (size_t row = starts[column]; row < starts[column + 1]; ++row) {
        columnOf.push_back(column);
        for (uint32_t i : rows.rows[row])
          rows.items[i].x += at - left;
      }
      at += right - left;
      rights.push_back(at);
      int64_t lanes = lanesBehind(column);
      most = std::max(most, lanes);
      if (column + 2 < starts.size())
        at += 2 * clearance + lanes * lane;
    }
    page.width = at + margin;
  }

  void stack() {
    top = margin + head + (starts.size() > 2 ? clearance + most * lane : 0);
    tops.resize(rows.rows.size());
    int64_t lowest = top;
    for (size_t column = 0; column + 1 < starts.size(); ++column) {
      int64_t y = top;
      for (size_t row = starts[column]; row < starts[column + 1]; ++row) {
        tops[row] = y;
        y += heights[row] + rowGap;
      }
      int64_t lanes = lanesBehind(column);
      lowest = std::max(lowest, y - rowGap + (lanes ? clearance + lanes * lane : 0));
    }
    page.height = lowest + margin;
  }

  /// Where the link between two items begins or ends: spread along the edge of a box in the order of the other ends.
  int64_t port(const Item &item, const std::vector<uint32_t> &linked, uint32_t other) const {
    if (!item.isBox() || linked.size() < 2)
      return item.x;
    std::vector<uint32_t> order = linked;
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return std::pair(rows.items[a].x, a) < std::pair(rows.items[b].x, b); });
    int64_t count = int64_t(order.size()), k = std::find(order.begin(), order.end(), other) - order.begin();
    int64_t step = std::min<int64_t>(160, std::max<int64_t>(0, (item.width - 160) / (count - 1)));
    return item.x + (2 * k - count + 1) * step / 2;
  }

  Link linkOf(uint32_t from, uint32_t to) const {
    const Item &a = rows.items[from], &b = rows.items[to];
    Link link;
    link.from = a.source;
    link.hasTip = b.isBox();
    int64_t upper = tops[a.row] + heights[a.row], lower = tops[b.row] + heights[b.row];
    Point begin{port(a, a.below, to), a.isBox() ? corner(a).y + boxes[a.box].height : upper};
    Point end{port(b, b.above, from), b.isBox() ? corner(b).y : lower};
    if (columnOf[a.row] == columnOf[b.row]) {
      link.isCurved = true;
      link.points = {begin, {begin.x, upper}, {end.x, tops[b.row] - approach}, end};
      return link;
    }
    // Below the column, up beside it, and into the next from above.
    int64_t number = 0;
    for (uint32_t i : rows.rows[a.row]) {
      if (i == from)
        break;
      number += !rows.items[i].below.empty();
    }
    int64_t below = upper + clearance + number * lane, beside = rights[columnOf[a.row]] + clearance + number * lane;
    int64_t above = top - clearance - number * lane;
    link.points = {begin, {begin.x, below}, {beside, below}, {beside, above}, {end.x, above}, end};
    return link;
  }

  const std::vector<Extent> &boxes;
  Rows rows;
  std::vector<int64_t> heights, tops; ///< of the rows
  std::vector<size_t> starts;         ///< the first row of each column, and the number of rows
  std::vector<size_t> columnOf;       ///< of each row
  std::vector<int64_t> rights;        ///< the right edge of each column
  int64_t most = 0, top = 0;
  Extent page;
};

} // namespace

Arrangement arrange(const Flow &flow, const std::vector<Extent> &boxes) {
  if (boxes.empty())
    return {{2 * margin, 2 * margin + head}, {}, {}};
  return Page(flow, boxes).run();
}

} // namespace nnc::dsl::graph
