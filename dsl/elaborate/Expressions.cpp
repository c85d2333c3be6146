// Expressions: dispatch, names, lists, compile-time `if`, `as`, subscripts and members.
#include "dsl/ForeignWords.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/layers/InnerLayers.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

Value Elaborator::eval(const ast::Expr &expr, Frame &frame, const Hint &hint) {
  if (!countStep(frame, expr.range))
    return {};
  SourceRange range = expr.range;
  // Bodies nest in calls and calls in bodies: the limit keeps the stack small.
  struct Nesting {
    int &count;
    explicit Nesting(int &count) : count(count) { ++count; }
    ~Nesting() { --count; }
  } nested(nesting);
  if (nesting > 1000) {
    error(diag::TooDeep, frame, range).cause(blame(frame, range));
    return {};
  }
  struct Visitor {
    Elaborator &e;
    Frame &frame;
    const Hint &hint;
    SourceRange range;
    Value operator()(const ast::NumberExpr &n) { return n.isInteger ? number(Size(n.integer)) : real(n.value); }
    Value operator()(const ast::StringExpr &s) { return TextValue{s.value, false}; }
    Value operator()(const ast::BoolExpr &b) { return BoolValue{b.value}; }
    Value operator()(const ast::NameExpr &n) {
      const Definition *layer = e.module.layer(n.name, frame.definition);
      if (layer && !frame.find(n.name) && !frame.toRoot.count(n.name)) // a size hides a layer of its name
        return e.makeLayer(*layer, nullptr, range, frame, hint);
      return e.evalName(n.name, range, frame);
    }
    Value operator()(const ast::VectorExpr &v) {
      ListValue list;
      list.vector = true;
      for (const ast::ExprPtr &element : v.elements)
        list.elements.push_back({"", std::make_shared<Value>(e.eval(*element, frame))});
      return list;
    }
    Value operator()(const ast::ListExpr &l) { return e.evalList(l, frame, hint); }
    Value operator()(const ast::ComprehensionExpr &c) { return e.evalComprehension(c, range, frame, hint); }
    Value operator()(const ast::IfExpr &i) { return e.evalIf(i, frame, hint); }
    Value operator()(const ast::ScanExpr &s) { return e.scan(s, range, frame); }
    Value operator()(const ast::UnaryExpr &u) { return e.unary(u, frame); }
    Value operator()(const ast::ChainExpr &c) { return e.chain(c, frame, hint); }
    Value operator()(const ast::CompareExpr &c) { return e.compare(c, frame); }
    Value operator()(const ast::RangeExpr &r) { return e.evalRange(r, range, frame); }
    Value operator()(const ast::PowerExpr &p) { return e.power(p, frame); }
    Value operator()(const ast::CastExpr &c) { return e.evalCast(c, range, frame); }
    Value operator()(const ast::PipelineExpr &p) { return e.pipeline(p, frame, hint); }
    Value operator()(const ast::ReduceExpr &r) { return e.reducer(r, range, frame); }
    Value operator()(const ast::PostfixExpr &p) { return e.evalPostfix(p, range, frame, hint); }
  };
  return std::visit(Visitor{*this, frame, hint, range}, expr.node);
}

