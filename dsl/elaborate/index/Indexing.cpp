// Index notation: `y[b, o] = sum[i] x[b, i] * w[o, i]` (rules index-1 to index-5).
#include "dsl/elaborate/Walk.h"
#include "dsl/elaborate/index/IndexScope.h"

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

/// `[b, t]`: the indices that run over the axes, if each axis has one; else "".
std::string IndexScope::subscriptsFor(const TensorType &type, const Frame &frame) const {
  std::string subscripts;
  for (const Size &axis : type.shape) {
    const Index *found = nullptr;
    int count = 0;
    for (const Index &index : indices)
      if (index.range && frame.facts.proveEqual(*index.range, axis)) {
        found = &index;
        ++count;
      }
    if (count != 1)
      return "";
    subscripts += (subscripts.empty() ? "[" : ", ") + found->name;
  }
  return subscripts + "]";
}

Value IndexScope::readScalar(Elaborator &e, const TensorValue &tensor, const std::string &name, SourceRange range,
                             Frame &frame) {
  if (tensor.level == int(e.targets.size()) - 1)
    return tensor;
  if (tensor.level > int(e.bodyLevel()))
    return e.later(frame, range, "an index definition inside an index definition");
  if (!tensor.type.shape.empty()) {
    auto builder = e.error(diag::SubscriptsMissing, frame, range, name, e.show(tensor.type));
    if (std::string subscripts = subscriptsFor(tensor.type, frame); !subscripts.empty())
      builder.help("write `" + name + subscripts + "`", {{range.after(), subscripts}});
    builder.cause(range);
    return {};
  }
  return operand(e, tensor, {}, std::nullopt);
}

TensorValue IndexScope::number(Elaborator &e, const Index &index) {
  generic.indices = true;
  return {{{ElemType::Int, *index.range}, {}}, ValueId(&index - indices.data()) | indexBit, int(e.targets.size()) - 1};
}

const TensorValue *IndexScope::wholeRead(const Value &body, const std::vector<Node> &nodes,
                                         const SizeFacts &facts) const {
  const auto *scalar = body.as<TensorValue>();
  if (!scalar || !nodes.empty() || operands.size() != 1 || !(scalar->id & operandBit) || indices.size() != resultRank ||
      operands[0].type.shape.size() != resultRank)
    return nullptr;
  for (size_t axis = 0; axis < resultRank; ++axis) {
    const AffineIndex &at = generic.maps[0][axis];
    for (size_t i = 0; i < at.factors.size(); ++i)
      if (at.factors[i] != (i == axis))
        return nullptr;
    if (at.offset != 0 || !facts.proveEqual(operands[0].type.shape[axis], *indices[axis].range))
      return nullptr;
  }
  return &operands[0];
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
  // What lies under a subscript is a tensor of its own; in the subscript others may be read.
  if (const auto *subscript = std::get_if<ast::SubscriptSuffix>(&postfix->suffixes.back().node)) {
    reads.push_back({postfix, subscript, expr.range});
    for (const ast::Slice &slice : subscript->slices)
      if (slice.lower)
        collectReads(*slice.lower, reads);
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
bool Elaborator::findRanges(IndexScope &scope, const std::vector<ast::Index> &written,
                            const std::vector<const ast::Expr *> &bodies, Frame &frame) {
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
  for (const ast::Expr *body : bodies)
    collectReads(*body, reads);
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
        auto builder = error(diag::IndexRanges, frame, slice.range, index->name, index->range->str(), size.str());
        builder.label(index->place, index->range->str()).label(size.str()).cause(slice.range);
        bool isKnown = wholeOf(number(size), frame).has_value();
        bool isOther = index->place.begin < read.range.begin || index->place.end > read.range.end;
        if (isOther && isKnown && !wholeOf(number(*index->range), frame)) { // positions up to the longest text
          std::string part = "[";
          for (size_t i = 0; i < axis; ++i)
            part += ":, ";
          part += ":" + index->range->str() + "]";
          builder.help("the first ones of it are `" + part + "`", {{read.expr->suffixes.back().range.before(), part}});
        }
        return false;
      }
    }
  }
  // `x[b, c else 0]`: the axis that an index may leave, although it stands alone.
  auto boxOf = [&](const std::string &name) -> std::string {
    for (const Reads &read : reads)
      for (size_t axis = 0; axis < read.subscript->slices.size(); ++axis) {
        const ast::Slice &slice = read.subscript->slices[axis];
        const auto *alone = slice.lower && slice.otherwise ? slice.lower->as<ast::NameExpr>() : nullptr;
        Value base = alone && alone->name == name ? indexedBase(*read.expr, frame) : Value();
        if (const auto *tensor = base.as<TensorValue>(); tensor && axis < tensor->type.shape.size())
          return tensor->type.shape[axis].str();
      }
    return "";
  };
  for (const IndexScope::Index &index : scope.indices)
    if (!index.range) {
      SourceRange at = index.place;
      auto builder = error(diag::IndexWithoutRange, frame, at, index.name);
      if (auto size = boxOf(index.name); !size.empty())
        builder.help("write `" + index.name + " in " + size + "`", {{at.after(), " in " + size}});
      else
        builder.help("write `" + index.name + " in SIZE`");
      builder.cause(at);
      return false;
    }
  return true;
}

