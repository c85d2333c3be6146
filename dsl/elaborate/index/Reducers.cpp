// `sum[i where …] …`: reducers of index notation (rules index-4, mask-3).
#include "dsl/elaborate/index/IndexScope.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// What changes nothing: what a reducer over nothing gives (rule mask-4).
static double identityOf(ast::ReduceKind kind, const ElemType &elem) {
  if (kind != ast::ReduceKind::Max && kind != ast::ReduceKind::Min)
    return 0;
  double most = elem.isFloat() ? std::numeric_limits<double>::infinity() : 0x1p63;
  return kind == ast::ReduceKind::Max ? -most : elem.isFloat() ? most : 0x1.fffffffffffffp62;
}

/// Conditions and labels are no numbers, and a mean of whole numbers is none of them (rule num-2).
static bool isReduced(ast::ReduceKind kind, const ElemType &elem) {
  bool isWhole = elem.kind == ElemType::Int || elem.kind == ElemType::I32;
  return elem.isFloat() || (isWhole && kind != ast::ReduceKind::Mean);
}

/// One term of a reducer, or with `counted` a 1: what the conditions exclude is replaced by what changes nothing.
Value Elaborator::maskedTerm(const ast::ReduceExpr &expr, const std::vector<const ast::Expr *> &conditions,
                             const ElemType *counted, SourceRange range, Frame &frame) {
  Value body = counted ? real(1) : eval(*expr.body, frame);
  if (const auto *tensor = body.as<TensorValue>(); tensor && !isReduced(expr.kind, tensor->type.elem)) {
    static const char *words[] = {"sum", "max", "min", "mean"};
    const ast::Expr &term = *expr.body;
    error(diag::OperandKind, frame, term.range, words[int(expr.kind)], show(body))
        .help("`float(…)` makes numbers to compute with of them",
              {{term.range.before(), "float("}, {term.range.after(), ")"}})
        .cause(term.range);
    return {};
  }
  if (body.nothing() || (conditions.empty() && !counted))
    return body;
  auto value = asTensor(body, counted ? *counted : ElemType(), expr.body->range, frame);
  if (!value)
    return {};
  const std::shared_ptr<MetReducers> met = indexScopes.back()->met;
  for (const ast::Expr *condition : conditions) {
    if (met)
      met->inCondition = true;
    Value where = eval(*condition, frame);
    if (met)
      met->inCondition = false;
    const auto *tensor = where.as<TensorValue>();
    if (where.nothing())
      return {};
    if (!where.as<BoolValue>() && !(tensor && tensor->type.elem.kind == ElemType::Bool)) {
      error(diag::PredicateKind, frame, condition->range, show(where)).cause(condition->range);
      return {};
    }
    auto keeps = asTensor(where, {ElemType::Bool, {}}, condition->range, frame);
    TensorValue nothing = constant(frame, identityOf(expr.kind, value->type.elem), value->type.elem, range);
    value = emit(frame, "select", {*keeps, *value, nothing}, value->type, range);
  }
  return *value;
}

/// `sum[e where dst[e] == n] …`: each term belongs to one place of the axis n.
struct Elaborator::Segments {
  const ast::Expr *key = nullptr;        // dst[e]
  size_t index = 0;                      // n, in the scope of the reducer
  std::vector<const ast::Expr *> others; // further conditions, joined by `and`
};

static void conjuncts(const ast::Expr &expr, std::vector<const ast::Expr *> &list) {
  const auto *chain = expr.as<ast::ChainExpr>();
  if (!chain || chain->links[0].op != ast::BinaryOp::And) {
    list.push_back(&expr);
    return;
  }
  conjuncts(*chain->first, list);
  for (const ast::ChainLink &link : chain->links)
    conjuncts(*link.operand, list);
}

