// Where the boxes of a flow stand on a page, and how the arrows run: rows from top to bottom, so that no arrow leads
// up; in each row the order with few crossings; each box as near as can be below what it reads. What would be a long
// narrow strip stands in several columns.
//
// All lengths are whole tenths of a pixel, so that a picture has the same bytes on every machine.
#pragma once
#include "dsl/graph/Flow.h"
#include <cstdint>
#include <vector>

namespace nnc::dsl::graph {

struct Extent {
  int64_t width = 0, height = 0;
};

struct Point {
  int64_t x = 0, y = 0;
};

/// A piece of an arrow, between neighbouring rows. Arrows that come from one box share their pieces until they part.
struct Link {
  uint32_t from = 0;     ///< the box where it begins
  bool hasTip = false;   ///< it ends at a box
  bool isCurved = false; ///< four points: straight, curved, straight; else straight from point to point
  std::vector<Point> points;
};

struct Arrangement {
  Extent page;
  std::vector<Point> boxes; ///< their upper left corners
  std::vector<Link> links;
};

Arrangement arrange(const Flow &flow, const std::vector<Extent> &boxes);

} // namespace nnc::dsl::graph
