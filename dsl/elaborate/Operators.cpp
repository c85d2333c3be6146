// Operators on numbers and tensors; alignment by name (rule size-8).
#include "dsl/elaborate/Comparisons.h"
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"
#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/layers/ScanScope.h"

#include <algorithm>
#include <cmath>

namespace nnc::dsl {

using ast::BinaryOp;
using support::SourceRange;
namespace diag = support::diag;

/// An operator as it is written and as an op of the program.
struct OperatorText {
  const char *sign, *op;
};

static OperatorText textOf(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or:
    return {"or", "or"};
  case BinaryOp::And:
    return {"and", "and"};
  case BinaryOp::Add:
    return {"+", "add"};
  case BinaryOp::Sub:
    return {"-", "sub"};
  case BinaryOp::Mul:
    return {"*", "mul"};
  case BinaryOp::Div:
    return {"/", "div"};
  case BinaryOp::Mod:
    return {"%", "mod"};
  case BinaryOp::MatMul:
    return {"@", "contract"};
  }
  return {};
}

static const char *spell(BinaryOp op) { return textOf(op).sign; }
const char *opName(BinaryOp op) { return textOf(op).op; }

/// The type of a result whose operands have one shape: the operand that was not broadcast knows where its sizes are
/// from.
static TensorType resultType(const std::vector<TensorValue> &aligned, ElemType elem) {
  for (const TensorValue &value : aligned)
    if (value.type.from.size() == value.type.shape.size())
      return value.type.with(elem);
  return aligned[0].type.with(elem);
}

Value Elaborator::chain(const ast::ChainExpr &expr, Frame &frame, const Hint &) {
  Value value = eval(*expr.first, frame);
  SourceRange left = expr.first->range;
  for (const ast::ChainLink &link : expr.links) {
    if (value.nothing())
      return {};
    // `and`, `or` of conditions that are known now stop early, as everywhere.
    if (const BoolValue *known = value.as<BoolValue>())
      if ((link.op == BinaryOp::And && !known->value) || (link.op == BinaryOp::Or && known->value))
        continue;
    Value right = eval(*link.operand, frame);
    value = binary(link.op, value, right, left, link.opRange, link.operand->range, frame);
    left = support::join(left, link.operand->range);
  }
  return value;
}

