// Index notation: `y[b, o] = sum[i] x[b, i] * w[o, i]` (rules index-1 to index-5).
#include "dsl/elaborate/IndexScope.h"
#include "dsl/elaborate/Walk.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

EntryLevel::EntryLevel(Elaborator &e) : e(e) {
  scopes.swap(e.indexScopes);
  size_t first = e.bodyLevel() + 1;
  targets.assign(std::make_move_iterator(e.targets.begin() + first), std::make_move_iterator(e.targets.end()));
  e.targets.resize(first);
}

EntryLevel::~EntryLevel() {
  e.indexScopes.swap(scopes);
  e.targets.insert(e.targets.end(), std::make_move_iterator(targets.begin()), std::make_move_iterator(targets.end()));
}

TensorValue IndexScope::operand(Elaborator &e, const TensorValue &outer, std::vector<AffineIndex> map,
                                std::optional<double> outside) {
  // Values of the body are numbered with all operands first: provisional numbers, put right when the body is complete.
  int level = int(e.targets.size()) - 1;
  for (size_t i = 0; i < operands.size(); ++i) {
    bool same = operands[i].id == outer.id && operands[i].level == outer.level && generic.outside[i] == outside &&
                generic.maps[i].size() == map.size();
    for (size_t axis = 0; same && axis < map.size(); ++axis)
      same = generic.maps[i][axis].factors == map[axis].factors && generic.maps[i][axis].offset == map[axis].offset;
    if (same)
      return {{outer.type.elem, {}}, ValueId(i | operandBit), level};
  }
  operands.push_back(outer);
  generic.maps.push_back(std::move(map));
  generic.outside.push_back(outside);
  return {{outer.type.elem, {}}, ValueId((operands.size() - 1) | operandBit), level};
}

Value IndexScope::readScalar(Elaborator &e, const TensorValue &tensor, const std::string &name, SourceRange range,
                             Frame &frame) {
  if (tensor.level == int(e.targets.size()) - 1)
    return tensor;
  if (tensor.level > int(e.bodyLevel()))
    return e.later(frame, range, "an index definition inside an index definition");
  if (!tensor.type.shape.empty()) {
    e.error(diag::SubscriptsMissing, frame, range, name, e.show(tensor.type)).cause(range);
    return {};
  }
  return operand(e, tensor, {}, std::nullopt);
}

namespace {

/// All subscripts of an expression that hold indices, with the tensor they read. Bases are evaluated once.
struct Reads {
  const ast::PostfixExpr *expr;
  const ast::SubscriptSuffix *subscript;
  SourceRange range;
};

void collectReads(const ast::Expr &expr, std::vector<Reads> &reads) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  if (!postfix) {
    forEachChild(expr, [&](const ast::Expr &child) { collectReads(child, reads); });
    return;
  }
  // What lies under a subscript is a tensor of its own.
  if (const auto *subscript = std::get_if<ast::SubscriptSuffix>(&postfix->suffixes.back().node)) {
    reads.push_back({postfix, subscript, expr.range});
    return;
  }
  forEachChild(expr, [&](const ast::Expr &child) { collectReads(child, reads); });
}

} // namespace

/// The value under the last subscript: evaluated once, in the entry.
Value Elaborator::indexedBase(const ast::PostfixExpr &expr, Frame &frame) {
  auto known = bases.find(&expr);
  if (known != bases.end())
    return known->second;
  EntryLevel level(*this);
  Value value;
  const auto *name = expr.base->as<ast::NameExpr>();
  size_t first = 0;
  const auto *callSuffix = std::get_if<ast::CallSuffix>(&expr.suffixes[0].node);
  if (name && callSuffix && !frame.find(name->name)) {
    SourceRange whole = support::join(expr.base->range, expr.suffixes[0].range);
    value = call(name->name, callSuffix->args, whole, expr.base->range, frame, {});
    first = 1;
  } else {
    value = eval(*expr.base, frame);
  }
  for (size_t i = first; i + 1 < expr.suffixes.size() && !value.nothing(); ++i) {
    const ast::Suffix &suffix = expr.suffixes[i];
    if (const auto *member = std::get_if<ast::MemberSuffix>(&suffix.node)) {
      value = this->member(value, member->name, frame);
    } else if (const auto *call = std::get_if<ast::CallSuffix>(&suffix.node)) {
      auto args = dataArgs(call->args, frame);
      value = args ? applyValue(value, *args, suffix.range, frame, {}) : Value();
    } else {
      value = subscript(value, std::get<ast::SubscriptSuffix>(suffix.node), suffix.range, frame);
    }
  }
  bases[&expr] = value;
  return value;
}

