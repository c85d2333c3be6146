// Masks as values: items applied to their parameters, joined by `and`, `or`, `not` (rule mask-1).
#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// The mask that a value is; `all` without arguments is the one that hides nothing.
std::shared_ptr<const MaskTree> Elaborator::asMask(const Value &value) const {
  if (const auto *mask = value.as<MaskValue>())
    return mask->tree;
  const auto *function = value.as<FunctionValue>();
  const auto *word = value.as<TextValue>();
  if ((function && function->name == "all" && !function->given) || (word && word->word && word->text == "all"))
    return std::make_shared<MaskTree>();
  return nullptr;
}

/// `causal`, `window(256)`: the predicate is read where the mask is used.
Value Elaborator::makeMask(const Definition &definition, const std::vector<ast::Arg> *args, SourceRange range,
                           Frame &frame) {
  std::vector<Given> given;
  if (args) {
    auto values = dataArgs(*args, frame);
    if (!values)
      return {};
    given = std::move(*values);
  }
  for (const Frame *f = &frame; f; f = f->caller)
    if (f->definition == &definition) {
      error(diag::ContainsItself, frame, range, definition.name).cause(range);
      return {};
    }
  std::vector<const Given *> placed;
  if (!place(definition.data().params, given, definition.name, range, frame, placed, false))
    return {};
  visited.insert(&definition);
  Frame &inner = newFrame(&frame, &definition, range);
  inner.makesLayers = false;
  inner.named = false;
  inner.path = frame.path;
  if (!bindSignature(definition, inner, frame, placed, range, false))
    return {};
  auto tree = std::make_shared<MaskTree>();
  tree->kind = MaskTree::Item;
  tree->frame = &inner;
  tree->written = range;
  return MaskValue{tree};
}

/// `causal and window(256)`; nothing if neither side is a mask.
std::optional<Value> Elaborator::joinMasks(ast::BinaryOp op, const Value &a, const Value &b, SourceRange aRange,
                                           SourceRange at, SourceRange bRange, Frame &frame) {
  if (!a.as<MaskValue>() && !b.as<MaskValue>())
    return std::nullopt;
  const char *word = op == ast::BinaryOp::And ? "and" : "or";
  auto left = asMask(a), right = asMask(b);
  if (!left || !right) {
    const Value &other = left ? b : a;
    auto builder = error(diag::MaskJoined, frame, at, word, show(other));
    builder.label(aRange, show(a)).label(bRange, show(b)).cause(at);
    if (const auto *tensor = other.as<TensorValue>(); tensor && tensor->type.elem.kind == ElemType::Bool)
      builder.help("padding is a mask of lengths: `upto(length)`, where length is an int[B]");
    return Value();
  }
  auto tree = std::make_shared<MaskTree>();
  tree->kind = op == ast::BinaryOp::And ? MaskTree::And : MaskTree::Or;
  tree->parts = {left, right};
  tree->written = support::join(aRange, bRange);
  return MaskValue{tree};
}

Value Elaborator::invertMask(const MaskValue &mask, SourceRange range) const {
  auto tree = std::make_shared<MaskTree>();
  tree->kind = MaskTree::Not;
  tree->parts = {mask.tree};
  tree->written = range;
  return MaskValue{tree};
}

} // namespace nnc::dsl
