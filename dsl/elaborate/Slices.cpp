// Subscripts outside of index definitions (rule index-5): ranges as parts, single positions as
// reads of a generic.
#include "dsl/elaborate/Elaborator.h"

#include <utility>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// A subscript that keeps every axis: a part of the tensor, which need not be copied.
Value Elaborator::box(const TensorValue &x, const TensorType &type, const std::vector<AffineIndex> &map,
                      SourceRange range, Frame &frame) {
  std::vector<int64_t> low;
  bool whole = true;
  for (size_t axis = 0; axis < map.size(); ++axis) {
    low.push_back(map[axis].offset);
    whole &= low.back() == 0 && frame.facts.proveEqual(type.shape[axis], x.type.shape[axis]);
  }
  return whole ? x : emit(frame, "slice", {x}, type, range, {{"low", low}});
}

Value Elaborator::sliceTensor(const TensorValue &x, const ast::SubscriptSuffix &suffix, SourceRange range,
                              Frame &frame) {
  size_t rank = x.type.shape.size(), given = 0;
  for (const ast::Slice &slice : suffix.slices)
    given += !slice.ellipsis;
  if (given > rank) {
    error(diag::SubscriptCount, frame, range, show(x.type), int64_t(rank), int64_t(given)).cause(range);
    return {};
  }
  Generic generic;
  TensorType type{x.type.elem, {}};
  std::vector<AffineIndex> map;
  auto keep = [&](const Size &size, int64_t offset) {
    AffineIndex at;
    at.factors.assign(type.shape.size() + 1, 0);
    at.factors.back() = 1;
    at.offset = offset;
    map.push_back(at);
    generic.names.push_back("i" + std::to_string(type.shape.size()));
    type.shape.push_back(size);
  };
  size_t axis = 0;
  bool passed = false; // the `...`
  auto whole = [&](size_t count) {
    for (; count; --count)
      keep(x.type.shape[axis++], 0);
  };
  for (const ast::Slice &slice : suffix.slices) {
    if (slice.ellipsis) {
      if (std::exchange(passed, true))
        return later(frame, slice.range, "a second `...` in a subscript");
      whole(rank - given);
      continue;
    }
    const Size &extent = x.type.shape[axis];
    auto bound = [&](const ast::ExprPtr &expr, Size fallback) -> std::optional<Size> {
      return expr ? evalSize(*expr, frame) : std::optional(fallback);
    };
    auto low = bound(slice.lower, Size(0));
    auto high = low && slice.colon ? bound(slice.upper, extent) : std::optional(Size(0));
    if (!low || !high)
      return {};
    auto number = [&](const Size &size) { return substitute(frame.rootSize(size), module.dimSizes).constant(); };
    auto first = number(*low), last = slice.colon ? number(*high) : first, total = number(extent);
    bool full = slice.colon && *low == Size(0) && frame.facts.proveEqual(*high, extent);
    if (!full && (!first || !last || !total))
      return later(frame, slice.range, "a part of a free axis");
    bool isInside = full || (*first >= 0 && (slice.colon ? *first < *last && *last <= *total : *first < *total));
    if (!isInside) {
      error(diag::MayLeaveAxis, frame, slice.range, text(slice.range), extent.str()).cause(slice.range);
      return {};
    }
    if (slice.colon) {
      keep(*high - *low, full ? 0 : *first);
    } else {
      AffineIndex at;
      at.offset = *first;
      map.push_back(at);
    }
    ++axis;
  }
  whole(rank - axis);
  if (type.shape.size() == rank)
    return box(x, type, map, range, frame);
  for (AffineIndex &at : map)
    at.factors.resize(type.shape.size());
  for (const Size &size : type.shape)
    generic.domain.push_back(substitute(frame.rootSize(size), module.dimSizes));
  generic.resultRank = type.shape.size();
  generic.maps.push_back(map);
  generic.outside.push_back(std::nullopt);
  generic.result = 0;
  TensorValue result = emit(frame, "generic", {x}, type, range);
  targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(generic));
  return result;
}

} // namespace nnc::dsl
