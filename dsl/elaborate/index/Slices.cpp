// Subscripts outside of index definitions (rule index-5): ranges as parts, single positions as reads of a generic,
// labels and index tensors as gathers.
#include "dsl/elaborate/Elaborator.h"

#include <utility>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Reads the subscripts of one tensor, axis by axis.
class SliceReader {
public:
  SliceReader(Elaborator &e, const TensorValue &x, SourceRange range, Frame &frame)
      : e(e), x(x), range(range), frame(frame), type{x.type.elem, {}} {}

  Value read(const ast::SubscriptSuffix &suffix);

private:
  struct Gather {
    size_t axis; // of the result so far
    TensorValue positions;
    bool checked;
  };
  Elaborator &e;
  const TensorValue &x;
  SourceRange range;
  Frame &frame;
  TensorType type; // of what is kept
  std::vector<AffineIndex> map;
  std::vector<std::string> names;
  std::vector<Gather> gathers;
  size_t axis = 0;
  bool isBox = true; // a part that `slice` can say

  std::optional<int64_t> number(const Size &size) const {
    return substitute(frame.rootSize(size), e.module.dimSizes).constant();
  }
  void keep(const Size &size, int64_t offset);
  bool part(const ast::Slice &slice);
  bool position(const ast::Slice &slice);
  bool gatherAt(const TensorValue &positions, SourceRange at, bool isSafe);
  bool atMost(const Size &left, const Size &right, SourceRange at);
  Value finish();
};

Value Elaborator::sliceTensor(const TensorValue &x, const ast::SubscriptSuffix &suffix, SourceRange range,
                              Frame &frame) {
  return SliceReader(*this, x, range, frame).read(suffix);
}

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

void SliceReader::keep(const Size &size, int64_t offset) {
  AffineIndex at;
  at.factors.assign(type.shape.size() + 1, 0);
  at.factors.back() = 1;
  at.offset = offset;
  map.push_back(at);
  names.push_back("i" + std::to_string(type.shape.size()));
  type.shape.push_back(size);
  ++axis;
}

/// left <= right: decided now if it can be, else on entry (rule size-7).
bool SliceReader::atMost(const Size &left, const Size &right, SourceRange at) {
  Size a = substitute(frame.rootSize(left), e.module.dimSizes),
       b = substitute(frame.rootSize(right), e.module.dimSizes);
  if ((b - a).overflowed())
    return false;
  auto difference = (b - a).constant();
  if (difference)
    return *difference >= 0;
  if (auto low = least(b - a); low && *low >= 0)
    return true;
  e.stateFact(frame, a, "le", b, left.str() + " <= " + right.str(), at);
  return true;
}

/// `a:b`: an axis of b - a entries.
bool SliceReader::part(const ast::Slice &slice) {
  const Size &extent = x.type.shape[axis];
  auto low = slice.lower ? e.evalSize(*slice.lower, frame) : std::optional(Size(0));
  auto high = slice.upper ? e.evalSize(*slice.upper, frame) : std::optional(extent);
  if (!low || !high)
    return false;
  auto first = number(*low), last = number(*high);
  if (*low == Size(0) && frame.facts.proveEqual(*high, extent)) {
    keep(*high, 0);
    return true;
  }
  bool fixed = first && last && number(extent);
  bool isInside = first && last ? *first >= 0 && *first < *last && atMost(*high, extent, slice.range)
                                : atMost(Size(0), *low, slice.range) && atMost(*low + Size(1), *high, slice.range) &&
                                      atMost(*high, extent, slice.range);
  if (!isInside) {
    auto builder = e.error(diag::MayLeaveAxis, frame, slice.range, e.text(slice.range), extent.str());
    auto isNegative = [](std::optional<int64_t> at) { return at && *at < 0; };
    if (isNegative(first) || isNegative(last)) { // as Python counts
      std::string lower = slice.lower ? (isNegative(first) ? extent + *low : *low).str() : "";
      std::string upper = slice.upper ? (isNegative(last) ? extent + *high : *high).str() : "";
      builder.help("negative numbers do not count from the end; write `" + lower + ":" + upper + "`",
                   {{slice.range, lower + ":" + upper}});
    } else if (first && last && *first >= *last) {
      builder.fact("it runs downwards: what stands behind `:` is the first that is left out");
    }
    builder.cause(slice.range);
    return false;
  }
  isBox = isBox && fixed;
  if (first) {
    keep(*high - *low, *first);
    return true;
  }
  return gatherAt(e.numbersFrom(*low, *high - *low, slice.range, frame), slice.range, true);
}

