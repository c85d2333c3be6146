// Subscripts inside index definitions: `x[b, t - k else 0]`, `h[src[e], o]` (rules index-1, index-3).
#include "dsl/elaborate/Walk.h"
#include "dsl/elaborate/index/Subscript.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

bool Elaborator::checkSubscripts(const TensorValue &tensor, const ast::PostfixExpr &expr, Frame &frame) {
  size_t given = std::get<ast::SubscriptSuffix>(expr.suffixes.back().node).slices.size();
  SourceRange range = expr.suffixes.back().range;
  if (given == tensor.type.shape.size())
    return true;
  error(diag::SubscriptCount, frame, range, show(tensor.type), int64_t(tensor.type.shape.size()), int64_t(given))
      .cause(range);
  return false;
}

/// `else 0`: the value outside of the axis, the same for all axes.
bool Elaborator::readElse(const ast::Slice &slice, std::optional<double> &outside, Frame &frame) {
  EntryLevel level(*this);
  auto value = realOf(eval(*slice.otherwise, frame), frame);
  if (value && (!outside || *outside == *value)) {
    outside = *value;
    return true;
  }
  error(diag::OutsideValue, frame, slice.otherwise->range).cause(slice.range);
  return false;
}

/// `i % 4`, `floor(i / 4)`: no sum of indices, but a number that is looked up like the elements of a tensor.
static bool dividesIndex(const Elaborator &e, const ast::Expr &expr, IndexScope &scope) {
  std::vector<std::string> used;
  e.usedNames(expr, used);
  if (std::none_of(used.begin(), used.end(), [&](const auto &name) { return scope.position(name); }))
    return false;
  const auto *chain = expr.as<ast::ChainExpr>();
  if (chain && std::any_of(chain->links.begin(), chain->links.end(),
                           [](const ast::ChainLink &link) { return link.op == ast::BinaryOp::Mod; }))
    return true;
  const auto *call = expr.as<ast::PostfixExpr>();
  const auto *name = call ? call->base->as<ast::NameExpr>() : nullptr;
  if (name && (name->name == "floor" || name->name == "ceil"))
    return true;
  bool divides = false;
  forEachChild(expr, [&](const ast::Expr &child) { divides = divides || dividesIndex(e, child, scope); });
  return divides;
}

/// `x[b, t - k else 0]`, `h[src[e], o]` inside an index definition: one number.
Value Elaborator::indexedRead(const ast::PostfixExpr &expr, SourceRange range, Frame &frame) {
  Value base = indexedBase(expr, frame);
  if (base.nothing())
    return {};
  const auto &suffix = std::get<ast::SubscriptSuffix>(expr.suffixes.back().node);
  if (base.as<ListValue>())
    return subscript(base, suffix, expr.suffixes.back().range, frame);
  const auto *tensor = base.as<TensorValue>();
  if (!tensor) {
    error(diag::NotATensor, frame, range, show(base)).cause(range);
    return {};
  }
  if (!checkSubscripts(*tensor, expr, frame))
    return {};
  IndexScope &scope = *indexScopes.back();
  auto subscripts = readSubscripts(*tensor, suffix, scope, frame);
  if (!subscripts)
    return {};
  std::vector<AffineIndex> map;
  std::optional<double> outside;
  bool gathers = false;
  for (size_t axis = 0; axis < subscripts->size(); ++axis) {
    const Subscript &one = (*subscripts)[axis];
    gathers |= one.isGather;
    map.push_back(one.at);
    if (one.outside && outside && *one.outside != *outside) {
      const ast::Slice &slice = suffix.slices[axis];
      error(diag::OutsideValue, frame, slice.otherwise->range).cause(slice.range);
      return {};
    }
    outside = one.outside ? one.outside : outside;
  }
  return gathers ? gatheredRead(*tensor, std::move(*subscripts), outside, scope, range, frame)
                 : scope.operand(*this, *tensor, std::move(map), outside);
}

/// Whether nothing has this name: in a subscript it is meant as an index.
bool Elaborator::isFree(const std::string &name, const Frame &frame) const {
  return !frame.find(name) && !frame.toRoot.count(name) && !module.dims.count(name) &&
         !module.functions(name, frame.inLibrary()) && !module.layer(name, frame.inLibrary());
}

namespace {

/// A sum of indices and of sizes: `S - T + t`, `S * t`. Its sizes may be free.
struct SizedIndex {
  std::vector<Size> factors; // one per index of the scope
  Size offset;               // all in the sizes of the frame

