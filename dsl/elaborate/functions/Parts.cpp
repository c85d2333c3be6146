// Functions whose signatures hold lists, counts or members: zeros, ones, rand, randn, concat, chunk, flip, last,
// one_hot, sort, top_k. Their shapes are worked out here, in the terms of the caller.
#include "dsl/elaborate/index/IndexScope.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// One call: its arguments by place, null where the default holds.
class PartsCall {
public:
  PartsCall(Elaborator &e, Frame &frame, SourceRange range, const std::vector<const Elaborator::Given *> &placed)
      : e(e), frame(frame), range(range), placed(placed) {}

  Value concat();
  Value chunk();
  Value flip();
  Value last();
  Value oneHot();
  Value sort(bool isTopK);

private:
  Elaborator &e;
  Frame &frame;
  SourceRange range;
  const std::vector<const Elaborator::Given *> &placed;

  const TensorValue *tensor();
  std::optional<int64_t> axis(const TensorType &type, size_t place);
  bool joins(const TensorType &a, const TensorType &b, int64_t axis, SourceRange at);
  Value lastStep(const TensorValue &x, int64_t axis, const TensorValue *lengths);
  Value positionOf(const TensorValue &x, int64_t axis, int64_t position);
};

bool Elaborator::isPartsFunction(const std::string &name) {
  static const std::set<std::string> names = {"zeros", "ones", "rand",    "randn", "concat", "chunk",
                                              "flip",  "last", "one_hot", "sort",  "top_k"};
  return names.count(name);
}

Value Elaborator::partsFunction(const Definition &definition, const std::vector<Given> &given, SourceRange range,
                                Frame &frame) {
  const std::string &name = definition.name;
  if (!indexScopes.empty())
    return later(frame, range, "`" + name + "` inside index notation");
  if (name == "zeros" || name == "ones" || name == "rand" || name == "randn")
    return filled(name, given, range, frame);
  std::vector<const Given *> placed;
  if (!place(definition.data().params, given, name, range, frame, placed, false))
    return {};
  PartsCall call(*this, frame, range, placed);
  if (name == "one_hot")
    return call.oneHot();
  if (name == "sort" || name == "top_k")
    return call.sort(name == "top_k");
  return name == "concat" ? call.concat() : name == "chunk" ? call.chunk() : name == "flip" ? call.flip() : call.last();
}

/// `zeros(B, hidden)`: one number, broadcast. `randn(B, hidden)`: a number for each element.
Value Elaborator::filled(const std::string &name, const std::vector<Given> &given, SourceRange range, Frame &frame) {
  std::vector<Size> shape;
  for (const Given &one : given) {
    const auto *n = one.value.as<NumberValue>();
    if (!one.name.empty()) {
      error(diag::UnknownArgument, frame, one.nameRange, name, one.name).cause(range);
      return {};
    }
    if (!n || !n->whole) {
      error(diag::NotASize, frame, one.range, show(one.value)).cause(range);
      return {};
    }
    shape.push_back(n->size);
  }
  if (name == "rand" || name == "randn")
    return random(name, shape, range, frame);
  TensorValue number = constant(frame, name == "ones" ? 1 : 0, {ElemType::Float, {}}, range);
  return broadcastTo(frame, number, shape, {}, range);
}

const TensorValue *PartsCall::tensor() {
  const auto *x = placed[0]->value.as<TensorValue>();
  if (!x && !placed[0]->value.nothing())
    e.error(diag::NotATensor, frame, placed[0]->range, e.show(placed[0]->value)).cause(range);
  return x;
}

/// The one axis that argument `place` means; the last one without it.
std::optional<int64_t> PartsCall::axis(const TensorType &type, size_t place) {
  SourceRange at = placed[place] ? placed[place]->range : range;
  AxesValue over{false, {}, {-1}};
  if (placed[place]) {
    const auto *given = placed[place]->value.as<AxesValue>();
    if (!given)
      return std::nullopt;
    over = *given;
  }
  auto dims = e.axesOf(over, type, at, frame);
  if (!dims)
    return std::nullopt;
  if (dims->size() == 1)
    return dims->front();
  e.error(diag::NotAnAxis, frame, at, "a list of " + std::to_string(dims->size())).cause(at);
  return std::nullopt;
}

