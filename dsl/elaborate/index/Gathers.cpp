// Subscripts that are tensors: `h[src[e], o]`, `table[labels]`, `x[b, y[b]]` (rules index-3, index-5, size-11).
#include "dsl/elaborate/Walk.h"
#include "dsl/elaborate/index/Subscript.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Whether a subscript reads a tensor: then its place is known when the program runs.
bool Elaborator::holdsTensor(const ast::Expr &expr, const IndexScope &scope, Frame &frame) {
  if (const auto *name = expr.as<ast::NameExpr>()) {
    bool isIndex = const_cast<IndexScope &>(scope).position(name->name);
    const Value *value = isIndex ? nullptr : frame.find(name->name);
    return value && value->as<TensorValue>();
  }
  if (const auto *postfix = expr.as<ast::PostfixExpr>())
    if (std::holds_alternative<ast::SubscriptSuffix>(postfix->suffixes.back().node)) {
      const auto *name = postfix->base->as<ast::NameExpr>();
      if (name && !frame.find(name->name) && module.dims.count(name->name)) // `Species["Iris setosa"]`
        return false;
      Value base = indexedBase(*postfix, frame);
      return base.as<TensorValue>() || base.nothing();
    }
  bool found = false;
  forEachChild(expr, [&](const ast::Expr &child) { found = found || holdsTensor(child, scope, frame); });
  return found;
}

/// A label indexes only the axis of its dim, `N[E]` only N; numbers any axis, checked when the program runs.
bool Elaborator::checkPositions(const TensorType &positions, const Size &axis, SourceRange range, Frame &frame,
                                bool &checked) {
  const ElemType &elem = positions.elem;
  bool isWhole = elem.kind == ElemType::Int || elem.kind == ElemType::I32;
  if (!isWhole && elem.kind != ElemType::Label) {
    error(diag::SubscriptKind, frame, range, show(positions)).cause(range);
    return false;
  }
  bool knowsRange = elem.kind == ElemType::Label || elem.members != Size();
  // What a free size bounds is checked as well: inputs are compared with numbers only.
  checked = !knowsRange || !substitute(frame.rootSize(elem.members), module.dimSizes).constant();
  if (!knowsRange || frame.sameSize(elem.members, axis))
    return true;
  error(diag::LabelOfAnotherAxis, frame, range, elem.members.str(), axis.str()).cause(range);
  return false;
}

/// The subscript as a tensor over the indices that it uses.
bool Elaborator::readGather(const ast::Expr &expr, const Size &axis, IndexScope &scope, Frame &frame,
                            Subscript &subscript) {
  std::vector<std::string> used;
  usedNames(expr, used);
  IndexScope inner;
  for (size_t i = 0; i < scope.indices.size(); ++i)
    if (std::find(used.begin(), used.end(), scope.indices[i].name) != used.end()) {
      inner.indices.push_back(scope.indices[i]);
      subscript.uses.push_back(i);
    }
  inner.resultRank = inner.indices.size();
  auto place = [&]() -> Value {
    Value value = eval(expr, frame);
    auto number = value.as<NumberValue>() ? asTensor(value, {ElemType::Int, {}}, expr.range, frame) : std::nullopt;
    const auto *free = value.as<TensorValue>();
    if (!subscript.clamped || !(number || free))
      return number ? Value(*number) : value;
    TensorValue at = number ? *number : *free, zero = constant(frame, 0, at.type.elem, expr.range);
    TensorValue last = sizeValue(frame, *subscript.clamped - Size(1), at.type.elem, expr.range);
    at = emit(frame, "min", {at, last}, at.type, expr.range);
    return emit(frame, "max", {at, zero}, at.type, expr.range);
  };
  Value positions = overIndices(std::move(inner), place, "none", expr.range, frame);
  const auto *tensor = positions.as<TensorValue>();
  if (!tensor || !checkPositions(tensor->type, axis, expr.range, frame, subscript.checked))
    return false;
  subscript.positions = *tensor;
  return true;
}