Value Elaborator::binary(BinaryOp op, const Value &a, const Value &b, SourceRange aRange, SourceRange at,
                         SourceRange bRange, Frame &frame) {
  if (a.nothing() || b.nothing())
    return {};
  bool logic = op == BinaryOp::And || op == BinaryOp::Or;
  if (logic)
    if (auto mask = joinMasks(op, a, b, aRange, at, bRange, frame))
      return *mask;
  if (logic && a.as<BoolValue>() && b.as<BoolValue>())
    return BoolValue{op == BinaryOp::And ? a.as<BoolValue>()->value && b.as<BoolValue>()->value
                                         : a.as<BoolValue>()->value || b.as<BoolValue>()->value};
  if (a.as<NumberValue>() && b.as<NumberValue>() && !logic && op != BinaryOp::MatMul)
    return foldNumbers(op, a, b, at, frame);
  const TensorValue *x = a.as<TensorValue>(), *y = b.as<TensorValue>();
  // A list of numbers beside a tensor is a tensor of its elements.
  for (const Value *side : {&a, &b}) {
    const auto *list = side->as<ListValue>();
    const TensorValue *other = side == &a ? y : x;
    if (logic || !list || !other || !holdsNumbers(*list))
      continue;
    auto made = asTensor(*side, other->type.elem, side == &a ? aRange : bRange, frame);
    if (!made)
      return {};
    takeAxes(made->type, other->type, frame);
    return side == &a ? binary(op, *made, b, aRange, at, bRange, frame)
                      : binary(op, a, *made, aRange, at, bRange, frame);
  }
  bool numbersOk = !logic && op != BinaryOp::MatMul;
  if ((!x && !(numbersOk && a.as<NumberValue>())) || (!y && !(numbersOk && b.as<NumberValue>()))) {
    auto builder = error(diag::OperandKinds, frame, at, spell(op), show(a), show(b));
    builder.label(aRange, "").label(bRange, "").cause(at);
    if (op == BinaryOp::Add && a.as<ListValue>() && b.as<ListValue>())
      builder.help("a list takes in the elements of others with `...`",
                   {{support::join(aRange, bRange), "[..." + text(aRange) + ", ..." + text(bRange) + "]"}});
    if (!logic && asMask(a) && asMask(b))
      builder.help("masks are joined by `and` and `or`", {{at, "and"}});
    return {};
  }
  if (op == BinaryOp::MatMul)
    return matmul(*x, *y, aRange, at, bRange, frame);
  ElemType elem = x ? x->type.elem : y->type.elem;
  if (elem.kind == ElemType::Int)
    elem.members = Size(); // a sum of indices is a number
  bool isBool = elem.kind == ElemType::Bool, isLabel = elem.kind == ElemType::Label;
  bool same = !x || !y || (elemOf(x->type.elem) == elemOf(y->type.elem) && x->type.elem.kind != ElemType::Label);
  if (!same || isLabel || isBool != logic || (op == BinaryOp::Div && !elem.isFloat()) ||
      (op == BinaryOp::Mod && elem.isFloat())) {
    auto builder = error(diag::OperandElements, frame, at, spell(op), show(a), show(b));
    builder.label(aRange, show(a)).label(bRange, show(b)).cause(at);
    auto isCarry = [&](const TensorValue *side, SourceRange range) {
      return side && !side->type.elem.isFloat() && frame.scan && frame.scan->carries.count(text(range));
    };
    if (!logic && (isCarry(x, aRange) || isCarry(y, bRange)))
      builder.help("a carry keeps the type of its start: to compute with it, let it start with `0.0`");
    else if (!logic)
      hintFloat(builder, a, aRange, b, bRange);
    bool isInt = elem.kind == ElemType::Int && (!y || y->type.elem.kind == ElemType::Int);
    if (op == BinaryOp::Div && isInt && (x || a.as<NumberValue>()->whole) && (y || b.as<NumberValue>()->whole)) {
      SourceRange ratio = support::join(aRange, bRange);
      builder.help("the quotient rounded down is `floor(" + text(ratio) + ")`", around(ratio, "floor(", ")"));
    }
    return {};
  }
  // x + 0 is x: a bias that is switched off leaves no trace.
  if (op == BinaryOp::Add && x && !y && realOf(b, frame) == 0.0)
    return a;
  bool divides = op == BinaryOp::Div || op == BinaryOp::Mod;
  if (divides && b.as<NumberValue>() && realOf(b, frame) == 0.0 && !frame.inLibrary()) {
    error(diag::DivisionByZero, frame, at).cause(at);
    return {};
  }
  auto left = asTensor(a, elem, aRange, frame), right = asTensor(b, elem, bRange, frame);
  if (!left || !right)
    return {};
  auto aligned = align({*left, *right}, {aRange, bRange}, spell(op), at, frame);
  if (!aligned)
    return {};
  return emit(frame, opName(op), *aligned, resultType(*aligned, elem), at);
}

/// "`where N % 2 == 0` behind the result"
static std::string asCondition(const Size &a, const Size &b) {
  auto factor = [](const Size &size) {
    return size.constant() || size.symbolName() ? size.str() : "(" + size.str() + ")";
  };
  return "`where " + factor(a) + " % " + factor(b) + " == 0` behind the result";
}

/// `(H + 1) / 2`
static std::string divided(const Size &a, const Size &b) {
  auto inBrackets = [](const std::string &text) {
    return text.find_first_of("+-*/") == std::string::npos ? text : "(" + text + ")";
  };
  bool isSum = a.str().find_first_of("+-") != std::string::npos;
  return (isSum ? inBrackets(a.str()) : a.str()) + " / " + inBrackets(b.str());
}