bool PartsCall::joins(const TensorType &a, const TensorType &b, int64_t axis, SourceRange at) {
  bool fits = a.shape.size() == b.shape.size() && e.elemOf(a.elem) == e.elemOf(b.elem);
  for (size_t i = 0; fits && i < a.shape.size(); ++i)
    fits = int64_t(i) == axis || frame.facts.proveEqual(a.shape[i], b.shape[i]);
  if (!fits)
    e.error(diag::ConcatParts, frame, at, e.show(a), e.show(b)).cause(range);
  return fits;
}

Value PartsCall::concat() {
  const auto *list = placed[0]->value.as<ListValue>();
  if (!list) {
    e.error(diag::NotAList, frame, placed[0]->range, e.show(placed[0]->value)).cause(range);
    return {};
  }
  std::vector<TensorValue> parts;
  for (const ListElement &element : list->elements) {
    auto part = e.asTensor(*element.value, {ElemType::Float, {}}, placed[0]->range, frame);
    if (!part)
      return {};
    parts.push_back(*part);
  }
  if (parts.empty()) {
    e.error(diag::ConcatEmpty, frame, placed[0]->range).cause(range);
    return {};
  }
  // The joined axis is no size of its own any more: it is given by its place (rule size-9).
  if (const auto *over = placed[1] ? placed[1]->value.as<AxesValue>() : nullptr; over && !over->sizes.empty()) {
    const std::vector<Size> &shape = parts[0].type.shape;
    auto place = std::ranges::find(shape, over->sizes[0]);
    bool isOne = over->sizes.size() == 1 && std::ranges::count(shape, over->sizes[0]) == 1;
    std::vector<support::Edit> edits;
    if (isOne)
      edits.push_back({placed[1]->range, "axis(" + std::to_string(place - shape.begin()) + ")"});
    e.error(diag::NotAnAxis, frame, placed[1]->range, "the size `" + over->sizes[0].str() + "`")
        .help("write axis(i), counted from 0, or from the end with negative numbers", std::move(edits))
        .cause(placed[1]->range);
    return {};
  }
  auto joined = axis(parts[0].type, 1);
  if (!joined)
    return {};
  TensorType type = parts[0].type;
  type.from.clear();
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!joins(parts[0].type, parts[i].type, *joined, placed[0]->range))
      return {};
    type.shape[*joined] = type.shape[*joined] + parts[i].type.shape[*joined];
  }
  return parts.size() == 1 ? parts[0] : e.emit(frame, "concat", parts, type, range, {{"axis", *joined}});
}

Value PartsCall::chunk() {
  const TensorValue *x = tensor();
  auto dim = x ? axis(x->type, 2) : std::nullopt;
  if (!dim)
    return {};
  const Value &count = placed[1]->value;
  auto n = e.wholeOf(count, frame);
  if (!n) {
    e.error(diag::NotASize, frame, placed[1]->range, e.show(count)).cause(range);
    return {};
  }
  if (*n == 0) {
    e.error(diag::DivisionByZero, frame, placed[1]->range).cause(range);
    return {};
  }
  if (*n > 100'000) {
    e.error(diag::TooManyInstances, frame, range).cause(range);
    return {};
  }
  Value part = e.divideWhole(x->type.shape[*dim], count.as<NumberValue>()->size, range, frame);
  if (part.nothing())
    return {};
  TensorType type = x->type;
  type.from.clear();
  type.shape[*dim] = part.as<NumberValue>()->size;
  if (*n <= 1)
    return *n == 1 ? Value(*x) : Value(e.emit(frame, "split", {*x}, type, range, {{"axis", *dim}}));
  ResultsValue results;
  for (TensorValue &made : e.emitMany(frame, "split", {*x}, std::vector<TensorType>(*n, type), range, {{"axis", *dim}}))
    results.values.emplace_back("", std::move(made));
  return results;
}

