#include "dsl/elaborate/masks/MaskReader.h"

#include "dsl/elaborate/index/IndexScope.h"
#include "dsl/elaborate/masks/MaskShape.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

MaskReader::MaskReader(Elaborator &e, Frame &frame, std::vector<Size> ranges, std::vector<uint32_t> numbers,
                       std::string user, SourceRange range)
    : e(e), frame(frame), ranges(std::move(ranges)), numbers(std::move(numbers)), user(std::move(user)), range(range) {
  for (const Size &size : this->ranges)
    roots.push_back(substitute(frame.rootSize(size), e.module.dimSizes));
}

std::optional<Mask> MaskReader::read(const MaskTree &tree) {
  if (tree.kind == MaskTree::Item)
    return item(tree);
  Mask mask;
  mask.kind = tree.kind == MaskTree::And   ? Mask::And
              : tree.kind == MaskTree::Or  ? Mask::Or
              : tree.kind == MaskTree::Not ? Mask::Not
                                           : Mask::All;
  for (const auto &part : tree.parts) {
    auto one = read(*part);
    if (!one)
      return std::nullopt;
    mask.parts.push_back(std::move(*one));
  }
  return mask;
}

std::optional<Mask> MaskReader::item(const MaskTree &tree) { return item(*tree.frame, *tree.frame->definition); }

/// The names of the indices are those of the last axes; three are b, q, k.
std::optional<Mask> MaskReader::item(Frame &inner, const Definition &definition) {
  const std::vector<ast::Ident> &names = definition.mask->indices;
  if (names.size() > ranges.size()) {
    e.error(diag::MaskRank, frame, range, definition.name, int64_t(names.size()), user, int64_t(ranges.size()))
        .cause(range);
    return std::nullopt;
  }
  Indices indices;
  for (size_t i = 0; i < names.size(); ++i) {
    bool skipsHeads = names.size() == 3 && ranges.size() == 4 && i == 0;
    indices[names[i].text] = skipsHeads ? 0 : ranges.size() - names.size() + i;
  }
  return predicate(*definition.mask->predicate, inner, indices);
}

bool MaskReader::usesIndex(const ast::Expr &expr, const Indices &indices) const {
  std::vector<std::string> names;
  e.usedNames(expr, names);
  return std::any_of(names.begin(), names.end(), [&](const std::string &name) { return indices.count(name) > 0; });
}

std::optional<Mask> MaskReader::predicate(const ast::Expr &expr, Frame &inner, const Indices &indices) {
  Mask mask;
  if (const auto *chain = expr.as<ast::ChainExpr>();
      chain && (chain->links[0].op == ast::BinaryOp::And || chain->links[0].op == ast::BinaryOp::Or)) {
    mask.kind = chain->links[0].op == ast::BinaryOp::And ? Mask::And : Mask::Or;
    std::vector<const ast::Expr *> parts{chain->first.get()};
    for (const ast::ChainLink &link : chain->links)
      parts.push_back(link.operand.get());
    for (const ast::Expr *part : parts) {
      auto one = predicate(*part, inner, indices);
      if (!one)
        return std::nullopt;
      mask.parts.push_back(std::move(*one));
    }
    return mask;
  }
  if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Not) {
    auto one = predicate(*unary->operand, inner, indices);
    if (!one)
      return std::nullopt;
    mask.kind = Mask::Not;
    mask.parts.push_back(std::move(*one));
    return mask;
  }
  if (const auto *compare = expr.as<ast::CompareExpr>())
    return comparison(*compare, expr, inner, indices);
  if (const auto *postfix = expr.as<ast::PostfixExpr>()) {
    if (std::holds_alternative<ast::SubscriptSuffix>(postfix->suffixes.back().node))
      return subscripted(*postfix, expr, inner, indices);
    const auto *name = postfix->base->as<ast::NameExpr>();
    if (name && std::holds_alternative<ast::CallSuffix>(postfix->suffixes.back().node) && !inner.find(name->name) &&
        e.module.mask(name->name, inner.definition))
      return called(*postfix, expr, inner, indices);
  }
  return lookup(expr, inner, indices);
}

