// Several axes of a tensor as one, so that what runs along one axis runs along all of them, in row-major order.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

class MergedAxes {
public:
  /// `dims` of tensors of this shape, in order.
  MergedAxes(Elaborator &e, Frame &frame, std::vector<Size> shape, const std::vector<int64_t> &dims,
             support::SourceRange range);

  /// Where the one axis stands: at the place of the first of them, so that the outermost axis stays outermost.
  int64_t axis() const { return place; }
  /// False if it would be too long.
  bool fits() const { return !merged[size_t(place)].overflowed(); }
  TensorValue merge(const TensorValue &x) const;
  /// Back again.
  TensorValue split(const TensorValue &y) const;

private:
  std::vector<Size> permuted(const std::vector<int64_t> &order, const std::vector<Size> &of) const;
  TensorValue transpose(const TensorValue &x, const std::vector<int64_t> &order) const;
  TensorValue reshape(const TensorValue &x, const std::vector<Size> &to) const;

  Elaborator &e;
  Frame &frame;
  support::SourceRange range;
  std::vector<Size> shape, merged;
  std::vector<int64_t> perm; // brings the axes side by side
  int64_t place = 0;
};

} // namespace nnc::dsl