/// A position removes its axis; a tensor of positions puts its axes there.
bool SliceReader::position(const ast::Slice &slice) {
  const Size &extent = x.type.shape[axis];
  Value value = e.eval(*slice.lower, frame);
  if (value.nothing())
    return false;
  if (const auto *tensor = value.as<TensorValue>())
    return gatherAt(*tensor, slice.range, false);
  const auto *member = value.as<MemberValue>();
  const auto *n = value.as<NumberValue>();
  if (!member && !(n && n->whole)) {
    e.error(diag::SubscriptKind, frame, slice.range, e.show(value)).cause(slice.range);
    return false;
  }
  if (member && !frame.sameSize(member->members, extent)) {
    e.error(diag::LabelOfAnotherAxis, frame, slice.range, member->members.str(), extent.str()).cause(slice.range);
    return false;
  }
  auto place = member ? std::optional(member->place) : number(n->size);
  Size last = extent - Size(1);
  bool isInside = place ? *place >= 0 && atMost(Size(*place), last, slice.range)
                        : atMost(Size(0), n->size, slice.range) && atMost(n->size, last, slice.range);
  if (!isInside) {
    auto builder = e.error(diag::MayLeaveAxis, frame, slice.range, e.text(slice.range), extent.str());
    if (place == -1) {
      std::string over = extent.symbolName() ? extent.str() : "axis(" + std::to_string(axis) + ")";
      builder.fact("positions are counted from 0: none is negative");
      builder.help("the last one is `" + last.str() + "`, or `last(x, over = " + over + ")`");
    }
    builder.cause(slice.range);
    return false;
  }
  if (!place)
    return gatherAt(e.sizeValue(frame, n->size, {ElemType::Int, {}}, slice.range), slice.range, true);
  map.emplace_back().offset = *place;
  ++axis;
  return true;
}

bool SliceReader::gatherAt(const TensorValue &positions, SourceRange at, bool isSafe) {
  bool checked = false;
  if (!e.checkPositions(positions.type, x.type.shape[axis], at, frame, checked))
    return false;
  gathers.push_back({type.shape.size(), positions, checked && !isSafe});
  keep(x.type.shape[axis], 0);
  return true;
}

Value SliceReader::read(const ast::SubscriptSuffix &suffix) {
  size_t rank = x.type.shape.size(), given = 0;
  for (const ast::Slice &slice : suffix.slices)
    given += !slice.ellipsis;
  if (given > rank) {
    e.error(diag::SubscriptCount, frame, range, e.show(x.type), int64_t(rank), int64_t(given)).cause(range);
    return {};
  }
  bool passed = false; // the `...`
  auto whole = [&](size_t count) {
    for (; count; --count)
      keep(x.type.shape[axis], 0);
  };
  for (const ast::Slice &slice : suffix.slices) {
    if (slice.otherwise)
      return e.later(frame, slice.otherwise->range, "`else` outside of index definitions");
    if (slice.ellipsis) {
      if (std::exchange(passed, true))
        return e.later(frame, slice.range, "a second `...` in a subscript");
      whole(rank - given);
    } else if (!(slice.colon ? part(slice) : position(slice))) {
      return {};
    }
  }
  whole(rank - axis);
  Value value = finish();
  for (auto one = gathers.rbegin(); one != gathers.rend(); ++one)
    value = e.gather(*value.as<TensorValue>(), one->positions, int64_t(one->axis), one->checked, range, frame);
  return value;
}

Value SliceReader::finish() {
  size_t rank = x.type.shape.size();
  bool isWhole = type.shape.size() == rank;
  for (size_t i = 0; i < rank && isWhole; ++i)
    isWhole = map[i].offset == 0 && frame.facts.proveEqual(type.shape[i], x.type.shape[i]);
  if (isWhole)
    return x;
  if (type.shape.size() == rank && isBox)
    return e.box(x, type, map, range, frame);
  Generic generic;
  generic.names = names;
  for (AffineIndex &at : map)
    at.factors.resize(type.shape.size());
  for (const Size &size : type.shape)
    generic.domain.push_back(substitute(frame.rootSize(size), e.module.dimSizes));
  generic.resultRank = type.shape.size();
  generic.maps.push_back(map);
  generic.outside.push_back(std::nullopt);
  generic.result = 0;
  TensorValue result = e.emit(frame, "generic", {x}, type, range);
  e.attach(std::move(generic));
  return result;
}

} // namespace nnc::dsl
