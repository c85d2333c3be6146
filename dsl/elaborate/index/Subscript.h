// One subscript of a read inside an index definition.
#pragma once

#include "dsl/elaborate/index/IndexScope.h"

namespace nnc::dsl {

struct Elaborator::Subscript {
  const ast::Expr *expr = nullptr;
  AffineIndex at;                // a sum of indices, or
  bool isGather = false;         // a tensor of places,
  TensorValue positions;         // with an axis for each of
  std::vector<size_t> uses;      // these indices
  bool checked = false;          // its places are numbers that only run time knows
  std::optional<double> outside; // what stands beyond the axis
  std::optional<Size> clamped;   // the axis that places of this tensor may leave: they are brought back into it

  bool usesIndex(size_t index) const { return index < at.factors.size() && at.factors[index] != 0; }
};

} // namespace nnc::dsl