/// The condition that makes a reducer a reduction by segments, if its index of the result occurs nowhere else.
std::optional<Elaborator::Segments> Elaborator::segmentsOf(const ast::ReduceExpr &expr, IndexScope &scope,
                                                           Frame &frame) {
  std::vector<const ast::Expr *> conditions;
  if (expr.where)
    conjuncts(*expr.where, conditions);
  auto uses = [&](const ast::Expr &one, const std::string &name) {
    std::vector<std::string> names;
    usedNames(one, names);
    return std::count(names.begin(), names.end(), name);
  };
  for (const ast::Expr *condition : conditions) {
    const auto *compare = condition->as<ast::CompareExpr>();
    if (!compare || compare->op != ast::CompareOp::Eq)
      continue;
    for (auto [side, key] : {std::pair(&*compare->lhs, &*compare->rhs), std::pair(&*compare->rhs, &*compare->lhs)}) {
      const auto *name = side->as<ast::NameExpr>();
      const IndexScope::Index *index = name ? scope.position(name->name) : nullptr;
      size_t place = index ? index - scope.indices.data() : scope.indices.size();
      if (place >= scope.resultRank || !holdsTensor(*key, scope, frame) || uses(*key, name->name) ||
          uses(*expr.body, name->name))
        continue;
      Segments segments{key, place, {}};
      bool alone = true, ofTerms = true;
      for (const ast::Expr *other : conditions)
        if (other != condition) {
          segments.others.push_back(other);
          alone = alone && !uses(*other, name->name);
        }
      for (size_t i = 0; i < scope.resultRank; ++i)
        ofTerms = ofTerms && !uses(*key, scope.indices[i].name);
      if (alone && ofTerms)
        return segments;
    }
  }
  return std::nullopt;
}

/// The terms, added up (or their largest, or smallest) where the key says.
Value Elaborator::reduceSegments(const ast::ReduceExpr &expr, const Segments &segments, const IndexScope &scope,
                                 const ElemType *counted, SourceRange range, Frame &frame) {
  static const char *kinds[] = {"add", "max", "min", "add"};
  const IndexScope::Index &target = scope.indices[segments.index];
  // The indices of the key first, then the others of the result; what is left is reduced before.
  std::vector<std::string> named;
  usedNames(*segments.key, named);
  auto inKey = [&](const IndexScope::Index &one) {
    return std::find(named.begin(), named.end(), one.name) != named.end();
  };
  IndexScope keys, terms;
  for (const IndexScope::Index &one : scope.indices)
    if (inKey(one))
      keys.indices.push_back(one);
  keys.resultRank = keys.indices.size();
  terms.indices = keys.indices;
  for (size_t i = 0; i < scope.resultRank; ++i)
    if (i != segments.index)
      terms.indices.push_back(scope.indices[i]);
  terms.resultRank = terms.indices.size();
  terms.met = scope.met;
  for (size_t i = scope.resultRank; i < scope.indices.size(); ++i)
    if (!inKey(scope.indices[i]))
      terms.indices.push_back(scope.indices[i]);
  Value key = overIndices(keys, [&] { return eval(*segments.key, frame); }, "none", range, frame);
  Value value = overIndices(
      terms, [&] { return maskedTerm(expr, segments.others, counted, range, frame); }, kinds[int(expr.kind)], range,
      frame);
  const auto *index = key.as<TensorValue>(), *tensor = value.as<TensorValue>();
  bool checked = false;
  if (!index || !tensor || !checkPositions(index->type, *target.range, segments.key->range, frame, checked))
    return {};
  TensorValue places = *index, all = *tensor;
  if (keys.resultRank != 1) { // several indices are one axis
    Size count(1);
    for (const Size &axis : places.type.shape)
      count = count * axis;
    places = emit(frame, "reshape", {places}, {places.type.elem, {count}}, range);
    TensorType flat{all.type.elem, all.type.shape};
    flat.shape.erase(flat.shape.begin(), flat.shape.begin() + keys.resultRank);
    flat.shape.insert(flat.shape.begin(), count);
    all = emit(frame, "reshape", {all}, flat, range);
  }
  TensorType type{all.type.elem, all.type.shape};
  type.shape[0] = *target.range;
  TensorValue result = emit(frame, "scatter", {all, places}, type, range,
                            {{"axis", int64_t(0)}, {"kind", std::string(kinds[int(expr.kind)])}});
  if (segments.index == 0)
    return result;
  // The axis of the segments at the place of its index.
  std::vector<int64_t> perm;
  for (size_t i = 0; i < scope.resultRank; ++i)
    perm.push_back(i == segments.index ? 0 : int64_t(i) + (i < segments.index));
  TensorType ordered{type.elem, {}};
  for (int64_t axis : perm)
    ordered.shape.push_back(type.shape[axis]);
  return emit(frame, "transpose", {result}, ordered, range, {{"perm", perm}});
}

