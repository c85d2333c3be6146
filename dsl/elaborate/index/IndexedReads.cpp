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
    one.isGather = holdsTensor(*slice.lower, scope, frame);
    if (one.isGather) {
      if (slice.otherwise) {
        later(frame, slice.otherwise->range, "`else` behind a subscript that is a tensor");
        return std::nullopt;
      }
      if (!readGather(*slice.lower, extent, scope, frame, one))
        return std::nullopt;
      continue;
    }
    auto at = affine(*slice.lower, scope, frame);
    if (!at || (slice.otherwise && !readElse(slice, one.outside, frame)))
      return std::nullopt;
    one.at = *at;
    if (slice.otherwise || staysInside(*at, scope, extent, frame))
      continue;
    error(diag::MayLeaveAxis, frame, slice.range, text(slice.range), extent.str())
        .help("write `" + text(slice.range) + " else 0`", {{slice.range, text(slice.range) + " else 0"}})
        .cause(slice.range);
    return std::nullopt;
  }
  return subscripts;
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

/// Adds `other`, `times` as often; false if a number leaves 64 bits.
static bool addTimes(AffineIndex &sum, const AffineIndex &other, int64_t times) {
  auto add = [&](int64_t &to, int64_t number) {
    return !__builtin_mul_overflow(number, times, &number) && !__builtin_add_overflow(to, number, &to);
  };
  bool fits = add(sum.offset, other.offset);
  for (size_t i = 0; i < sum.factors.size(); ++i)
    fits = fits && add(sum.factors[i], other.factors[i]);
  return fits;
}

static bool isConstant(const AffineIndex &at) {
  return std::all_of(at.factors.begin(), at.factors.end(), [](int64_t factor) { return factor == 0; });
}

/// A subscript that is the same everywhere: a number or a label known now.
static std::optional<AffineIndex> fixedIndex(Elaborator &e, const ast::Expr &expr, const IndexScope &scope,
                                             Frame &frame) {
  const auto *name = expr.as<ast::NameExpr>();
  if (name && e.isFree(name->name, frame)) {
    e.error(diag::IndexNotBound, frame, expr.range, name->name)
        .help("sum over it, `sum[" + name->name + "] …`, or write it on the left")
        .cause(expr.range);
    return std::nullopt;
  }
  EntryLevel level(e);
  Value value = e.eval(expr, frame);
  const auto *member = value.as<MemberValue>();
  if (auto known = member ? member->place : e.wholeOf(value, frame)) {
    AffineIndex result;
    result.factors.resize(scope.indices.size());
    result.offset = *known;
    return result;
  }
  if (value.as<NumberValue>() && value.as<NumberValue>()->whole)
    e.later(frame, expr.range, "a free size in a subscript");
  else if (!value.nothing())
    e.error(diag::SubscriptKind, frame, expr.range, e.show(value)).cause(expr.range);
  return std::nullopt;
}

/// A sum, or a product of which all factors but one are fixed.
static std::optional<AffineIndex> affineChain(Elaborator &e, const ast::ChainExpr &chain, SourceRange range,
                                              IndexScope &scope, Frame &frame) {
  auto result = e.affine(*chain.first, scope, frame);
  for (const ast::ChainLink &link : chain.links) {
    auto other = result ? e.affine(*link.operand, scope, frame) : std::nullopt;
    if (!other)
      return std::nullopt;
    bool fits = false;
    if (link.op == ast::BinaryOp::Add || link.op == ast::BinaryOp::Sub) {
      fits = addTimes(*result, *other, link.op == ast::BinaryOp::Sub ? -1 : 1);
    } else if (link.op == ast::BinaryOp::Mul && (isConstant(*result) || isConstant(*other))) {
      AffineIndex product;
      product.factors.resize(scope.indices.size());
      fits =
          isConstant(*result) ? addTimes(product, *other, result->offset) : addTimes(product, *result, other->offset);
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

/// A subscript as a sum of indices with whole factors.
std::optional<AffineIndex> Elaborator::affine(const ast::Expr &expr, IndexScope &scope, Frame &frame) {
  const auto *name = expr.as<ast::NameExpr>();
  if (const IndexScope::Index *index = name ? scope.position(name->name) : nullptr) {
    AffineIndex result;
    result.factors.resize(scope.indices.size());
    result.factors[index - scope.indices.data()] = 1;
    return result;
  }
  std::vector<std::string> used;
  usedNames(expr, used);
  bool holdsIndex = std::any_of(used.begin(), used.end(), [&](const auto &one) { return scope.position(one); });
  if (!holdsIndex)
    return fixedIndex(*this, expr, scope, frame);
  if (const auto *chain = expr.as<ast::ChainExpr>())
    return affineChain(*this, *chain, expr.range, scope, frame);
  later(frame, expr.range, "a subscript that is not a sum of indices");
  return std::nullopt;
}

bool Elaborator::staysInside(const AffineIndex &at, const IndexScope &scope, const Size &axis, Frame &frame) const {
  size_t count = 0, which = 0;
  for (size_t i = 0; i < at.factors.size(); ++i)
    if (at.factors[i]) {
      ++count;
      which = i;
    }
  if (count == 1 && at.factors[which] == 1 && at.offset == 0)
    return frame.facts.proveEqual(*scope.indices[which].range, axis);
  Size low(at.offset), high(at.offset);
  for (size_t i = 0; i < at.factors.size(); ++i)
    if (at.factors[i]) {
      Size span = Size(at.factors[i]) * (*scope.indices[i].range - Size(1));
      (at.factors[i] > 0 ? high : low) = (at.factors[i] > 0 ? high : low) + span;
    }
  auto isNotNegative = [&](const Size &size) {
    Size root = substitute(frame.rootSize(size), module.dimSizes);
    return !root.overflowed() && least(root).value_or(-1) >= 0;
  };
  return isNotNegative(low) && isNotNegative(axis - high - Size(1));
}

} // namespace nnc::dsl
