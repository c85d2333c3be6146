// Two branches that meet, of which one has lost its stride: the convolution that kept the size, and the stride for it.
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using support::Edit;
using support::SourceRange;

/// The use, in this body, of the last convolution that a value went through; null if there is none.
const Frame *Elaborator::lastConvolution(const TensorValue &value, const Frame &frame) const {
  if (targets.size() != 1 || value.level != 0)
    return nullptr;
  const std::vector<Type> &types = targets[0].types;
  std::set<ValueId> seen{value.id};
  const Node *last = nullptr;
  ValueId first = types.size();
  for (auto node = targets[0].nodes.rbegin(); node != targets[0].nodes.rend() && !last; ++node) {
    first -= node->results.size();
    bool isSeen = false;
    for (size_t i = 0; i < node->results.size(); ++i)
      isSeen |= seen.count(first + i) > 0;
    if (isSeen && node->op == "conv")
      last = &*node;
    for (ValueId operand : node->operands)
      if (isSeen && types[operand].shape.size() == types[value.id].shape.size()) // not weights and biases
        seen.insert(operand);
  }
  for (auto use = frames.rbegin(); last && use != frames.rend(); ++use)
    if ((*use)->caller == &frame && (*use)->instance && (*use)->inLibrary() && (*use)->path == last->path)
      return use->get();
  return nullptr;
}

/// `stride[i]` of a use of a convolution, in the terms of its caller.
static std::optional<Size> windowNumber(const Frame &use, const std::string &name, size_t i) {
  const Value *value = use.find(name);
  const auto *list = value ? value->as<ListValue>() : nullptr;
  if (list && list->repeats)
    i = 0;
  const auto *n = list && i < list->elements.size() ? list->elements[i].value->as<NumberValue>() : nullptr;
  return n && n->whole ? std::optional(substitute(n->size, use.toCaller)) : std::nullopt;
}

/// The convolution with stride 1 that left an axis as long as it is in its input.
const Frame *Elaborator::keptBy(const TensorValue &value, size_t axis, const Frame &frame) const {
  const Frame *use = lastConvolution(value, frame);
  const Value *input = use ? use->find("x") : nullptr;
  const auto *x = input ? input->as<TensorValue>() : nullptr;
  if (!x || axis < 2 || axis >= x->type.shape.size() || x->type.shape.size() != value.type.shape.size())
    return nullptr;
  bool isKept = frame.facts.proveEqual(substitute(x->type.shape[axis], use->toCaller), value.type.shape[axis]);
  return isKept && windowNumber(*use, "stride", axis - 2) == std::optional(Size(1)) ? use : nullptr;
}

/// What an axis would be with another stride (`conv_size`); nothing if its numbers are not all known.
static std::optional<Size> withStride(const Frame &use, size_t axis, const Size &extent, const Size &stride) {
  if (const Value *padding = use.find("padding"); padding && padding->as<TextValue>())
    return Size::ceilDiv(extent, stride);
  auto kernel = windowNumber(use, "kernel", axis - 2), padding = windowNumber(use, "padding", axis - 2),
       dilation = windowNumber(use, "dilation", axis - 2);
  if (!kernel || !padding || !dilation)
    return std::nullopt;
  Size room = extent + Size(2) * *padding - *dilation * (*kernel - Size(1)) - Size(1);
  return Size::floorDiv(room, stride) + Size(1);
}

/// The edit that gives a layer an argument by name, where it stands in the signature; nothing if it has it by place.
static std::optional<Edit> writeArgument(const Instance &layer, const std::string &name, const std::string &text) {
  if (auto old = layer.written.find(name); old != layer.written.end())
    return layer.given.at(name) == old->second ? std::nullopt : std::optional(Edit{old->second, text});
  const std::vector<ast::Param> &params = layer.definition->layer->hyper->params;
  auto param = std::ranges::find_if(params, [&](const ast::Param &one) { return one.name.text == name; });
  SourceRange next;
  for (; param != params.end(); ++param)
    if (auto later = layer.written.find(param->name.text); later != layer.written.end())
      next = next.valid() && next.begin < later->second.begin ? next : later->second;
  if (next.valid())
    return Edit{next.before(), text + ", "};
  SourceRange made = layer.made;
  return Edit{{made.file, made.end - 1, made.end - 1}, ", " + text};
}

void Elaborator::helpWithStride(support::DiagnosticBuilder &builder, const TensorValue &strided,
                                const TensorValue &kept, const Frame &frame) {
  const std::vector<Size> &wanted = strided.type.shape, &shape = kept.type.shape;
  const Instance *other = nullptr; // whose stride the caller wrote
  const Frame *use = nullptr;
  for (size_t axis = 0; axis < wanted.size(); ++axis) {
    if (frame.facts.proveEqual(wanted[axis], shape[axis]))
      continue;
    SourceRange origin = strided.type.origin(axis);
    auto wrote = [&](const std::shared_ptr<Instance> &one) {
      auto written = one->written.find("stride");
      return one->home == &frame && written != one->written.end() && written->second == origin;
    };
    auto found = std::ranges::find_if(instances, wrote);
    use = keptBy(kept, axis, frame);
    if (!origin.valid() || found == instances.end() || !use)
      return;
    other = found->get();
    auto given = std::ranges::find_if(other->hyper, [](const auto &one) { return one.first == "stride"; });
    const auto *stride = given == other->hyper.end() ? nullptr : given->second.as<NumberValue>();
    auto now = stride && stride->whole ? withStride(*use, axis, shape[axis], stride->size) : std::nullopt;
    if (!now || !frame.facts.proveEqual(*now, wanted[axis]))
      return;
  }
  if (!use || use->instance->home != &frame)
    return;
  const Value *kernel = use->find("kernel");
  bool isPointwise = true;
  for (size_t i = 0; kernel && i + 2 < shape.size(); ++i)
    isPointwise &= windowNumber(*use, "kernel", i) == std::optional(Size(1));
  if (auto edit = writeArgument(*use->instance, "stride", text(other->written.at("stride"))))
    builder.help(std::string("give ") + (isPointwise ? "the shortcut" : "this convolution") + " the same stride",
                 {*edit});
}

} // namespace nnc::dsl
