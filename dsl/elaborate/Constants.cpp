// Numbers and lists of numbers as tensors (rules num-1, size-2).
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::dsl {

using ast::BinaryOp;
using support::SourceRange;
namespace diag = support::diag;

bool holdsNumbers(const ListValue &list) {
  return !list.vector && !list.elements.empty() &&
         std::all_of(list.elements.begin(), list.elements.end(), [](const ListElement &element) {
           const auto *inner = element.value->as<ListValue>();
           return element.value->as<NumberValue>() || (inner && holdsNumbers(*inner));
         });
}

namespace {

/// The numbers of nested lists row by row, and the shape they make.
struct Flattened {
  std::vector<int64_t> shape;
  std::vector<const Value *> numbers;
  std::string uneven; // why they make none

  void read(const ListValue &list, size_t depth) {
    auto length = int64_t(list.elements.size());
    if (depth == shape.size() && !numbers.empty())
      uneven = "a number stands beside a list";
    else if (depth == shape.size())
      shape.push_back(length);
    else if (shape[depth] != length)
      uneven = "here are lists of " + std::to_string(shape[depth]) + " and of " + std::to_string(length);
    for (const ListElement &element : list.elements) {
      if (!uneven.empty())
        return;
      if (const auto *inner = element.value->as<ListValue>())
        read(*inner, depth + 1);
      else if (depth + 1 < shape.size())
        uneven = "a number stands beside a list";
      else
        numbers.push_back(element.value.get());
    }
  }
};

} // namespace

/// A number must still be itself in the type that it takes: beyond the largest of f32 it would be infinite, below the
/// smallest 0.
bool Elaborator::fitsElem(double value, Elem elem, SourceRange range, Frame &frame) {
  bool isF32 = elem == Elem::F32;
  if (value == 0 || (!isF32 && elem != Elem::F64) || generic)
    return true;
  bool tooLarge = !std::isfinite(value) || (isF32 && std::abs(value) > std::numeric_limits<float>::max());
  if (!tooLarge && (!isF32 || float(value) != 0))
    return true;
  if (frame.inLibrary() && sink.hasErrors()) // it follows from a size that has been refused
    return false;
  std::string shown = frame.inLibrary() ? show(real(value)) : "`" + text(range) + "`";
  error(diag::NumberDoesNotFit, frame, range, shown, isF32 ? "f32" : "f64",
        std::isnan(value) ? "no number"
        : tooLarge        ? "infinite"
                          : "0")
      .cause(blame(frame, range));
  return false;
}

/// `[0.5, 0.8, 0.5]` where a tensor is wanted.
std::optional<TensorValue> Elaborator::listTensor(const ListValue &list, ElemType wanted, SourceRange range,
                                                  Frame &frame) {
  if (wanted.kind == ElemType::Label || wanted.kind == ElemType::Bool) {
    error(diag::NotATensor, frame, range, "a list of numbers").cause(range);
    return std::nullopt;
  }
  Flattened flat;
  flat.read(list, 0);
  if (!flat.uneven.empty()) {
    error(diag::ListUneven, frame, range, flat.uneven).cause(range);
    return std::nullopt;
  }
  std::vector<double> values;
  for (const Value *one : flat.numbers) {
    auto known = realOf(*one, frame);
    if (!known && !generic) {
      later(frame, range, "a free size in a list of numbers");
      return std::nullopt;
    }
    if (!fitsElem(known.value_or(0), elemOf(wanted), range, frame))
      return std::nullopt;
    values.push_back(known.value_or(0));
    if (one->as<NumberValue>()->whole || wanted.isFloat())
      continue;
    error(diag::NotWholeNumber, frame, range, show(*one)).cause(range);
    return std::nullopt;
  }
  TensorType type{wanted, {}};
  for (int64_t extent : flat.shape)
    type.shape.push_back(Size(extent));
  return emit(frame, "constant", {}, type, range, {{"values", std::move(values)}});
}

/// Beside a tensor a list has the axes of that, as far as the numbers are the same: three weights are one for each
/// member of a dim of three.
void Elaborator::takeAxes(TensorType &list, const TensorType &other, const Frame &frame) const {
  size_t count = std::min(list.shape.size(), other.shape.size());
  for (size_t i = 1; i <= count; ++i) {
    const Size &axis = other.shape[other.shape.size() - i];
    Size &own = list.shape[list.shape.size() - i];
    if (substitute(frame.rootSize(axis), module.dimSizes) == own)
      own = axis;
  }
}

/// A number where a tensor is wanted: rank 0, of the type it meets (rule num-1).
std::optional<TensorValue> Elaborator::asTensor(const Value &value, ElemType wanted, SourceRange range, Frame &frame) {
  if (const TensorValue *tensor = value.as<TensorValue>())
    return *tensor;
  if (const ListValue *list = value.as<ListValue>(); list && holdsNumbers(*list))
    return listTensor(*list, wanted, range, frame);
  if (const MemberValue *member = value.as<MemberValue>())
    return constant(frame, double(member->place), {ElemType::Label, member->members}, range);
  if (const BoolValue *b = value.as<BoolValue>())
    return constant(frame, b->value ? 1 : 0, {ElemType::Bool, {}}, range);
  const NumberValue *n = value.as<NumberValue>();
  if (!n) {
    if (!value.nothing())
      error(diag::NotATensor, frame, range, show(value)).cause(range);
    return std::nullopt;
  }
  if (!n->whole && !wanted.isFloat()) {
    error(diag::NotWholeNumber, frame, range, show(value)).cause(range);
    return std::nullopt;
  }
  if (auto known = realOf(value, frame))
    return fitsElem(*known, elemOf(wanted), range, frame) ? std::optional(constant(frame, *known, wanted, range))
                                                          : std::nullopt;
  return sizeValue(frame, n->size, wanted, range);
}

Value Elaborator::foldNumbers(BinaryOp op, const Value &a, const Value &b, SourceRange at, Frame &frame) {
  const NumberValue &x = *a.as<NumberValue>(), &y = *b.as<NumberValue>();
  if (x.whole && y.whole) {
    auto checked = [&](Size size) -> Value {
      if (!size.overflowed())
        return number(std::move(size));
      error(diag::SizeOverflow, frame, at).cause(at);
      return {};
    };
    auto divisor = wholeOf(b, frame);
    if ((op == BinaryOp::Div || op == BinaryOp::Mod) && divisor && *divisor == 0) {
      error(diag::DivisionByZero, frame, at).cause(at);
      return {};
    }
    switch (op) {
    case BinaryOp::Add:
      return checked(x.size + y.size);
    case BinaryOp::Sub:
      return checked(x.size - y.size);
    case BinaryOp::Mul:
      return checked(x.size * y.size);
    case BinaryOp::Mod:
      if (frame.facts.proveDivides(x.size, y.size))
        return number(Size(0));
      if (auto dividend = wholeOf(a, frame); dividend && divisor)
        return number(Size(*dividend % *divisor + (*dividend % *divisor < 0 ? std::abs(*divisor) : 0)));
      return checked(x.size - y.size * Size::floorDiv(x.size, y.size));
    default:
      return divideWhole(x.size, y.size, at, frame);
    }
  }
  auto left = realOf(a, frame), right = realOf(b, frame);
  if (!left || !right) {
    ElemType elem{ElemType::Float, {}};
    auto l = asTensor(a, elem, at, frame), r = asTensor(b, elem, at, frame);
    return emit(frame, opName(op), {*l, *r}, {elem, {}}, at);
  }
  if ((op == BinaryOp::Div || op == BinaryOp::Mod) && *right == 0 && !frame.inLibrary()) {
    error(diag::DivisionByZero, frame, at).cause(at);
    return {};
  }
  switch (op) {
  case BinaryOp::Add:
    return real(*left + *right);
  case BinaryOp::Sub:
    return real(*left - *right);
  case BinaryOp::Mul:
    return real(*left * *right);
  case BinaryOp::Mod:
    return real(std::fmod(*left, *right));
  default:
    return real(*left / *right);
  }
}

} // namespace nnc::dsl