std::optional<Mask> MaskReader::comparison(const ast::CompareExpr &expr, const ast::Expr &whole, Frame &inner,
                                           const Indices &indices) {
  const size_t before = args.size();
  auto left = term(*expr.lhs, inner, indices);
  auto right = left ? term(*expr.rhs, inner, indices) : std::nullopt;
  if (failed)
    return std::nullopt;
  if (!left || !right) {
    args.erase(args.begin() + before, args.end());
    return lookup(whole, inner, indices);
  }
  static const char *predicates[] = {"lt", "le", "gt", "ge", "eq", "ne"};
  Mask mask;
  mask.kind = Mask::Compare;
  mask.predicate = predicates[int(expr.op)];
  mask.left = std::move(*left);
  mask.right = std::move(*right);
  // Labels are equal or not, and only to their own kind: the ordinary comparison says so.
  for (const MaskTerm *side : {&mask.left, &mask.right})
    if (side->kind == MaskTerm::Read && args[side->number].type.elem.kind == ElemType::Label) {
      const MaskTerm &other = side == &mask.left ? mask.right : mask.left;
      bool fits = other.kind == MaskTerm::Read && (mask.predicate == "eq" || mask.predicate == "ne") &&
                  args[other.number].type.elem.kind == ElemType::Label;
      if (!fits)
        return lookup(whole, inner, indices);
    }
  if (!canSkipBlocks(mask))
    dense(whole, inner, whyDense(mask));
  return mask;
}

bool MaskReader::sameAxis(const std::string &index, size_t place, const Size &axis, const std::string &what,
                          Frame &inner, SourceRange at) {
  if (substitute(inner.rootSize(axis), e.module.dimSizes) == roots[place])
    return true;
  e.error(diag::MaskAxis, frame, range, index, ranges[place].str(), substitute(axis, inner.toCaller).str(),
          inner.definition->name)
      .note(at, "`" + what + "` is read here")
      .cause(range);
  failed = true;
  return false;
}

/// `allowed[q, k]`, a tensor of conditions.
std::optional<Mask> MaskReader::subscripted(const ast::PostfixExpr &expr, const ast::Expr &whole, Frame &inner,
                                            const Indices &indices) {
  auto read = element(expr, inner, indices, true);
  if (failed)
    return std::nullopt;
  if (!read)
    return lookup(whole, inner, indices);
  Mask mask;
  mask.kind = Mask::Compare;
  mask.predicate = "ne";
  mask.left = std::move(*read);
  mask.right.size = Size(0);
  if (!canSkipBlocks(mask))
    dense(whole, inner, "reads conditions known only at run time");
  return mask;
}

/// `causal(q, k)`, `window(4)(q, k)`: another mask, with indices of this one.
std::optional<Mask> MaskReader::called(const ast::PostfixExpr &expr, const ast::Expr &whole, Frame &inner,
                                       const Indices &indices) {
  const std::string &name = expr.base->as<ast::NameExpr>()->name;
  const Definition &definition = *e.module.mask(name, inner.definition);
  const auto &last = std::get<ast::CallSuffix>(expr.suffixes.back().node);
  const ast::CallSuffix *params =
      expr.suffixes.size() == 2 ? std::get_if<ast::CallSuffix>(&expr.suffixes[0].node) : nullptr;
  const std::vector<ast::Ident> &names = definition.mask->indices;
  Indices passed;
  bool fits = expr.suffixes.size() <= 2 && last.args.size() == names.size();
  for (size_t i = 0; fits && i < names.size(); ++i) {
    const auto *index = last.args[i].name ? nullptr : last.args[i].value->as<ast::NameExpr>();
    auto known = index ? indices.find(index->name) : indices.end();
    fits = known != indices.end();
    if (fits)
      passed[names[i].text] = known->second;
  }
  if (!fits) {
    std::string list;
    for (const ast::Ident &index : names)
      list += (list.empty() ? "" : ", ") + index.text;
    e.error(diag::MaskCall, inner, whole.range, name, std::to_string(names.size()))
        .help("write `" + name + (definition.mask->params ? "(…)" : "") + "(" + list + ")`")
        .cause(whole.range);
    failed = true;
    return std::nullopt;
  }
  Value made = e.makeMask(definition, params ? &params->args : nullptr, whole.range, inner);
  const auto *mask = made.as<MaskValue>();
  if (!mask) {
    failed = true;
    return std::nullopt;
  }
  return predicate(*definition.mask->predicate, *mask->tree->frame, passed);
}