Value Elaborator::evalName(const std::string &name, SourceRange range, Frame &frame) {
  for (IndexScope *scope : indexScopes)
    if (const IndexScope::Index *index = scope->position(name))
      return scope->number(*this, *index);
  if (const Value *found = frame.find(name)) {
    const TensorValue *tensor = found->as<TensorValue>();
    return tensor && !indexScopes.empty() ? indexScopes.back()->readScalar(*this, *tensor, name, range, frame) : *found;
  }
  if (name == "training")
    return BoolValue{choices && frame.depth == 1 ? choices->decide(name) : training() && !frame.atRest};
  if (name == "pi")
    return real(M_PI);
  if (module.dims.count(name) || frame.toRoot.count(name))
    return number(Size::symbol(name));
  if (auto pack = frame.packs.find(name); pack != frame.packs.end())
    return PackValue{pack->second};
  if (const Definition *mask = module.mask(name, frame.definition))
    return makeMask(*mask, nullptr, range, frame);
  if (module.functions(name, frame.definition))
    return FunctionValue{name, {}, &frame};
  for (auto block = frame.later.rbegin(); block != frame.later.rend(); ++block)
    if (auto found = block->find(name); found != block->end()) {
      error(diag::UsedBeforeMade, frame, range, name).label(found->second, "made here").cause(range);
      return {};
    }
  static const std::vector<std::string> words = {"same",   "causal", "all",    "matrices",
                                                 "concat", "single", "double", "none"};
  if (std::find(words.begin(), words.end(), name) != words.end())
    return TextValue{name, true};
  if (comesLater(name))
    return later(frame, range, name);
  std::vector<std::string> known = frame.offered;
  for (const auto &scope : frame.scopes)
    for (const auto &[other, value] : scope)
      known.push_back(other);
  for (const auto &[other, size] : frame.toRoot)
    known.push_back(other);
  for (const std::string &other : module.names())
    known.push_back(other);
  auto builder = error(diag::UnknownName, frame, range, name);
  builder.cause(range);
  if (const WordCall *regularizer = findCall(CallGroup::Regularizer, name)) {
    builder.help("it is a call, and a summand of the loss: `… + " + name + "(1e-4)`")
        .fact("arguments: " + regularizer->signature);
    return {};
  }
  if (const WordCall *init = findCall(CallGroup::Init, name)) {
    bool bare = std::all_of(init->params.begin(), init->params.end(),
                            [](const WordParam &param) { return !param.defaultText.empty(); });
    if (bare)
      builder.help("write `" + name + "()`", {{range, name + "()"}});
    else
      builder.help("it is a call: write `" + name + "(…)`").fact("arguments: " + init->signature);
    return {};
  }
  if (auto ended = frame.gone.find(name); ended != frame.gone.end()) {
    builder.label(ended->second, "this one ends with its block");
    builder.help("give it a value before the block: then the block gives it a new one");
  } else if (auto foreign = foreignName(name)) {
    builder.fact(foreign->text);
    if (!foreign->here.empty())
      builder.help("write `" + foreign->here + "`", {{range, foreign->here}});
  } else if (auto near = support::nearestName(name, known)) {
    builder.label("did you mean `" + *near + "`?");
    builder.help("write `" + *near + "`", {{range, *near}});
  }
  return {};
}

std::optional<int64_t> Elaborator::wholeOf(const Value &value, const Frame &frame) const {
  const NumberValue *n = value.as<NumberValue>();
  if (!n || !n->whole)
    return std::nullopt;
  return substitute(frame.rootSize(n->size), module.dimSizes).constant();
}

std::optional<double> Elaborator::realOf(const Value &value, const Frame &frame) const {
  const NumberValue *n = value.as<NumberValue>();
  if (n && !n->whole)
    return n->real;
  if (auto whole = wholeOf(value, frame))
    return double(*whole);
  return std::nullopt;
}

std::optional<Size> Elaborator::evalSize(const ast::Expr &expr, Frame &frame) {
  Value value = eval(expr, frame);
  if (value.nothing())
    return std::nullopt;
  const NumberValue *n = value.as<NumberValue>();
  if (n && n->whole) {
    if (n->size.overflowed()) {
      error(diag::SizeOverflow, frame, expr.range).cause(expr.range);
      return std::nullopt;
    }
    return n->size;
  }
  error(diag::NotASize, frame, expr.range, show(value)).cause(expr.range);
  return std::nullopt;
}