/// Ranges of indices from the subscripts in which they stand alone, and from `in` (rule index-2).
bool Elaborator::findRanges(IndexScope &scope, const std::vector<ast::Index> &written, const ast::Expr &body,
                            Frame &frame) {
  for (const ast::Index &index : written)
    if (index.in) {
      EntryLevel level(*this);
      auto size = evalSize(*index.in, frame);
      if (!size)
        return false;
      IndexScope::Index *own = scope.position(index.name.text);
      own->range = *size;
      own->place = index.in->range;
    }
  std::vector<Reads> reads;
  collectReads(body, reads);
  for (const Reads &read : reads) {
    bool uses = false;
    for (const ast::Slice &slice : read.subscript->slices)
      if (const auto *name = slice.lower && !slice.colon ? slice.lower->as<ast::NameExpr>() : nullptr)
        uses |= scope.position(name->name) != nullptr;
    if (!uses)
      continue;
    Value base = indexedBase(*read.expr, frame);
    if (base.nothing())
      return false;
    const auto *tensor = base.as<TensorValue>();
    if (!tensor)
      continue; // reported when it is read
    if (!checkSubscripts(*tensor, *read.expr, frame))
      return false;
    for (size_t axis = 0; axis < read.subscript->slices.size(); ++axis) {
      const ast::Slice &slice = read.subscript->slices[axis];
      const auto *name = slice.lower && !slice.colon && !slice.otherwise ? slice.lower->as<ast::NameExpr>() : nullptr;
      IndexScope::Index *index = name ? scope.position(name->name) : nullptr;
      if (!index)
        continue;
      const Size &size = tensor->type.shape[axis];
      if (!index->range) {
        index->range = size;
        index->place = slice.range;
      } else if (!frame.facts.proveEqual(*index->range, size)) {
        error(diag::IndexRanges, frame, slice.range, index->name, index->range->str(), size.str())
            .label(index->place, index->range->str())
            .label(size.str())
            .cause(slice.range);
        return false;
      }
    }
  }
  for (const IndexScope::Index &index : scope.indices)
    if (!index.range) {
      SourceRange at = index.place;
      error(diag::IndexWithoutRange, frame, at, index.name).help("write `" + index.name + " in SIZE`").cause(at);
      return false;
    }
  return true;
}

/// Fills the scope's nodes from `body`, emits the generic, gives the tensor over the indices of the result.
Value Elaborator::finishGeneric(IndexScope &scope, const Value &body, const std::string &reduce, SourceRange range,
                                Frame &frame) {
  auto scalar = asTensor(body, {ElemType::Float, {}}, range, frame);
  if (!scalar)
    return {};
  Target target = std::move(targets.back());
  targets.pop_back();
  indexScopes.pop_back();
  uint32_t operandCount = scope.operands.size();
  auto renumber = [&](ValueId id) {
    return id & IndexScope::operandBit ? id & ~IndexScope::operandBit : id + operandCount;
  };
  for (Node &node : target.nodes)
    for (ValueId &operand : node.operands)
      operand = renumber(operand);
  scope.generic.body = std::move(target.nodes);
  scope.generic.result = renumber(scalar->id);
  scope.generic.reduce = reduce;
  scope.generic.resultRank = scope.resultRank;
  TensorType type{scalar->type.elem, {}};
  for (size_t i = 0; i < scope.indices.size(); ++i) {
    scope.generic.names.push_back(scope.indices[i].name);
    scope.generic.domain.push_back(substitute(frame.rootSize(*scope.indices[i].range), module.dimSizes));
    if (i < scope.resultRank)
      type.shape.push_back(*scope.indices[i].range);
  }
  for (auto &map : scope.generic.maps)
    for (AffineIndex &axis : map)
      axis.factors.resize(scope.indices.size());
  TensorValue result = emit(frame, "generic", scope.operands, type, range);
  targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(scope.generic));
  return result;
}