/// a / b of whole numbers is exact: proven, or checked with the numbers of this instance (rule size-4).
Value Elaborator::divideWhole(const Size &a, const Size &b, SourceRange at, Frame &frame) {
  Size numberA = substitute(frame.rootSize(a), module.dimSizes),
       numberB = substitute(frame.rootSize(b), module.dimSizes);
  Size quotient = Size::quotient(a, b);
  if (frame.facts.proveDivides(a, b))
    return number(quotient);
  auto x = numberA.constant(), y = numberB.constant();
  if (x && y && *x % *y == 0)
    return number(quotient);
  if (x && y) {
    std::string shown = divided(a, b);
    std::string instance = a.constant() && b.constant() ? "" : " = " + std::to_string(*x) + " / " + std::to_string(*y);
    auto builder = error(diag::NotWhole, frame, at, shown + instance);
    builder.help("write floor(" + shown + "), or one side as a decimal if a fraction is meant").cause(at);
    bool isPassedOn = !instance.empty() && !frame.inLibrary() && frame.caller && frame.call.valid();
    if (isPassedOn) // what a use gave; `where` would have said so there
      builder.note(frame.call, "in this use").help("or let each use answer for it: " + asCondition(a, b));
    return {};
  }
  auto builder = error(diag::NotProvenWhole, frame, at, divided(a, b));
  builder.help("write floor(" + divided(a, b) + ")").cause(at);
  if (!frame.inLibrary())
    builder.help("or state it: " + asCondition(a, b));
  return {};
}

Value Elaborator::unary(const ast::UnaryExpr &expr, Frame &frame) {
  Value value = eval(*expr.operand, frame);
  bool isNot = expr.op == ast::UnaryOp::Not;
  if (value.nothing())
    return {};
  if (const BoolValue *b = value.as<BoolValue>(); b && isNot)
    return BoolValue{!b->value};
  if (const MaskValue *mask = value.as<MaskValue>(); mask && isNot)
    return invertMask(*mask, support::join(expr.opRange, expr.operand->range));
  if (const NumberValue *n = value.as<NumberValue>(); n && !isNot)
    return n->whole ? number(-n->size) : real(-n->real);
  const TensorValue *x = value.as<TensorValue>();
  bool fits =
      x && (isNot ? x->type.elem.kind == ElemType::Bool : x->type.elem.isFloat() || x->type.elem.kind == ElemType::Int);
  if (!fits) {
    error(diag::OperandKind, frame, expr.opRange, isNot ? "not" : "-", show(value)).cause(expr.opRange);
    return {};
  }
  return emit(frame, isNot ? "not" : "neg", {*x}, x->type, expr.opRange);
}

static const char *spell(ast::CompareOp op) {
  static const char *names[] = {"<", "<=", ">", ">=", "==", "!="};
  return names[int(op)];
}

/// A member beside labels is a tensor; labels beside an index that runs over their members are numbers.
bool Elaborator::meetLabels(Value &a, Value &b, SourceRange aRange, SourceRange bRange, Frame &frame) {
  for (Value *side : {&a, &b})
    if (side->as<MemberValue>() && (side == &a ? b : a).as<TensorValue>()) {
      auto made = asTensor(*side, {}, side == &a ? aRange : bRange, frame);
      *side = *made;
    }
  for (Value *side : {&a, &b}) {
    const auto *labels = side->as<TensorValue>(), *index = (side == &a ? b : a).as<TensorValue>();
    bool meet = labels && index && labels->type.elem.kind == ElemType::Label &&
                index->type.elem.kind == ElemType::Int && index->type.elem.members != Size() &&
                frame.sameSize(labels->type.elem.members, index->type.elem.members);
    if (meet)
      *side = emit(frame, "cast", {*labels}, labels->type.with({ElemType::Int, {}}), aRange);
  }
  return !a.nothing() && !b.nothing();
}