/// `table` with `axis` replaced by the axes of `positions`.
TensorValue Elaborator::gather(const TensorValue &table, const TensorValue &positions, int64_t axis, bool checked,
                               SourceRange range, Frame &frame) {
  TensorType type{table.type.elem, table.type.shape};
  auto place = type.shape.erase(type.shape.begin() + axis);
  type.shape.insert(place, positions.type.shape.begin(), positions.type.shape.end());
  return emit(frame, "gather", {table, positions}, type, range, {{"axis", axis}, {"checked", checked}});
}

/// The numbers 0, 1, … of an axis.
TensorValue Elaborator::positionsOf(const Size &axis, ElemType elem, SourceRange range, Frame &frame) {
  IndexScope scope;
  scope.indices.push_back({"i", axis, range});
  scope.resultRank = 1;
  Value numbers = overIndices(
      std::move(scope),
      [&] {
        IndexScope &inner = *indexScopes.back();
        TensorValue number = inner.number(*this, inner.indices[0]);
        return elemOf(elem) == Elem::I64 ? number : emit(frame, "cast", {number}, {elem, {}}, range);
      },
      "none", range, frame);
  return *numbers.as<TensorValue>();
}

TensorValue Elaborator::numbersFrom(const Size &low, const Size &count, SourceRange range, Frame &frame) {
  TensorValue numbers = positionsOf(count, {ElemType::Int, {}}, range, frame);
  if (low == Size(0))
    return numbers;
  auto aligned = align({numbers, sizeValue(frame, low, numbers.type.elem, range)}, {range, range}, "+", range, frame);
  return emit(frame, "add", *aligned, numbers.type, range);
}

void Elaborator::attach(Generic generic) {
  targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(generic));
}

/// Several subscripts that share indices, `x[b, y[b]]`: their axes become one, whose places are worked out together,
/// so that nothing is looked up that is not read.
bool Elaborator::joinGathers(TensorValue &table, std::vector<Subscript> &subscripts, IndexScope &scope,
                             SourceRange range, Frame &frame) {
  std::vector<bool> used(scope.indices.size());
  for (const Subscript &one : subscripts)
    for (size_t index : one.uses)
      used[index] = true;
  // Sums of indices that share one, and stay inside their axis, go along.
  std::vector<int64_t> joined, rest;
  for (size_t axis = 0; axis < subscripts.size(); ++axis) {
    const Subscript &one = subscripts[axis];
    bool shares = one.isGather;
    for (size_t i = 0; i < used.size(); ++i)
      shares = shares || (used[i] && !one.outside && one.usesIndex(i));
    (shares ? joined : rest).push_back(axis);
    for (size_t i = 0; shares && i < used.size(); ++i)
      used[i] = used[i] || one.usesIndex(i);
  }
  EntryLevel level(*this);
  IndexScope inner;
  std::vector<size_t> uses;
  for (size_t i = 0; i < used.size(); ++i)
    if (used[i]) {
      uses.push_back(i);
      inner.indices.push_back(scope.indices[i]);
    }
  inner.resultRank = uses.size();
  for (int64_t axis : joined) {
    Subscript &one = subscripts[axis];
    if (!one.checked)
      continue;
    // What only run time knows is checked against its own axis first.
    const TensorValue numbers = positionsOf(table.type.shape[axis], one.positions.type.elem, range, frame);
    one.positions = gather(numbers, one.positions, 0, true, range, frame);
  }
  auto place = [&]() -> Value {
    IndexScope &own = *indexScopes.back();
    std::optional<TensorValue> sum;
    Size stride(1);
    for (auto axis = joined.rbegin(); axis != joined.rend(); ++axis) {
      const Subscript &one = subscripts[*axis];
      Value part;
      if (one.isGather) {
        std::vector<AffineIndex> map;
        for (size_t index : one.uses) {
          map.emplace_back().factors.resize(uses.size());
          map.back().factors[std::find(uses.begin(), uses.end(), index) - uses.begin()] = 1;
        }
        TensorValue read = own.operand(*this, one.positions, map, std::nullopt);
        part =
            elemOf(read.type.elem) == Elem::I64 ? read : emit(frame, "cast", {read}, {{ElemType::Int, {}}, {}}, range);
      } else {
        part = eval(*one.expr, frame);
      }
      auto number = asTensor(part, {ElemType::Int, {}}, range, frame);
      if (!number)
        return {};
      TensorValue term = *number;
      term.type.elem = {ElemType::Int, {}};
      if (stride != Size(1))
        term = emit(frame, "mul", {term, sizeValue(frame, stride, term.type.elem, range)}, term.type, range);
      sum = sum ? emit(frame, "add", {*sum, term}, term.type, range) : term;
      stride = stride * table.type.shape[*axis];
      if (stride.overflowed()) {
        error(diag::SizeOverflow, frame, range).cause(range);
        return {};
      }
    }
    return *sum;
  };
  Value places = overIndices(inner, place, "none", range, frame);
  if (places.nothing())
    return false;
  // The joined axes in front, as one.
  std::vector<int64_t> perm = joined;
  perm.insert(perm.end(), rest.begin(), rest.end());
  TensorType type{table.type.elem, {}};
  for (int64_t axis : perm)
    type.shape.push_back(table.type.shape[axis]);
  if (!std::is_sorted(perm.begin(), perm.end()))
    table = emit(frame, "transpose", {table}, type, range, {{"perm", perm}});
  Size product(1);
  for (size_t i = 0; i < joined.size(); ++i)
    product = product * type.shape[i];
  type.shape.erase(type.shape.begin(), type.shape.begin() + joined.size());
  type.shape.insert(type.shape.begin(), product);
  table = emit(frame, "reshape", {table}, type, range);
  Subscript one;
  one.isGather = true;
  one.positions = *places.as<TensorValue>();
  one.uses = uses;
  std::vector<Subscript> result{one};
  for (int64_t axis : rest)
    result.push_back(subscripts[axis]);
  subscripts = std::move(result);
  return true;
}