Value Elaborator::indexDefinition(const ast::IndexDefStmt &stmt, SourceRange range, Frame &frame) {
  if (!indexScopes.empty())
    return later(frame, range, "an index definition inside an index definition");
  bases.clear();
  IndexScope scope;
  for (const ast::Index &index : stmt.indices) {
    if (scope.position(index.name.text)) {
      error(diag::IndexTwice, frame, index.range, index.name.text).cause(index.range);
      return {};
    }
    scope.indices.push_back({index.name.text, std::nullopt, index.range});
  }
  scope.resultRank = scope.indices.size();
  if (!findRanges(scope, stmt.indices, *stmt.value, frame))
    return {};
  targets.emplace_back();
  indexScopes.push_back(&scope);
  Value body = eval(*stmt.value, frame);
  if (body.nothing() || indexScopes.empty()) {
    dropIndexing();
    return {};
  }
  // A definition that is one reducer over all its indices, in their order, is that reducer.
  if (const auto *scalar = body.as<TensorValue>();
      scalar && targets.back().nodes.empty() && scope.operands.size() == 1 &&
      scope.operands[0].type.shape.size() == scope.resultRank && scope.generic.maps.size() == 1) {
    bool identity = true;
    for (size_t axis = 0; axis < scope.resultRank; ++axis) {
      const AffineIndex &at = scope.generic.maps[0][axis];
      for (size_t i = 0; i < at.factors.size(); ++i)
        identity &= at.factors[i] == (i == axis);
      identity &=
          at.offset == 0 && frame.facts.proveEqual(scope.operands[0].type.shape[axis], *scope.indices[axis].range);
    }
    if (identity) {
      targets.pop_back();
      indexScopes.pop_back();
      return scope.operands[0];
    }
  }
  return finishGeneric(scope, body, "none", range, frame);
}

/// `sum[i] …`: a tensor of the entry over the indices around it, read at these indices.
Value Elaborator::reducer(const ast::ReduceExpr &expr, SourceRange range, Frame &frame) {
  if (expr.where)
    return later(frame, expr.where->range, "`where` in a reducer");
  static const char *kinds[] = {"add", "max", "min", "add"};
  IndexScope scope;
  IndexScope *outer = indexScopes.empty() ? nullptr : indexScopes.back();
  if (!outer)
    bases.clear();
  Value value;
  {
    std::vector<IndexScope *> around = indexScopes;
    EntryLevel level(*this);
    // The indices around, which the body may use, come first.
    for (IndexScope *one : around)
      for (const IndexScope::Index &index : one->indices)
        scope.indices.push_back(index);
    std::vector<std::string> used;
    usedNames(*expr.body, used);
    std::erase_if(scope.indices, [&](const IndexScope::Index &index) {
      return std::find(used.begin(), used.end(), index.name) == used.end();
    });
    scope.resultRank = scope.indices.size();
    for (const ast::Index &index : expr.indices) {
      if (scope.position(index.name.text)) {
        error(diag::IndexTwice, frame, index.range, index.name.text).cause(index.range);
        return {};
      }
      scope.indices.push_back({index.name.text, std::nullopt, index.range});
    }
    if (!findRanges(scope, expr.indices, *expr.body, frame))
      return {};
    targets.emplace_back();
    indexScopes.push_back(&scope);
    Value body = eval(*expr.body, frame);
    if (body.nothing()) {
      dropIndexing();
      return {};
    }
    value = finishGeneric(scope, body, kinds[int(expr.kind)], range, frame);
    if (const auto *total = value.as<TensorValue>(); total && expr.kind == ast::ReduceKind::Mean) {
      Size count(1);
      for (size_t i = scope.resultRank; i < scope.indices.size(); ++i)
        count = count * *scope.indices[i].range;
      TensorValue divisor = sizeValue(frame, count, total->type.elem, range);
      auto aligned = align({*total, divisor}, {range, range}, "/", range, frame);
      if (!aligned)
        return {};
      value = emit(frame, "div", *aligned, total->type, range);
    }
  }
  if (!outer || value.nothing())
    return value;
  std::vector<AffineIndex> map;
  for (size_t i = 0; i < scope.resultRank; ++i) {
    AffineIndex at;
    at.factors.resize(outer->indices.size());
    at.factors[outer->position(scope.indices[i].name) - outer->indices.data()] = 1;
    map.push_back(at);
  }
  return outer->operand(*this, *value.as<TensorValue>(), map, std::nullopt);
}

bool Elaborator::checkSubscripts(const TensorValue &tensor, const ast::PostfixExpr &expr, Frame &frame) {
  size_t given = std::get<ast::SubscriptSuffix>(expr.suffixes.back().node).slices.size();
  SourceRange range = expr.suffixes.back().range;
  if (given == tensor.type.shape.size())
    return true;
  error(diag::SubscriptCount, frame, range, show(tensor.type), int64_t(tensor.type.shape.size()), int64_t(given))
      .cause(range);
  return false;
}