/// The terms of a reducer, or with `counted` how many there are, over the indices of the result.
Value Elaborator::reduceTerms(const ast::ReduceExpr &expr, IndexScope &scope, const ElemType *counted,
                              SourceRange range, Frame &frame) {
  static const char *kinds[] = {"add", "max", "min", "add"};
  if (auto segments = segmentsOf(expr, scope, frame))
    return reduceSegments(expr, *segments, scope, counted, range, frame);
  std::vector<const ast::Expr *> conditions;
  if (expr.where)
    conditions.push_back(expr.where.get());
  return overIndices(
      scope, [&] { return maskedTerm(expr, conditions, counted, range, frame); }, kinds[int(expr.kind)], range, frame);
}

/// The indices of a reducer: those around that its body uses, then its own, with their ranges. False after an error.
static bool openScope(Elaborator &e, const ast::ReduceExpr &expr, const std::vector<IndexScope *> &around,
                      IndexScope &scope, Frame &frame) {
  for (IndexScope *one : around)
    for (const IndexScope::Index &index : one->indices)
      scope.indices.push_back(index);
  std::vector<std::string> used;
  e.usedNames(*expr.body, used);
  if (expr.where)
    e.usedNames(*expr.where, used);
  std::erase_if(scope.indices, [&](const IndexScope::Index &index) {
    return std::find(used.begin(), used.end(), index.name) == used.end();
  });
  scope.resultRank = scope.indices.size();
  for (const ast::Index &index : expr.indices) {
    if (scope.position(index.name.text)) {
      e.error(diag::IndexTwice, frame, index.range, index.name.text).cause(index.range);
      return false;
    }
    scope.indices.push_back({index.name.text, std::nullopt, index.range});
  }
  std::vector<const ast::Expr *> bodies{expr.body.get()};
  if (expr.where)
    bodies.push_back(expr.where.get());
  return e.findRanges(scope, expr.indices, bodies, frame);
}

/// `sum[i] …`: a tensor of the entry over the indices around it, read at these indices.
Value Elaborator::reducer(const ast::ReduceExpr &expr, SourceRange range, Frame &frame) {
  IndexScope *outer = indexScopes.empty() ? nullptr : indexScopes.back();
  if (!outer)
    bases.clear();
  MetReducers *met = outer && outer->met && outer->met->inCondition ? outer->met.get() : nullptr;
  MetReducers::One one;
  if (const MetReducers::One *known = met ? met->read(expr) : nullptr) {
    one = *known;
  } else {
    std::vector<IndexScope *> around = indexScopes;
    EntryLevel level(*this);
    IndexScope scope;
    if (!openScope(*this, expr, around, scope, frame))
      return {};
    bool isMean = expr.kind == ast::ReduceKind::Mean;
    if (isMean && expr.where)
      scope.met = std::make_shared<MetReducers>();
    one = {&expr, reduceTerms(expr, scope, nullptr, range, frame), {}};
    if (const auto *total = one.value.as<TensorValue>(); total && isMean)
      one.value = meanOf(TensorValue(*total), expr, scope, range, frame);
    for (size_t i = 0; i < scope.resultRank; ++i)
      one.names.push_back(scope.indices[i].name);
  }
  if (met && !met->again)
    met->all.push_back(one);
  if (!outer || one.value.nothing())
    return one.value;
  std::vector<AffineIndex> map;
  for (const std::string &name : one.names) {
    AffineIndex at;
    at.factors.resize(outer->indices.size());
    at.factors[outer->position(name) - outer->indices.data()] = 1;
    map.push_back(at);
  }
  return outer->operand(*this, *one.value.as<TensorValue>(), map, std::nullopt);
}

/// A sum divided by the number of its terms; over nothing 0.
Value Elaborator::meanOf(const TensorValue &total, const ast::ReduceExpr &expr, IndexScope &scope, SourceRange range,
                         Frame &frame) {
  std::optional<TensorValue> count;
  if (expr.where) {
    scope.met->again = true;
    Value counted = reduceTerms(expr, scope, &total.type.elem, range, frame);
    if (counted.nothing())
      return {};
    auto aligned = align({*counted.as<TensorValue>(), constant(frame, 1, total.type.elem, range)}, {range, range},
                         "maximum", range, frame);
    count = aligned ? std::optional(emit(frame, "max", *aligned, (*aligned)[0].type, range)) : std::nullopt;
  } else {
    Size terms(1);
    for (size_t i = scope.resultRank; i < scope.indices.size(); ++i)
      terms = terms * *scope.indices[i].range;
    count = sizeValue(frame, terms, total.type.elem, range);
  }
  auto aligned = count ? align({total, *count}, {range, range}, "/", range, frame) : std::nullopt;
  return aligned ? Value(emit(frame, "div", *aligned, total.type, range)) : Value();
}

} // namespace nnc::dsl
