// The rows of a picture: boxes, and the places where long arrows pass between them.
#pragma once
#include "dsl/graph/Arrange.h"

namespace nnc::dsl::graph {

struct Item {
  static constexpr uint32_t noBox = ~0u;
  uint32_t box = noBox; ///< or a place that an arrow passes
  uint32_t source = 0;  ///< the box that the arrow comes from; of a box, itself
  uint32_t row = 0;
  uint32_t place = 0; ///< in its row, from the left
  int64_t width = 0;
  int64_t x = 0;                      ///< of its middle
  std::vector<uint32_t> above, below; ///< items of the neighbouring rows that it is linked to

  bool isBox() const { return box != noBox; }
};

struct Rows {
  std::vector<Item> items;                 ///< the boxes first, by number
  std::vector<std::vector<uint32_t>> rows; ///< from top to bottom, each from left to right
};

/// Every arrow leads down; boxes stand as high as they can, but those that read nothing right above their reader.
Rows makeRows(const Flow &flow, const std::vector<Extent> &boxes);
/// Orders each row so that few links cross.
void orderRows(Rows &rows);
/// Gives every item its x: in order, apart, and near to what it is linked to.
void placeRows(Rows &rows);

} // namespace nnc::dsl::graph