/// What is read, or the other value where the place is outside of its axis.
static TensorValue keepInside(Elaborator &e, const TensorValue &read, const Elaborator::Subscript &one,
                              SourceRange range, Frame &frame) {
  const ElemType whole{ElemType::Int, {}};
  auto place = e.asTensor(e.eval(*one.expr, frame), whole, range, frame);
  if (!place)
    return read;
  auto compared = [&](const char *predicate, const TensorValue &bound) {
    return e.emit(frame, "compare", {*place, bound}, {{ElemType::Bool, {}}, {}}, range,
                  {{"predicate", std::string(predicate)}});
  };
  TensorValue low = compared("ge", e.constant(frame, 0, whole, range)),
              high = compared("lt", e.sizeValue(frame, *one.clamped, whole, range));
  TensorValue isInside = e.emit(frame, "and", {low, high}, low.type, range);
  return e.emit(frame, "select", {isInside, read, e.constant(frame, *one.outside, read.type.elem, range)}, read.type,
                range);
}

/// The number that is read where one or more subscripts are tensors.
Value Elaborator::gatheredRead(TensorValue table, std::vector<Subscript> subscripts, std::optional<double> outside,
                               IndexScope &scope, SourceRange range, Frame &frame) {
  size_t gathers = 0;
  bool shares = false;
  std::vector<Subscript> clamped;
  for (const Subscript &one : subscripts) {
    if (one.clamped)
      clamped.push_back(one);
    gathers += one.isGather;
    for (const Subscript &other : subscripts)
      for (size_t index : other.uses)
        shares = shares || (!one.isGather && !one.outside && one.usesIndex(index));
  }
  if ((gathers > 1 || shares) && !joinGathers(table, subscripts, scope, range, frame))
    return {};
  std::vector<AffineIndex> map;
  {
    EntryLevel level(*this);
    for (size_t axis = 0; axis < subscripts.size(); ++axis) {
      const Subscript &one = subscripts[axis];
      if (!one.isGather) {
        map.push_back(one.at);
        continue;
      }
      table = gather(table, one.positions, int64_t(map.size()), one.checked, range, frame);
      for (size_t index : one.uses) {
        map.emplace_back().factors.resize(scope.indices.size());
        map.back().factors[index] = 1;
      }
    }
  }
  TensorValue read = scope.operand(*this, table, std::move(map), outside);
  for (const Subscript &one : clamped)
    read = keepInside(*this, read, one, range, frame);
  return read;
}

} // namespace nnc::dsl