/// Index notation over all axes, with those of `over` running backwards; of a free axis the op.
Value PartsCall::flip() {
  const TensorValue *x = tensor();
  const auto *over = x ? placed[1]->value.as<AxesValue>() : nullptr;
  auto dims = over ? e.axesOf(*over, x->type, placed[1]->range, frame) : std::nullopt;
  if (!dims)
    return {};
  Generic generic;
  std::vector<AffineIndex> map;
  for (size_t axis = 0; axis < x->type.shape.size(); ++axis) {
    Size extent = substitute(frame.rootSize(x->type.shape[axis]), e.module.dimSizes);
    AffineIndex at;
    at.factors.assign(x->type.shape.size(), 0);
    bool backwards = std::find(dims->begin(), dims->end(), int64_t(axis)) != dims->end();
    if (backwards && !extent.constant())
      return e.emit(frame, "flip", {*x}, x->type, range, {{"dims", *dims}});
    at.factors[axis] = backwards ? -1 : 1;
    at.offset = backwards ? *extent.constant() - 1 : 0;
    map.push_back(std::move(at));
    generic.names.push_back("i" + std::to_string(axis));
    generic.domain.push_back(std::move(extent));
  }
  generic.resultRank = x->type.shape.size();
  generic.maps.push_back(std::move(map));
  generic.outside.push_back(std::nullopt);
  TensorValue result = e.emit(frame, "generic", {*x}, x->type, range);
  e.targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(generic));
  return result;
}

Value PartsCall::last() {
  const TensorValue *x = tensor();
  auto dim = x ? axis(x->type, 1) : std::nullopt;
  if (!dim)
    return {};
  const Value *given = placed[2] ? &placed[2]->value : nullptr;
  const auto *word = given ? given->as<TextValue>() : nullptr;
  if (!given || (word && word->text == "none")) {
    auto extent = substitute(frame.rootSize(x->type.shape[*dim]), e.module.dimSizes).constant();
    return extent ? positionOf(*x, *dim, *extent - 1) : lastStep(*x, *dim, nullptr);
  }
  const auto *lengths = given->as<TensorValue>();
  if (!lengths || lengths->type.shape.size() != 1 || e.elemOf(lengths->type.elem) != Elem::I64) {
    e.error(diag::LengthsType, frame, placed[2]->range, "`length`", e.show(*given)).cause(range);
    return {};
  }
  return lastStep(*x, *dim, lengths);
}

/// Whether the label is the member, as a number, over the axes of the labels and one for the members.
Value PartsCall::oneHot() {
  const TensorValue *labels = tensor();
  if (!labels)
    return {};
  if (labels->type.elem.kind != ElemType::Label) {
    e.error(diag::OperandKind, frame, placed[0]->range, "one_hot", e.show(labels->type))
        .fact("it takes labels: their dim says how many places there are")
        .cause(range);
    return {};
  }
  IndexScope scope;
  std::vector<AffineIndex> map;
  size_t rank = labels->type.shape.size();
  for (size_t i = 0; i < rank; ++i) {
    scope.indices.push_back({"i" + std::to_string(i), labels->type.shape[i], range});
    map.emplace_back().factors.resize(rank + 1);
    map.back().factors[i] = 1;
  }
  scope.indices.push_back({"k", labels->type.elem.members, range});
  scope.resultRank = rank + 1;
  auto element = [&]() -> Value {
    IndexScope &own = *e.indexScopes.back();
    TensorValue label = own.operand(e, *labels, map, std::nullopt), member = own.number(e, own.indices[rank]);
    label = e.emit(frame, "cast", {label}, member.type, range);
    TensorValue same = e.emit(frame, "compare", {label, member}, {{ElemType::Bool, {}}, {}}, range,
                              {{"predicate", std::string("eq")}});
    return e.emit(frame, "cast", {same}, {{ElemType::Float, {}}, {}}, range);
  };
  return e.overIndices(std::move(scope), element, "none", range, frame);
}