Value Elaborator::evalRange(const ast::RangeExpr &expr, SourceRange range, Frame &frame) {
  Value low = eval(*expr.low, frame), high = eval(*expr.high, frame);
  if (low.nothing() || high.nothing())
    return {};
  auto a = wholeOf(low, frame), b = wholeOf(high, frame);
  if (!a || !b) {
    auto builder = error(diag::RangeNotConstant, frame, range);
    const auto *end = (b ? low : high).as<NumberValue>();
    if (auto size = end && end->whole ? end->size.symbolName() : std::nullopt)
      builder.help("`" + *size + "` is free when the program runs: `scan x_t in x over " + *size +
                   " { … yield … }` goes along an axis, step by step");
    builder.cause(range);
    return {};
  }
  if (*b > *a && *b - *a > 100'000) {
    error(diag::TooManyInstances, frame, range).cause(range);
    return {};
  }
  if (*b > *a && !countStep(frame, range, *b - *a))
    return {};
  ListValue list;
  for (int64_t i = *a; i < *b; ++i)
    list.elements.push_back({"", std::make_shared<Value>(number(Size(i)))});
  return list;
}

static Hint elementHint(const Hint &hint, const std::string &label) {
  Hint inner;
  inner.named = hint.named;
  if (!hint.named)
    return inner;
  if (label.find('*') != std::string::npos) {
    inner.path = hint.path;
    inner.leafPattern = label;
  } else {
    inner.path = hint.path.empty() ? label : hint.path + "." + label;
  }
  return inner;
}

/// Puts an element into the list, or the elements of a list that is spliced into it, whose numbers go on from here.
bool Elaborator::addElement(ListValue &list, const ast::Element &element, const std::string &label, Frame &frame,
                            const Hint &hint) {
  Hint inner = element.spread ? hint : elementHint(hint, label);
  if (element.spread)
    inner.first += list.elements.size();
  auto partial = element.spread ? std::nullopt : ofFlowing(*element.value, frame);
  Value value = partial ? *partial : eval(*element.value, frame, inner);
  if (value.nothing())
    return false;
  if (!element.spread) {
    list.elements.push_back({element.label ? label : "", std::make_shared<Value>(std::move(value))});
    return true;
  }
  const ListValue *spread = value.as<ListValue>();
  if (!spread) {
    error(diag::NotAList, frame, element.range, show(value)).cause(element.range);
    return false;
  }
  list.elements.insert(list.elements.end(), spread->elements.begin(), spread->elements.end());
  return true;
}

Value Elaborator::evalList(const ast::ListExpr &expr, Frame &frame, const Hint &hint) {
  ListValue list;
  for (const ast::Element &element : expr.elements) {
    std::string label = element.label ? element.label->text : std::to_string(hint.first + list.elements.size());
    if (!addElement(list, element, label, frame, hint))
      return {};
  }
  return list;
}

/// The label of an element of a comprehension: `{i}` in it is the value of `i` (rule path-3).
std::optional<std::string> Elaborator::filledLabel(const ast::Label &label, Frame &frame) {
  std::string result;
  for (size_t at = 0; at < label.text.size();) {
    size_t open = label.text.find('{', at), close = label.text.find('}', at);
    if (open == std::string::npos || close == std::string::npos || close < open)
      return result + label.text.substr(at);
    result += label.text.substr(at, open - at);
    std::string name = label.text.substr(open + 1, close - open - 1);
    Value value = evalName(name, label.range, frame);
    if (value.nothing())
      return std::nullopt;
    auto whole = wholeOf(value, frame);
    const auto *word = value.as<TextValue>();
    if (!whole && !word) {
      error(diag::NotASize, frame, label.range, show(value)).cause(label.range);
      return std::nullopt;
    }
    result += whole ? std::to_string(*whole) : word->text;
    at = close + 1;
  }
  return result;
}

/// `for i in 0..3`
static bool isLiteral(const ast::ForClause &clause) {
  const auto *range = clause.over->as<ast::RangeExpr>();
  return range && range->low->as<ast::NumberExpr>() && range->high->as<ast::NumberExpr>();
}