Value Elaborator::compare(const ast::CompareExpr &expr, Frame &frame) {
  Value a = eval(*expr.lhs, frame);
  // Beside a word a name is a word, whatever else is called so: `merge == sum`.
  const auto *word = a.as<TextValue>();
  const auto *name = word && word->word ? expr.rhs->as<ast::NameExpr>() : nullptr;
  Value b = name && !frame.find(name->name) ? Value(TextValue{name->name, true}) : eval(*expr.rhs, frame);
  if (a.nothing() || b.nothing())
    return {};
  if (!meetLabels(a, b, expr.lhs->range, expr.rhs->range, frame))
    return {};
  bool equality = expr.op == ast::CompareOp::Eq || expr.op == ast::CompareOp::Ne;
  if (a.as<NumberValue>() && b.as<NumberValue>()) {
    auto x = a.as<NumberValue>(), y = b.as<NumberValue>();
    if (x->whole && y->whole && equality && frame.facts.proveEqual(x->size, y->size))
      return BoolValue{expr.op == ast::CompareOp::Eq};
    auto left = realOf(a, frame), right = realOf(b, frame);
    if (left && right)
      return BoolValue{holds(expr.op, *left, *right)};
    Size difference = x->whole && y->whole ? frame.facts.normal(x->size - y->size) : Size::overflow();
    if (choices && !difference.overflowed())
      return BoolValue{
          choices->decide(frame.rootSize(difference), expr.op, text(support::join(expr.lhs->range, expr.rhs->range)))};
    error(diag::ConditionNotConstant, frame, expr.opRange, "a comparison of free sizes").cause(expr.opRange);
    return {};
  }
  // `h0 == none`: whether it is missing.
  auto isNone = [](const Value &value) {
    const auto *text = value.as<TextValue>();
    return text && text->word && text->text == "none";
  };
  if (equality && isNone(a) != isNone(b))
    return BoolValue{expr.op == ast::CompareOp::Ne};
  if (equality && a.as<TextValue>() && b.as<TextValue>())
    return BoolValue{(a.as<TextValue>()->text == b.as<TextValue>()->text) == (expr.op == ast::CompareOp::Eq)};
  const auto *first = a.as<MemberValue>(), *second = b.as<MemberValue>();
  if (equality && first && second && first->members == second->members)
    return BoolValue{(first->place == second->place) == (expr.op == ast::CompareOp::Eq)};
  if (equality && a.as<BoolValue>() && b.as<BoolValue>())
    return BoolValue{(a.as<BoolValue>()->value == b.as<BoolValue>()->value) == (expr.op == ast::CompareOp::Eq)};
  const TensorValue *x = a.as<TensorValue>(), *y = b.as<TensorValue>();
  ElemType elem = x ? x->type.elem : y ? y->type.elem : ElemType();
  bool labels = elem.kind == ElemType::Label;
  bool known = (x || a.as<NumberValue>()) && (y || b.as<NumberValue>()) && (x || y);
  bool same =
      known && (!x || !y ||
                (elemOf(x->type.elem) == elemOf(y->type.elem) && labels == (y->type.elem.kind == ElemType::Label) &&
                 (!labels || frame.facts.proveEqual(elem.members, y->type.elem.members))));
  if (!same || elem.kind == ElemType::Bool || (labels && (!equality || !x || !y))) {
    auto builder = error(diag::OperandElements, frame, expr.opRange, spell(expr.op), show(a), show(b));
    builder.label(expr.lhs->range, show(a)).label(expr.rhs->range, show(b));
    if (labels && y && y->type.elem.kind == ElemType::Label && equality)
      builder.fact("a member of " + elem.members.str() + " is never one of " + y->type.elem.members.str());
    if (expr.op == ast::CompareOp::Gt && (b.as<LayerValue>() || b.as<FunctionValue>()))
      builder.help("the next stage follows `|>`", {{expr.opRange, "|>"}});
    builder.cause(expr.opRange);
    return {};
  }
  auto left = asTensor(a, elem, expr.lhs->range, frame), right = asTensor(b, elem, expr.rhs->range, frame);
  if (!left || !right)
    return {};
  auto aligned = align({*left, *right}, {expr.lhs->range, expr.rhs->range}, spell(expr.op), expr.opRange, frame);
  if (!aligned)
    return {};
  return emit(frame, "compare", *aligned, resultType(*aligned, {ElemType::Bool, {}}), expr.opRange,
              {{"predicate", std::string(predicateOf(expr.op))}});
}