/// Values and places of an axis in order; of `top_k` the first k of them, the largest first.
Value PartsCall::sort(bool isTopK) {
  const TensorValue *x = tensor();
  auto dim = x ? axis(x->type, isTopK ? 2 : 1) : std::nullopt;
  if (!dim)
    return {};
  if (!x->type.elem.isFloat()) {
    e.error(diag::OperandKind, frame, placed[0]->range, isTopK ? "top_k" : "sort", e.show(x->type)).cause(range);
    return {};
  }
  bool descending = isTopK;
  TensorType values{x->type.elem, x->type.shape};
  Size extent = values.shape[*dim];
  if (isTopK) {
    const auto *k = placed[1]->value.as<NumberValue>();
    auto count = e.wholeOf(placed[1]->value, frame), total = e.wholeOf(number(extent), frame);
    if (!k || !k->whole || (count && *count < 1) || (count && total && *count > *total)) {
      e.error(diag::TopKCount, frame, placed[1]->range, extent.str(), e.show(placed[1]->value)).cause(range);
      return {};
    }
    if (!count || !total)
      e.stateFact(frame, substitute(frame.rootSize(k->size), e.module.dimSizes), "le",
                  substitute(frame.rootSize(extent), e.module.dimSizes), k->size.str() + " <= " + extent.str(), range);
    values.shape[*dim] = k->size;
  } else if (placed[2]) {
    const auto *given = placed[2]->value.as<BoolValue>();
    if (!given) {
      e.error(diag::ConditionNotConstant, frame, placed[2]->range, e.show(placed[2]->value)).cause(range);
      return {};
    }
    descending = given->value;
  }
  auto made = e.emitMany(frame, "sort", {*x}, {values, values.with({ElemType::Int, {}})}, range,
                         {{"axis", *dim}, {"descending", descending}});
  // A place in a named axis is a member of it.
  if (extent.symbolName())
    made[1] = e.emit(frame, "cast", {made[1]}, values.with({ElemType::Label, extent}), range);
  ResultsValue results;
  results.values.emplace_back("values", made[0]);
  results.values.emplace_back("indices", made[1]);
  return results;
}

Value PartsCall::positionOf(const TensorValue &x, int64_t axis, int64_t position) {
  Generic generic;
  TensorType type{x.type.elem, {}};
  std::vector<AffineIndex> map;
  for (int64_t i = 0; i < int64_t(x.type.shape.size()); ++i) {
    AffineIndex at;
    at.factors.assign(x.type.shape.size() - 1, 0);
    if (i == axis) {
      at.offset = position;
    } else {
      at.factors[type.shape.size()] = 1;
      generic.names.push_back("i" + std::to_string(type.shape.size()));
      generic.domain.push_back(substitute(frame.rootSize(x.type.shape[i]), e.module.dimSizes));
      type.shape.push_back(x.type.shape[i]);
    }
    map.push_back(std::move(at));
  }
  generic.resultRank = type.shape.size();
  generic.maps.push_back(std::move(map));
  generic.outside.push_back(std::nullopt);
  TensorValue result = e.emit(frame, "generic", {x}, type, range);
  e.targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(generic));
  return result;
}

/// A scan that carries the newest step; rows stop at their length.
Value PartsCall::lastStep(const TensorValue &x, int64_t axis, const TensorValue *lengths) {
  TensorType type = x.type;
  type.from.clear();
  type.shape.erase(type.shape.begin() + axis);
  if (lengths && (type.shape.empty() || !frame.facts.proveEqual(type.shape[0], lengths->type.shape[0]))) {
    e.error(diag::LengthsRows, frame, placed[2]->range, lengths->type.shape[0].str(), "a step", e.show(type))
        .cause(range);
    return {};
  }
  TensorValue zero = e.constant(frame, 0, type.elem, range);
  TensorValue start = e.broadcastTo(frame, zero, type.shape, {}, range);
  std::vector<TensorValue> operands{start, x};
  Scan scan;
  scan.steps = substitute(frame.rootSize(x.type.shape[axis]), e.module.dimSizes);
  scan.carries = 1;
  scan.xsAxes = {axis};
  scan.lengths = lengths != nullptr;
  if (lengths)
    operands.push_back(*lengths);
  Type step = e.concrete(frame, type, range);
  scan.arguments = {{Elem::I64, {}, {}, ""}, step, step};
  scan.yields = {2};
  TensorValue result = e.emit(frame, "scan", operands, type, range);
  e.targets.back().nodes.back().scan = std::make_shared<const Scan>(std::move(scan));
  return result;
}

} // namespace nnc::dsl