Value Elaborator::evalComprehension(const ast::ComprehensionExpr &expr, SourceRange range, Frame &frame,
                                    const Hint &hint) {
  ListValue list;
  bool ok = true;
  std::function<void(size_t)> walk = [&](size_t depth) {
    if (depth == expr.clauses.size()) {
      const ast::Element &element = *expr.element;
      auto label =
          element.label ? filledLabel(*element.label, frame) : std::to_string(hint.first + list.elements.size());
      ok = label && addElement(list, element, *label, frame, hint) && ok;
      ok = ok && countStep(frame, range, 20);
      if (ok && list.elements.size() > 100'000)
        ok = false, error(diag::TooManyInstances, frame, range).cause(range);
      return;
    }
    const ast::ForClause &clause = expr.clauses[depth];
    Value over = eval(*clause.over, frame);
    const ListValue *items = over.as<ListValue>();
    if (!items) {
      if (!over.nothing())
        error(diag::NotAList, frame, clause.range, show(over)).cause(clause.range);
      ok = false;
      return;
    }
    for (const ListElement &item : items->elements) {
      if (!ok)
        return;
      frame.scopes.emplace_back();
      ok = bindClause(clause, *item.value, frame);
      if (ok)
        walk(depth + 1);
      frame.scopes.pop_back();
    }
  };
  walk(0);
  // How many tensors there are, and so what they make together, is a matter of each use.
  frame.perUse |=
      !std::ranges::all_of(expr.clauses, isLiteral) &&
      std::ranges::any_of(list.elements, [](const ListElement &one) { return one.value->as<TensorValue>(); });
  return ok ? Value(list) : Value();
}

static Size product(std::span<const Size> shape) {
  Size all(1);
  for (const Size &axis : shape)
    all = all * axis;
  return all;
}

/// `x as [B, 4 * N]`: the products of neighbouring axes must agree (rule size-10).
Value Elaborator::evalCast(const ast::CastExpr &expr, SourceRange range, Frame &frame) {
  Value value = eval(*expr.value, frame);
  for (const ast::CastStep &step : expr.steps) {
    const TensorValue *x = value.as<TensorValue>();
    if (!x) {
      if (!value.nothing())
        error(diag::NotATensor, frame, expr.value->range, show(value)).cause(range);
      return {};
    }
    TensorType type{x->type.elem, {}};
    for (const ast::Axis &axis : step.shape) {
      if (axis.ellipsis) {
        const auto *name = axis.size ? axis.size->as<ast::NameExpr>() : nullptr;
        auto pack = frame.packs.find(name ? name->name : "...");
        if (pack == frame.packs.end()) {
          error(diag::UnknownPack, frame, axis.range, text(axis.range)).cause(axis.range);
          return {};
        }
        type.shape.insert(type.shape.end(), pack->second.begin(), pack->second.end());
        continue;
      }
      auto size = evalSize(*axis.size, frame);
      if (!size)
        return {};
      type.shape.push_back(*size);
    }
    if (!regroups(x->type.shape, type.shape, frame)) {
      auto builder = error(diag::CannotReshape, frame, step.range, show(x->type), show(type));
      std::string from = elementCount(x->type.shape), to = elementCount(type.shape);
      if (from != to && !from.empty() && !to.empty())
        builder.fact(from + " cannot be " + to);
      else if (frame.facts.proveEqual(product(x->type.shape), product(type.shape)))
        builder
            .help("`as` splits and merges neighbouring axes and moves none: index notation exchanges axes, such as "
                  "`y[b, j, i] = x[b, i, j]`")
            .help("if the numbers are meant to be read on in this order, merge first: `as [B, I * J] as [B, J, I]`");
      hintNegativeAxis(builder, step, x->type.shape, type.shape, frame.facts);
      builder.cause(step.range);
      return {};
    }
    value = emit(frame, "reshape", {*x}, type, step.range);
  }
  return value;
}

/// How many axes of both shapes make the shortest run with equal products; nothing if there is none.
static std::optional<std::pair<size_t, size_t>> firstRun(std::span<const Size> from, std::span<const Size> to,
                                                         const SizeFacts &facts) {
  for (size_t both = 1; both <= from.size() + to.size(); ++both)
    for (size_t own = both - std::min(both, to.size()); own <= std::min(both, from.size()); ++own)
      if (facts.proveEqual(product(from.first(own)), product(to.first(both - own))))
        return std::pair(own, both - own);
  return std::nullopt;
}

/// Whether an axis stands on both sides of a run of several, at other places: merging and splitting moves none.
static bool movesAxis(std::span<const Size> from, std::span<const Size> to, const SizeFacts &facts) {
  return from.size() > 1 && to.size() > 1 && std::ranges::any_of(from, [&](const Size &axis) {
           return std::ranges::any_of(to, [&](const Size &other) { return facts.proveEqual(axis, other); });
         });
}

/// True if `from` and `to` fall into runs of axes with equal products, in order, and no axis of a run has moved.
bool Elaborator::regroups(const std::vector<Size> &from, const std::vector<Size> &to, const Frame &frame) const {
  std::span<const Size> left(from), right(to);
  while (!left.empty() || !right.empty()) {
    auto run = firstRun(left, right, frame.facts);
    if (!run || movesAxis(left.first(run->first), right.first(run->second), frame.facts))
      return false;
    left = left.subspan(run->first);
    right = right.subspan(run->second);
  }
  return true;
}

Value Elaborator::evalPostfix(const ast::PostfixExpr &expr, SourceRange range, Frame &frame, const Hint &hint) {
  if (auto known = memberOfDim(expr, frame))
    return *known;
  if (!indexScopes.empty() && std::holds_alternative<ast::SubscriptSuffix>(expr.suffixes.back().node))
    return indexedRead(expr, range, frame);
  Value value;
  size_t first = 0;
  const auto *name = expr.base->as<ast::NameExpr>();
  const auto *callSuffix = std::get_if<ast::CallSuffix>(&expr.suffixes[0].node);
  if (name && callSuffix && !frame.find(name->name)) {
    SourceRange whole = support::join(expr.base->range, expr.suffixes[0].range);
    value =
        call(name->name, callSuffix->args, whole, expr.base->range, frame, expr.suffixes.size() == 1 ? hint : Hint());
    first = 1;
  } else {
    value = eval(*expr.base, frame);
  }
  for (size_t i = first; i < expr.suffixes.size(); ++i) {
    if (value.nothing())
      return {};
    const ast::Suffix &suffix = expr.suffixes[i];
    if (const auto *member = std::get_if<ast::MemberSuffix>(&suffix.node)) {
      value = this->member(value, member->name, frame);
    } else if (const auto *subscript = std::get_if<ast::SubscriptSuffix>(&suffix.node)) {
      value = this->subscript(value, *subscript, suffix.range, frame);
    } else {
      auto args = dataArgs(std::get<ast::CallSuffix>(suffix.node).args, frame);
      if (!args)
        return {};
      value = applyValue(value, *args, support::join(expr.base->range, suffix.range), frame, {});
    }
  }
  return value;
}

/// Subscripts outside of index definitions (rule index-5): whole axes, single positions, ranges of one axis.
Value Elaborator::subscript(const Value &base, const ast::SubscriptSuffix &suffix, SourceRange range, Frame &frame) {
  // A padding that is one number, or a word, is the same along each axis (rule size-2).
  if (const auto *word = base.as<TextValue>(); word && word->word)
    return base;
  if (const ListValue *list = base.as<ListValue>()) {
    if (list->repeats)
      return *list->elements[0].value;
    std::optional<int64_t> place;
    if (suffix.slices.size() == 1 && !suffix.slices[0].colon && suffix.slices[0].lower)
      place = wholeOf(eval(*suffix.slices[0].lower, frame), frame);
    if (!place || *place < 0 || *place >= int64_t(list->elements.size())) {
      error(diag::NoSuchElement, frame, range, int64_t(list->elements.size())).cause(range);
      return {};
    }
    return *list->elements[*place].value;
  }
  const TensorValue *x = base.as<TensorValue>();
  if (!x) {
    error(diag::NotATensor, frame, range, show(base)).cause(range);
    return {};
  }
  return sliceTensor(*x, suffix, range, frame);
}

std::string Elaborator::text(SourceRange range) const { return std::string(sources.text(range)); }

} // namespace nnc::dsl