Value Elaborator::power(const ast::PowerExpr &expr, Frame &frame) {
  Value base = eval(*expr.base, frame), exponent = eval(*expr.exponent, frame);
  if (base.nothing() || exponent.nothing())
    return {};
  auto whole = wholeOf(exponent, frame);
  if (const NumberValue *n = base.as<NumberValue>(); n && n->whole && whole && *whole >= 0 && *whole <= 64) {
    Size result(1);
    for (int64_t i = 0; i < *whole; ++i)
      result = result * n->size;
    if (!result.overflowed())
      return number(result);
  }
  auto x = realOf(base, frame), y = realOf(exponent, frame);
  if (x && y)
    return real(std::pow(*x, *y));
  // Whatever number a use gives: a size that is equal to itself alone.
  const auto *n = base.as<NumberValue>(), *times = exponent.as<NumberValue>();
  if (generic && n && times && n->whole && times->whole)
    return number(Size::symbol("(" + n->size.str() + ") ** (" + times->size.str() + ")"));
  const TensorValue *tensor = base.as<TensorValue>();
  ElemType elem = tensor ? tensor->type.elem : ElemType();
  if (!elem.isFloat() || (!tensor && !exponent.as<TensorValue>())) {
    error(diag::OperandElements, frame, expr.opRange, "**", show(base), show(exponent)).cause(expr.opRange);
    return {};
  }
  // Small whole powers are products: exact, and differentiable at 0.
  if (tensor && whole && *whole >= 1 && *whole <= 4) {
    TensorValue result = *tensor;
    for (int64_t i = 1; i < *whole; ++i)
      result = emit(frame, "mul", {result, *tensor}, tensor->type, expr.opRange);
    return result;
  }
  auto left = asTensor(base, elem, expr.base->range, frame),
       right = asTensor(exponent, elem, expr.exponent->range, frame);
  if (!left || !right)
    return {};
  auto aligned = align({*left, *right}, {expr.base->range, expr.exponent->range}, "**", expr.opRange, frame);
  if (!aligned)
    return {};
  return emit(frame, "pow", *aligned, resultType(*aligned, elem), expr.opRange);
}