  /// Adds `other`, `times` as often; false if a number leaves 64 bits.
  bool add(const SizedIndex &other, const Size &times) {
    offset = offset + other.offset * times;
    bool fits = !offset.overflowed();
    for (size_t i = 0; i < factors.size(); ++i) {
      factors[i] = factors[i] + other.factors[i] * times;
      fits = fits && !factors[i].overflowed();
    }
    return fits;
  }
  bool hasIndex() const {
    return std::ranges::any_of(factors, [](const Size &factor) { return factor != Size(0); });
  }
};

/// Reads subscripts of one index definition.
struct SubscriptReader {
  Elaborator &e;
  IndexScope &scope;
  Frame &frame;

  SizedIndex empty() const { return {std::vector<Size>(scope.indices.size()), Size(0)}; }
  std::optional<SizedIndex> read(const ast::Expr &expr);

private:
  std::optional<SizedIndex> fixed(const ast::Expr &expr);
  std::optional<SizedIndex> chain(const ast::ChainExpr &chain, SourceRange range);
};

/// A subscript that is the same everywhere: a number, a size or a label known now.
std::optional<SizedIndex> SubscriptReader::fixed(const ast::Expr &expr) {
  const auto *name = expr.as<ast::NameExpr>();
  if (name && e.isFree(name->name, frame)) {
    e.error(diag::IndexNotBound, frame, expr.range, name->name)
        .help("sum over it, `sum[" + name->name + "] …`, or write it on the left")
        .cause(expr.range);
    return std::nullopt;
  }
  EntryLevel level(e);
  Value value = e.eval(expr, frame);
  SizedIndex result = empty();
  const auto *member = value.as<MemberValue>();
  const auto *whole = value.as<NumberValue>();
  if (member)
    result.offset = Size(member->place);
  else if (whole && whole->whole)
    result.offset = whole->size;
  else {
    if (!value.nothing())
      e.error(diag::SubscriptKind, frame, expr.range, e.show(value)).cause(expr.range);
    return std::nullopt;
  }
  return result;
}

/// A sum, or a product of which all factors but one are fixed.
std::optional<SizedIndex> SubscriptReader::chain(const ast::ChainExpr &chain, SourceRange range) {
  auto result = read(*chain.first);
  for (const ast::ChainLink &link : chain.links) {
    auto other = result ? read(*link.operand) : std::nullopt;
    if (!other)
      return std::nullopt;
    bool fits = false;
    if (link.op == ast::BinaryOp::Add || link.op == ast::BinaryOp::Sub) {
      fits = result->add(*other, Size(link.op == ast::BinaryOp::Sub ? -1 : 1));
    } else if (link.op == ast::BinaryOp::Mul && !(result->hasIndex() && other->hasIndex())) {
      const SizedIndex &indexed = result->hasIndex() ? *result : *other;
      const Size times = result->hasIndex() ? other->offset : result->offset;
      SizedIndex product = empty();
      auto known = e.wholeOf(number(times), frame);
      fits = product.add(indexed, known ? Size(*known) : times);
      result = product;
    } else {
      e.later(frame, range, "a subscript that is not a sum of indices");
      return std::nullopt;
    }
    if (!fits) {
      e.error(diag::SizeOverflow, frame, range).cause(range);
      return std::nullopt;
    }
  }
  return result;
}

std::optional<SizedIndex> SubscriptReader::read(const ast::Expr &expr) {
  const auto *name = expr.as<ast::NameExpr>();
  if (const IndexScope::Index *index = name ? scope.position(name->name) : nullptr) {
    SizedIndex result = empty();
    result.factors[size_t(index - scope.indices.data())] = Size(1);
    return result;
  }
  std::vector<std::string> used;
  e.usedNames(expr, used);
  if (std::none_of(used.begin(), used.end(), [&](const auto &one) { return scope.position(one); }))
    return fixed(expr);
  if (const auto *sum = expr.as<ast::ChainExpr>())
    return chain(*sum, expr.range);
  e.later(frame, expr.range, "a subscript that is not a sum of indices");
  return std::nullopt;
}

/// The same with numbers; nothing if run time alone knows one of them.
std::optional<AffineIndex> inNumbers(const SizedIndex &at, const Elaborator &e, const Frame &frame) {
  auto offset = e.wholeOf(number(at.offset), frame);
  if (!offset)
    return std::nullopt;
  AffineIndex result{{}, *offset};
  for (const Size &factor : at.factors) {
    auto times = e.wholeOf(number(factor), frame);
    if (!times)
      return std::nullopt;
    result.factors.push_back(*times);
  }
  return result;
}

/// Whether a place lies in the axis whatever its indices and the free sizes are.
bool staysInside(const SizedIndex &at, const IndexScope &scope, const Size &axis, const Elaborator &e,
                 const Frame &frame) {
  auto isIndex = [](const Size &factor) { return factor != Size(0); };
  auto which = std::ranges::find_if(at.factors, isIndex);
  if (std::ranges::count_if(at.factors, isIndex) == 1 && *which == Size(1) && at.offset.constant() == 0 &&
      frame.facts.proveEqual(*scope.indices[size_t(which - at.factors.begin())].range, axis))
    return true;
  auto isAtLeast0 = [&](const Size &size) {
    Size root = substitute(frame.rootSize(size), e.module.dimSizes);
    return !root.overflowed() && least(root).value_or(-1) >= 0;
  };
  auto isNotNegative = [&](const Size &size) { // by itself, or because something that is known not to be is no larger
    return isAtLeast0(size) || isAtLeast0(frame.facts.normal(size)) ||
           std::ranges::any_of(frame.facts.notNegative(), [&](const Size &known) { return isAtLeast0(size - known); });
  };
  Size low = at.offset, high = at.offset;
  for (size_t i = 0; i < at.factors.size(); ++i) {
    Size span = at.factors[i] * (*scope.indices[i].range - Size(1));
    if (isNotNegative(at.factors[i]))
      high = high + span;
    else if (isNotNegative(-at.factors[i]))
      low = low + span;
    else
      return false;
  }
  return isNotNegative(low) && isNotNegative(axis - high - Size(1));
}

} // namespace

