// What of a mask is no comparison of whole numbers: its conditions are computed beforehand and looked up.
#include "dsl/elaborate/Walk.h"
#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/masks/MaskReader.h"
#include "dsl/elaborate/masks/MaskShape.h"

#include <algorithm>

namespace nnc::dsl {

namespace diag = support::diag;

/// Whether `index` stands alone in a subscript, and so has its range from there.
static bool standsAlone(const ast::Expr &expr, const std::string &index) {
  bool found = false;
  if (const auto *postfix = expr.as<ast::PostfixExpr>())
    for (const ast::Suffix &suffix : postfix->suffixes)
      if (const auto *subscript = std::get_if<ast::SubscriptSuffix>(&suffix.node))
        for (const ast::Slice &slice : subscript->slices) {
          const auto *name =
              slice.lower && !slice.colon && !slice.otherwise ? slice.lower->as<ast::NameExpr>() : nullptr;
          found |= name && name->name == index;
        }
  forEachChild(expr, [&](const ast::Expr &child) { found |= standsAlone(child, index); });
  return found;
}

static Mask isTrue(MaskTerm read) {
  Mask mask;
  mask.kind = Mask::Compare;
  mask.predicate = "ne";
  mask.left = std::move(read);
  return mask;
}

static Mask always(bool holds) {
  Mask mask;
  if (holds)
    return mask;
  mask.kind = Mask::Not;
  mask.parts.emplace_back();
  return mask;
}

std::optional<Mask> MaskReader::lookup(const ast::Expr &expr, Frame &inner, const Indices &indices) {
  auto refuse = [&](const Value &value) {
    failed = true;
    if (!value.nothing())
      e.error(diag::MaskPredicate, inner, expr.range, inner.definition->name, e.show(value)).cause(expr.range);
    return std::nullopt;
  };
  if (!usesIndex(expr, indices)) {
    Value value = e.eval(expr, inner);
    if (const auto *known = value.as<BoolValue>())
      return always(known->value);
    const auto *tensor = value.as<TensorValue>();
    if (!tensor || !tensor->type.shape.empty() || tensor->type.elem.kind != ElemType::Bool)
      return refuse(value);
    return isTrue(operand(*tensor, {}));
  }
  std::vector<std::string> used;
  e.usedNames(expr, used);
  std::vector<std::pair<size_t, std::string>> order;
  for (const auto &[name, place] : indices)
    if (std::find(used.begin(), used.end(), name) != used.end())
      order.emplace_back(place, name);
  std::sort(order.begin(), order.end());
  e.bases.clear();
  IndexScope scope;
  for (const auto &[place, name] : order) {
    std::optional<Size> axis;
    if (!standsAlone(expr, name)) {
      std::string symbol = "axis of " + name;
      inner.toRoot[symbol] = roots[place];
      inner.toCaller[symbol] = ranges[place];
      axis = Size::symbol(symbol);
    }
    scope.indices.push_back({name, axis, expr.range});
  }
  scope.resultRank = scope.indices.size();
  if (!e.findRanges(scope, {}, {&expr}, inner))
    return refuse({});
  std::vector<uint32_t> at;
  for (size_t i = 0; i < order.size(); ++i) {
    if (!sameAxis(order[i].second, order[i].first, *scope.indices[i].range, e.text(expr.range), inner, expr.range))
      return std::nullopt;
    at.push_back(numbers[order[i].first]);
  }
  e.targets.emplace_back();
  e.indexScopes.push_back(&scope);
  Value body = e.eval(expr, inner);
  const auto *condition = body.as<TensorValue>();
  if (!condition || condition->type.elem.kind != ElemType::Bool) {
    e.dropIndexing();
    return refuse(body);
  }
  Value table = e.finishGeneric(scope, body, "none", expr.range, inner);
  if (table.nothing())
    return refuse({});
  dense(expr, inner, "computes conditions known only at run time");
  if (const auto *compare = expr.as<ast::CompareExpr>()) {
    auto elem = [&](const ast::Expr &side) {
      std::string name;
      if (const auto *postfix = side.as<ast::PostfixExpr>())
        if (const auto *base = postfix->base->as<ast::NameExpr>())
          name = base->name;
      const Value *value = inner.find(name);
      return value && value->as<TensorValue>() ? value->as<TensorValue>()->type.elem : ElemType{ElemType::Int, {}};
    };
    if (denseAt.begin == expr.range.begin && elem(*compare->lhs).isFloat() && elem(*compare->rhs).isFloat())
      denseWhy = "compares float tensors known only at run time";
  }
  return isTrue(operand(*table.as<TensorValue>(), std::move(at)));
}

/// Says what attention cannot skip, and what a mask that it can read would save.
void MaskReader::warnDense(const MaskTree &tree) {
  if (!denseAt.valid() || !e.warnedMasks.insert({denseAt.file, denseAt.begin}).second)
    return;
  auto times = roots[2].constant(), sources = roots[3].constant();
  bool fixed = times && sources;
  int64_t t = fixed ? *times : 1024, s = fixed ? *sources : 1024;
  std::string at = t == s && ranges[2].str() != ranges[3].str() && !fixed
                       ? ranges[2].str() + " = " + ranges[3].str() + " = " + std::to_string(t)
                       : "";
  if (at.empty())
    at = ranges[2].str() == ranges[3].str() || (ranges[2].constant() && ranges[3].constant())
             ? (t == s ? "T = S = " + std::to_string(t) : "T = " + std::to_string(t) + ", S = " + std::to_string(s))
             : ranges[2].str() + " = " + std::to_string(t) + ", " + ranges[3].str() + " = " + std::to_string(s);
  auto builder = e.sink.report(diag::MaskDense, denseAt);
  builder.label(denseWhy).fact(
      "blocks are skipped for comparisons linear in positions and lengths, equality of index tensors, and `and`, "
      "`or`, `not` of these;\n"
      "here all " +
      support::formatNumber(t * s) + " scores per head are computed at " + at + " (the result is right either way)");
  if (t != s || t < 8 || !tree.written.valid() || frame.inLibrary())
    return;
  int64_t width = t / 4, pairs = width * (width + 1) / 2 + (t - width) * width;
  std::string text = e.text(tree.written);
  builder.help("restrict it with masks that can be analysed: " + text + " and causal and window(" +
               std::to_string(width) + ") computes " + std::to_string((pairs * 100 + t * s / 2) / (t * s)) +
               "% of them");
}

} // namespace nnc::dsl