/// a @ b: a's last axis with b's last but one, or only, axis (rule size-9). Leading axes of b must be a's.
Value Elaborator::matmul(const TensorValue &a, const TensorValue &b, SourceRange aRange, SourceRange at,
                         SourceRange bRange, Frame &frame) {
  const auto &x = a.type.shape, &y = b.type.shape;
  auto mismatch = [&](const std::string &why) {
    error(diag::ShapeMismatch, frame, at, "@")
        .label(aRange, show(a.type))
        .label(bRange, show(b.type))
        .fact(why)
        .cause(at);
    return Value();
  };
  if (!a.type.elem.isFloat() || elemOf(a.type.elem) != elemOf(b.type.elem)) {
    error(diag::OperandElements, frame, at, "@", show(a.type), show(b.type)).cause(at);
    return {};
  }
  if (x.empty() || y.empty())
    return mismatch("a number has no axis to sum over: write `*`");
  size_t inner = y.size() == 1 ? 0 : y.size() - 2;
  if (!frame.facts.proveEqual(x.back(), y[inner]))
    return mismatch("the last axis of the left side is " + x.back().str() + ", the " +
                    (y.size() == 1 ? "axis" : "last axis but one") + " of the right side is " + y[inner].str());
  size_t batch = y.size() > 2 ? y.size() - 2 : 0;
  if (batch && x.size() != y.size())
    return mismatch("a product of stacks of matrices needs equally many axes on both sides");
  std::string left, right, result;
  for (size_t i = 0; i < x.size(); ++i)
    left += char('a' + i);
  for (size_t i = 0; i < batch; ++i) {
    if (!frame.facts.proveEqual(x[i], y[i]))
      return mismatch("axis " + std::to_string(i) + " differs: " + x[i].str() + " and " + y[i].str());
    right += left[i];
  }
  right += left.back();
  result = left.substr(0, left.size() - 1);
  TensorType type{a.type.elem, {x.begin(), x.end() - 1}};
  for (size_t i = 0; i + 1 < x.size(); ++i)
    type.from.push_back(a.type.origin(i));
  if (y.size() > 1) {
    right += 'z';
    result += 'z';
    type.shape.push_back(y.back());
    type.from.push_back(b.type.origin(y.size() - 1));
  }
  return emit(frame, "contract", {a, b}, type, at, {{"spec", left + "," + right + "->" + result}});
}

namespace {

/// Ways to embed the axes of `small` in those of `large`, in order; at most two are of interest.
struct Embedding {
  const std::vector<Size> &small, &large;
  const SizeFacts &facts;
  std::vector<int64_t> current, found;
  int count = 0;

  bool matches(size_t i, size_t j) const {
    Size a = facts.normal(small[i]), b = facts.normal(large[j]);
    if (!a.named() || !b.named())
      return small.size() - i == large.size() - j && a == b;
    return facts.proveEqual(a, b);
  }
  void search(size_t i, size_t from) {
    if (i == small.size()) {
      if (++count == 1)
        found = current;
      return;
    }
    for (size_t j = from; j + (small.size() - i) <= large.size() && count < 2; ++j)
      if (matches(i, j)) {
        current.push_back(j);
        search(i + 1, j + 1);
        current.pop_back();
      }
  }
};

} // namespace

std::optional<std::vector<int64_t>> Elaborator::embed(const TensorType &small, const TensorType &large,
                                                      const Frame &frame) const {
  Embedding embedding{small.shape, large.shape, frame.facts, {}, {}, 0};
  embedding.search(0, 0);
  return embedding.count == 1 ? std::optional(embedding.found) : std::nullopt;
}

std::optional<std::vector<TensorValue>> Elaborator::align(const std::vector<TensorValue> &values,
                                                          const std::vector<SourceRange> &ranges,
                                                          const std::string &what, SourceRange at, Frame &frame) {
  size_t largest = 0;
  for (size_t i = 1; i < values.size(); ++i)
    if (values[i].type.shape.size() > values[largest].type.shape.size())
      largest = i;
  const std::vector<Size> &shape = values[largest].type.shape;
  std::vector<TensorValue> result;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::vector<Size> &own = values[i].type.shape;
    if (i == largest) {
      result.push_back(values[i]);
      continue;
    }
    Embedding embedding{own, shape, frame.facts, {}, {}, 0};
    embedding.search(0, 0);
    if (embedding.count != 1 || differInUnits(own, shape, frame.facts)) {
      size_t other = i < largest ? largest : i, one = i < largest ? i : largest;
      if (embedding.count > 1)
        error(diag::AmbiguousAxes, frame, at, what)
            .label(ranges[one], show(values[one].type))
            .label(ranges[other], show(values[other].type))
            .cause(at);
      else
        reportShapes(values[one], values[other], ranges[one], ranges[other], what, at, frame);
      return std::nullopt;
    }
    result.push_back(broadcastTo(frame, values[i], shape, embedding.found, at));
  }
  return result;
}

} // namespace nnc::dsl