MaskTerm MaskReader::operand(const TensorValue &tensor, std::vector<uint32_t> at) {
  MaskTerm term;
  term.kind = MaskTerm::Read;
  term.at = std::move(at);
  for (; term.number < args.size(); ++term.number)
    if (args[term.number].id == tensor.id && args[term.number].level == tensor.level)
      return term;
  args.push_back(tensor);
  return term;
}

/// A number or size that holds no index; nothing if it is none.
std::optional<MaskTerm> MaskReader::known(const ast::Expr &expr, Frame &inner) {
  Value value = e.eval(expr, inner);
  failed |= value.nothing();
  if (const auto *n = value.as<NumberValue>(); n && n->whole) {
    MaskTerm term;
    term.size = substitute(inner.rootSize(n->size), e.module.dimSizes);
    return term;
  }
  const auto *tensor = value.as<TensorValue>();
  if (tensor && tensor->type.shape.empty() && tensor->type.elem.kind == ElemType::Int)
    return operand(*tensor, {});
  return std::nullopt;
}

/// `n[b]`: an element of a tensor of whole numbers, or of conditions.
std::optional<MaskTerm> MaskReader::element(const ast::PostfixExpr &expr, Frame &inner, const Indices &indices,
                                            bool condition) {
  const auto &suffix = std::get<ast::SubscriptSuffix>(expr.suffixes.back().node);
  std::vector<size_t> places;
  for (const ast::Slice &slice : suffix.slices) {
    const auto *name =
        slice.lower && !slice.colon && !slice.otherwise && !slice.ellipsis ? slice.lower->as<ast::NameExpr>() : nullptr;
    auto found = name ? indices.find(name->name) : indices.end();
    if (found == indices.end())
      return std::nullopt;
    places.push_back(found->second);
  }
  e.bases.clear();
  Value base = e.indexedBase(expr, inner);
  failed |= base.nothing();
  const auto *tensor = base.as<TensorValue>();
  if (!tensor)
    return std::nullopt;
  ElemType::Kind kind = tensor->type.elem.kind;
  bool wanted =
      condition ? kind == ElemType::Bool : kind == ElemType::Int || kind == ElemType::I32 || kind == ElemType::Label;
  if (!wanted)
    return std::nullopt;
  if (!e.checkSubscripts(*tensor, expr, inner)) {
    failed = true;
    return std::nullopt;
  }
  std::vector<uint32_t> at;
  for (size_t axis = 0; axis < places.size(); ++axis) {
    const std::string &index = suffix.slices[axis].lower->as<ast::NameExpr>()->name;
    if (!sameAxis(index, places[axis], tensor->type.shape[axis], e.text(expr.base->range), inner, expr.base->range))
      return std::nullopt;
    at.push_back(numbers[places[axis]]);
  }
  return operand(*tensor, std::move(at));
}

static MaskTerm combined(MaskTerm::Kind kind, MaskTerm a, MaskTerm b) {
  MaskTerm term;
  term.kind = kind;
  term.parts.push_back(std::move(a));
  term.parts.push_back(std::move(b));
  return term;
}

