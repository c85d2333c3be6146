// A mask as a tensor of conditions: index notation over the axes that it reads, spread over the others.
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;

namespace {

void collectIndices(const MaskTerm &term, std::set<uint32_t> &used) {
  if (term.kind == MaskTerm::Index)
    used.insert(term.number);
  used.insert(term.at.begin(), term.at.end());
  for (const MaskTerm &part : term.parts)
    collectIndices(part, used);
}

void collectIndices(const Mask &mask, std::set<uint32_t> &used) {
  collectIndices(mask.left, used);
  collectIndices(mask.right, used);
  for (const Mask &part : mask.parts)
    collectIndices(part, used);
}

/// Writes the body of the index notation.
class Writer {
public:
  Writer(Generic &generic, const std::vector<uint32_t> &axes, std::vector<TensorValue> operands,
         const std::function<std::pair<ValueId, Elem>(const MaskTerm &)> &read)
      : generic(generic), axes(axes), first(operands.size()), read(read) {}

  ValueId write(const Mask &mask) {
    switch (mask.kind) {
    case Mask::All:
      return constant(1, Elem::Bool);
    case Mask::And:
    case Mask::Or: {
      ValueId value = write(mask.parts[0]);
      for (size_t i = 1; i < mask.parts.size(); ++i) {
        ValueId other = write(mask.parts[i]);
        value = node(mask.kind == Mask::And ? "and" : "or", {value, other}, Elem::Bool);
      }
      return value;
    }
    case Mask::Not:
      return node("not", {write(mask.parts[0])}, Elem::Bool);
    case Mask::Compare:
      break;
    }
    if (mask.left.kind == MaskTerm::Read && read(mask.left).second == Elem::Bool)
      return read(mask.left).first;
    ValueId left = write(mask.left), right = write(mask.right);
    ValueId value = node("compare", {left, right}, Elem::Bool);
    generic.body.back().attrs["predicate"] = mask.predicate;
    return value;
  }

private:
  Generic &generic;
  const std::vector<uint32_t> &axes;
  size_t first;
  const std::function<std::pair<ValueId, Elem>(const MaskTerm &)> &read;

  ValueId node(const std::string &op, std::vector<ValueId> operands, Elem elem) {
    Node made;
    made.op = op;
    made.operands = std::move(operands);
    made.results = {Type{elem, {}, {}, ""}};
    generic.body.push_back(std::move(made));
    return first + axes.size() + generic.body.size() - 1;
  }
  ValueId constant(double value, Elem elem) {
    ValueId made = node("constant", {}, elem);
    generic.body.back().attrs["value"] = value;
    return made;
  }
  ValueId write(const MaskTerm &term) {
    switch (term.kind) {
    case MaskTerm::Index:
      return first + (std::find(axes.begin(), axes.end(), term.number) - axes.begin());
    case MaskTerm::Constant:
      if (auto known = term.size.constant())
        return constant(double(*known), Elem::I64);
      [[fallthrough]];
    case MaskTerm::Read: {
      auto [value, elem] = read(term);
      return elem == Elem::I64 ? value : node("cast", {value}, Elem::I64);
    }
    default: {
      static const char *ops[] = {"add", "mul", "floor_div", "mod"};
      ValueId left = write(term.parts[0]), right = write(term.parts[1]);
      return node(ops[term.kind - MaskTerm::Add], {left, right}, Elem::I64);
    }
    }
  }
};

} // namespace

TensorValue Elaborator::maskTable(Frame &frame, const Mask &mask, const std::vector<TensorValue> &args,
                                  const TensorType &x, SourceRange range) {
  std::set<uint32_t> used;
  collectIndices(mask, used);
  std::vector<uint32_t> axes(used.begin(), used.end());
  TensorType type{{ElemType::Bool, {}}, {}};
  Generic generic;
  generic.indices = true;
  generic.resultRank = axes.size();
  std::vector<int64_t> dims;
  for (uint32_t axis : axes) {
    type.shape.push_back(x.shape[axis]);
    dims.push_back(axis);
    generic.names.push_back("i" + std::to_string(axis));
    generic.domain.push_back(substitute(frame.rootSize(x.shape[axis]), module.dimSizes));
  }
  // A condition that is there as it is needs no index notation.
  bool plain = mask.kind == Mask::Compare && mask.left.kind == MaskTerm::Read &&
               args[mask.left.number].type.elem.kind == ElemType::Bool &&
               std::is_sorted(mask.left.at.begin(), mask.left.at.end());
  if (plain) {
    TensorValue table{type, args[mask.left.number].id, args[mask.left.number].level};
    return broadcastTo(frame, table, x.shape, dims, range);
  }
  bool all = mask.kind == Mask::All, none = mask.kind == Mask::Not && mask.parts[0].kind == Mask::All;
  if (all || none)
    return broadcastTo(frame, constant(frame, all, {ElemType::Bool, {}}, range), x.shape, {}, range);
  std::vector<TensorValue> operands;
  auto addOperand = [&](const TensorValue &tensor, const std::vector<uint32_t> &at) {
    std::vector<AffineIndex> map;
    for (uint32_t index : at) {
      AffineIndex one;
      one.factors.assign(axes.size(), 0);
      one.factors[std::find(axes.begin(), axes.end(), index) - axes.begin()] = 1;
      map.push_back(std::move(one));
    }
    operands.push_back(tensor);
    generic.maps.push_back(std::move(map));
    generic.outside.push_back(std::nullopt);
  };
  // Every read, and every free size, is an operand of its own; equal ones are one.
  std::vector<std::pair<const MaskTerm *, ValueId>> places;
  std::function<void(const MaskTerm &)> collect = [&](const MaskTerm &term) {
    bool size = term.kind == MaskTerm::Constant && !term.size.constant();
    if (term.kind == MaskTerm::Read || size) {
      places.emplace_back(&term, operands.size());
      addOperand(size ? sizeValue(frame, term.size, {ElemType::Int, {}}, range) : args[term.number], term.at);
    }
    for (const MaskTerm &part : term.parts)
      collect(part);
  };
  std::function<void(const Mask &)> walk = [&](const Mask &one) {
    if (one.kind == Mask::Compare) {
      collect(one.left);
      collect(one.right);
    }
    for (const Mask &part : one.parts)
      walk(part);
  };
  walk(mask);
  std::function<std::pair<ValueId, Elem>(const MaskTerm &)> read = [&](const MaskTerm &term) {
    for (const auto &[known, place] : places)
      if (known == &term)
        return std::pair(place, elemOf(operands[place].type.elem));
    return std::pair(ValueId(0), Elem::I64);
  };
  generic.result = Writer(generic, axes, operands, read).write(mask);
  TensorValue table = emit(frame, "generic", operands, type, range);
  targets.back().nodes.back().generic = std::make_shared<const Generic>(std::move(generic));
  return broadcastTo(frame, table, x.shape, dims, range);
}

} // namespace nnc::dsl