/// `x[b, t - k else 0]` inside an index definition: one number.
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
  std::vector<AffineIndex> map;
  std::optional<double> outside;
  for (size_t axis = 0; axis < suffix.slices.size(); ++axis) {
    const ast::Slice &slice = suffix.slices[axis];
    if (slice.colon || slice.ellipsis)
      return later(frame, slice.range, "a range inside an index definition");
    auto at = affine(*slice.lower, scope, frame);
    if (!at)
      return {};
    if (slice.otherwise) {
      EntryLevel level(*this);
      auto value = realOf(eval(*slice.otherwise, frame), frame);
      if (!value || (outside && *outside != *value)) {
        error(diag::OutsideValue, frame, slice.otherwise->range).cause(slice.range);
        return {};
      }
      outside = *value;
    } else if (!staysInside(*at, scope, tensor->type.shape[axis], frame)) {
      error(diag::MayLeaveAxis, frame, slice.range, text(slice.range), tensor->type.shape[axis].str())
          .help("write `" + text(slice.range) + " else 0`")
          .cause(slice.range);
      return {};
    }
    map.push_back(*at);
  }
  return scope.operand(*this, *tensor, std::move(map), outside);
}

/// A subscript as a sum of indices with whole factors.
std::optional<AffineIndex> Elaborator::affine(const ast::Expr &expr, IndexScope &scope, Frame &frame) {
  AffineIndex result;
  result.factors.resize(scope.indices.size());
  const auto *name = expr.as<ast::NameExpr>();
  if (IndexScope::Index *index = name ? scope.position(name->name) : nullptr) {
    result.factors[index - scope.indices.data()] = 1;
    return result;
  }
  std::vector<std::string> used;
  usedNames(expr, used);
  bool holdsIndex = std::any_of(used.begin(), used.end(), [&](const auto &one) { return scope.position(one); });
  if (!holdsIndex) {
    EntryLevel level(*this);
    Value value = eval(expr, frame);
    auto known = wholeOf(value, frame);
    if (known) {
      result.offset = *known;
      return result;
    }
    if (!value.nothing())
      later(frame, expr.range, value.as<TensorValue>() ? "a tensor as a subscript" : "a free size in a subscript");
    return std::nullopt;
  }
  auto combine = [&](AffineIndex &sum, const AffineIndex &other, int64_t sign) {
    bool overflow =
        __builtin_mul_overflow(other.offset, sign, &sign) || __builtin_add_overflow(sum.offset, sign, &sum.offset);
    return !overflow;
  };
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    auto sum = affine(*chain->first, scope, frame);
    for (const ast::ChainLink &link : chain->links) {
      auto other = sum ? affine(*link.operand, scope, frame) : std::nullopt;
      if (!other)
        return std::nullopt;
      bool additive = link.op == ast::BinaryOp::Add || link.op == ast::BinaryOp::Sub;
      int64_t sign = link.op == ast::BinaryOp::Sub ? -1 : 1;
      auto isConstant = [](const AffineIndex &a) {
        return std::all_of(a.factors.begin(), a.factors.end(), [](int64_t f) { return f == 0; });
      };
      if (additive) {
        if (!combine(*sum, *other, sign))
          return std::nullopt;
        for (size_t i = 0; i < sum->factors.size(); ++i)
          sum->factors[i] += sign * other->factors[i];
        continue;
      }
      if (link.op != ast::BinaryOp::Mul || (!isConstant(*sum) && !isConstant(*other)))
        break;
      const AffineIndex &scaled = isConstant(*sum) ? *other : *sum;
      int64_t factor = isConstant(*sum) ? sum->offset : other->offset;
      AffineIndex product = scaled;
      bool overflow = __builtin_mul_overflow(scaled.offset, factor, &product.offset);
      for (int64_t &f : product.factors)
        overflow |= __builtin_mul_overflow(f, factor, &f);
      if (overflow)
        break;
      sum = product;
      if (&link == &chain->links.back())
        return sum;
    }
    const ast::ChainLink &last = chain->links.back();
    if (sum && (last.op == ast::BinaryOp::Add || last.op == ast::BinaryOp::Sub))
      return sum;
  }
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
  auto number = [&](const Size &size) { return substitute(frame.rootSize(size), module.dimSizes).constant(); };
  auto extent = number(axis);
  __int128 low = at.offset, high = at.offset;
  for (size_t i = 0; i < at.factors.size(); ++i) {
    if (!at.factors[i])
      continue;
    auto range = number(*scope.indices[i].range);
    if (!range)
      return false;
    (at.factors[i] > 0 ? high : low) += __int128(at.factors[i]) * (*range - 1);
  }
  return extent && low >= 0 && high < *extent;
}

void Elaborator::usedNames(const ast::Expr &expr, std::vector<std::string> &names) const {
  if (const auto *name = expr.as<ast::NameExpr>())
    names.push_back(name->name);
  forEachChild(expr, [&](const ast::Expr &child) { usedNames(child, names); });
}

} // namespace nnc::dsl