/// Fills the scope's nodes from `body`, emits the generic, gives the tensor over the indices of the result.
Value Elaborator::finishGeneric(IndexScope &scope, const Value &body, const std::string &reduce, SourceRange range,
                                Frame &frame) {
  auto scalar = asTensor(body, {ElemType::Float, {}}, range, frame);
  if (!scalar) {
    dropIndexing();
    return {};
  }
  Target target = std::move(targets.back());
  targets.pop_back();
  indexScopes.pop_back();
  uint32_t operandCount = scope.operands.size();
  uint32_t indexCount = scope.generic.indices ? scope.indices.size() : 0;
  auto renumber = [&](ValueId id) -> ValueId {
    if (id & IndexScope::operandBit)
      return id & ~IndexScope::operandBit;
    if (id & IndexScope::indexBit)
      return operandCount + (id & ~IndexScope::indexBit);
    return id + operandCount + indexCount;
  };
  for (Node &node : target.nodes)
    for (ValueId &operand : node.operands)
      operand = renumber(operand);
  scope.generic.body = std::move(target.nodes);
  scope.generic.result = renumber(scalar->id);
  scope.generic.reduce = reduce;
  scope.generic.resultRank = scope.resultRank;
  TensorType type{scalar->type.elem, {}};
  if (type.elem.kind == ElemType::Int)
    type.elem.members = Size();
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
  if (!findRanges(scope, stmt.indices, {stmt.value.get()}, frame))
    return {};
  return overIndices(std::move(scope), [&] { return eval(*stmt.value, frame); }, "none", range, frame);
}

Value Elaborator::overIndices(IndexScope scope, const std::function<Value()> &body, const std::string &reduce,
                              SourceRange range, Frame &frame) {
  EntryLevel level(*this);
  targets.emplace_back();
  indexScopes.push_back(&scope);
  Value value = body();
  if (value.nothing() || indexScopes.empty()) {
    dropIndexing();
    return {};
  }
  if (const TensorValue *whole = scope.wholeRead(value, targets.back().nodes, frame.facts)) {
    TensorValue read = *whole;
    dropIndexing();
    return read;
  }
  return finishGeneric(scope, value, reduce, range, frame);
}

void Elaborator::usedNames(const ast::Expr &expr, std::vector<std::string> &names) const {
  if (const auto *name = expr.as<ast::NameExpr>())
    names.push_back(name->name);
  forEachChild(expr, [&](const ast::Expr &child) { usedNames(child, names); });
}

} // namespace nnc::dsl