std::optional<std::vector<Elaborator::Subscript>> Elaborator::readSubscripts(const TensorValue &tensor,
                                                                             const ast::SubscriptSuffix &suffix,
                                                                             IndexScope &scope, Frame &frame) {
  std::vector<Subscript> subscripts;
  for (size_t axis = 0; axis < suffix.slices.size(); ++axis) {
    const ast::Slice &slice = suffix.slices[axis];
    const Size &extent = tensor.type.shape[axis];
    Subscript &one = subscripts.emplace_back();
    one.expr = slice.lower.get();
    if (slice.colon || slice.ellipsis) {
      error(diag::RangeInside, frame, slice.range, text(slice.range)).cause(slice.range);
      return std::nullopt;
    }
    one.isGather = holdsTensor(*slice.lower, scope, frame) || dividesIndex(*this, *slice.lower, scope);
    if (one.isGather) {
      if (slice.otherwise) {
        later(frame, slice.otherwise->range, "`else` behind a subscript that is a tensor");
        return std::nullopt;
      }
      if (!readGather(*slice.lower, extent, scope, frame, one))
        return std::nullopt;
      continue;
    }
    auto at = SubscriptReader{*this, scope, frame}.read(*slice.lower);
    if (!at || (slice.otherwise && !readElse(slice, one.outside, frame)))
      return std::nullopt;
    auto known = inNumbers(*at, *this, frame);
    bool isInside = slice.otherwise || staysInside(*at, scope, extent, *this, frame);
    sketched |= !known && sketch; // it need not know the numbers
    if (known) {
      one.at = *known;
    } else if (sketch) {
      for (const Size &factor : at->factors)
        one.at.factors.push_back(factor != Size(0));
    } else if (isInside) {
      // A place that only run time knows.
      one.isGather = true;
      if (slice.otherwise)
        one.clamped = extent;
      if (!readGather(*slice.lower, extent, scope, frame, one))
        return std::nullopt;
      one.checked = false;
    }
    if (isInside)
      continue;
    auto builder = error(diag::MayLeaveAxis, frame, slice.range, text(slice.range), frame.facts.normal(extent).str());
    bool isOnePlace = known && !at->hasIndex();
    if (isOnePlace && extent.constant()) // of which `else` would always be taken
      builder.fact("its positions are 0 to " + (extent - Size(1)).str());
    else
      builder.help("write `" + text(slice.range) + " else 0`", {{slice.range, text(slice.range) + " else 0"}});
    builder.cause(slice.range);
    return std::nullopt;
  }
  return subscripts;
}

} // namespace nnc::dsl