static MaskTerm negated(MaskTerm term) {
  MaskTerm minus;
  minus.size = Size(-1);
  return combined(MaskTerm::Mul, std::move(minus), std::move(term));
}

/// Positions are divided by numbers known now, and positive; anything else is arithmetic of the program.
bool MaskReader::dividesPositions(const MaskTerm &term, Frame &inner, SourceRange at) {
  auto known = term.kind == MaskTerm::Constant ? term.size.constant() : std::nullopt;
  if (known != 0)
    return known ? *known > 0 : e.generic && term.kind == MaskTerm::Constant;
  e.error(diag::DivisionByZero, inner, at).cause(at);
  failed = true;
  return false;
}

std::optional<MaskTerm> MaskReader::chain(const ast::ChainExpr &expr, Frame &inner, const Indices &indices) {
  auto value = term(*expr.first, inner, indices);
  for (const ast::ChainLink &link : expr.links) {
    auto other = value ? term(*link.operand, inner, indices) : std::nullopt;
    if (!other)
      return std::nullopt;
    switch (link.op) {
    case ast::BinaryOp::Add:
      value = combined(MaskTerm::Add, std::move(*value), std::move(*other));
      break;
    case ast::BinaryOp::Sub:
      value = combined(MaskTerm::Add, std::move(*value), negated(std::move(*other)));
      break;
    case ast::BinaryOp::Mul:
      value = combined(MaskTerm::Mul, std::move(*value), std::move(*other));
      break;
    case ast::BinaryOp::Mod:
      if (!dividesPositions(*other, inner, link.operand->range))
        return std::nullopt;
      value = combined(MaskTerm::Mod, std::move(*value), std::move(*other));
      break;
    default:
      return std::nullopt;
    }
  }
  return value;
}

/// A whole number made of indices, numbers and elements of tensors; nothing if it is not one.
std::optional<MaskTerm> MaskReader::term(const ast::Expr &expr, Frame &inner, const Indices &indices) {
  if (const auto *name = expr.as<ast::NameExpr>())
    if (auto found = indices.find(name->name); found != indices.end()) {
      MaskTerm term;
      term.kind = MaskTerm::Index;
      term.number = numbers[found->second];
      return term;
    }
  if (!usesIndex(expr, indices))
    return known(expr, inner);
  if (const auto *sum = expr.as<ast::ChainExpr>())
    return chain(*sum, inner, indices);
  if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op != ast::UnaryOp::Not) {
    auto operand = term(*unary->operand, inner, indices);
    return operand ? std::optional(negated(std::move(*operand))) : std::nullopt;
  }
  const auto *postfix = expr.as<ast::PostfixExpr>();
  if (!postfix)
    return std::nullopt;
  if (std::holds_alternative<ast::SubscriptSuffix>(postfix->suffixes.back().node))
    return element(*postfix, inner, indices, false);
  // floor(q / 64) of whole numbers.
  const auto *name = postfix->base->as<ast::NameExpr>();
  const auto *call = std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node);
  const auto *ratio =
      call && call->args.size() == 1 && !call->args[0].name ? call->args[0].value->as<ast::ChainExpr>() : nullptr;
  if (!name || name->name != "floor" || !ratio || ratio->links.size() != 1 ||
      ratio->links[0].op != ast::BinaryOp::Div || postfix->suffixes.size() != 1)
    return std::nullopt;
  auto above = term(*ratio->first, inner, indices);
  auto below = above ? term(*ratio->links[0].operand, inner, indices) : std::nullopt;
  if (!below || !dividesPositions(*below, inner, ratio->links[0].operand->range))
    return std::nullopt;
  return combined(MaskTerm::FloorDiv, std::move(*above), std::move(*below));
}

void MaskReader::dense(const ast::Expr &expr, const Frame &inner, const std::string &why) {
  if (denseAt.valid() || inner.inLibrary())
    return;
  denseAt = expr.range;
  denseWhy = why;
}

} // namespace nnc::dsl
