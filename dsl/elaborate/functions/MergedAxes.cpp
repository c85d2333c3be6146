#include "dsl/elaborate/functions/MergedAxes.h"

#include <algorithm>

namespace nnc::dsl {

MergedAxes::MergedAxes(Elaborator &e, Frame &frame, std::vector<Size> axes, const std::vector<int64_t> &dims,
                       support::SourceRange range)
    : e(e), frame(frame), range(range), shape(std::move(axes)) {
  place = dims.empty() ? int64_t(shape.size()) : dims[0];
  int64_t rank = shape.size();
  for (int64_t axis = 0; axis < place; ++axis)
    perm.push_back(axis);
  perm.insert(perm.end(), dims.begin(), dims.end());
  for (int64_t axis = place; axis < rank; ++axis)
    if (std::ranges::find(dims, axis) == dims.end())
      perm.push_back(axis);
  merged = permuted(perm, shape);
  auto first = merged.begin() + place, behind = first + int64_t(dims.size());
  Size product(1);
  for (auto axis = first; axis != behind; ++axis)
    product = product * *axis;
  merged.insert(merged.erase(first, behind), product);
}

std::vector<Size> MergedAxes::permuted(const std::vector<int64_t> &order, const std::vector<Size> &of) const {
  std::vector<Size> result;
  for (int64_t axis : order)
    result.push_back(of[size_t(axis)]);
  return result;
}

TensorValue MergedAxes::transpose(const TensorValue &x, const std::vector<int64_t> &order) const {
  if (std::ranges::is_sorted(order))
    return x;
  TensorType type{x.type.elem, permuted(order, x.type.shape)};
  return e.emit(frame, "transpose", {x}, type, range, {{"perm", order}});
}

TensorValue MergedAxes::reshape(const TensorValue &x, const std::vector<Size> &to) const {
  return e.emit(frame, "reshape", {x}, {x.type.elem, to}, range);
}

TensorValue MergedAxes::merge(const TensorValue &x) const { return reshape(transpose(x, perm), merged); }

TensorValue MergedAxes::split(const TensorValue &y) const {
  std::vector<int64_t> back(perm.size());
  for (size_t i = 0; i < perm.size(); ++i)
    back[size_t(perm[i])] = int64_t(i);
  return transpose(reshape(y, permuted(perm, shape)), back);
}

} // namespace nnc::dsl
