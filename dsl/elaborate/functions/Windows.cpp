// `convolve`, `deconvolve`, `max_pool`, `avg_pool`: their types are those of their signatures; here their numbers
// become attributes, and `same` and `causal` become elements before and behind an axis.
#include "dsl/elaborate/functions/FunctionCall.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

class WindowCall : FunctionCall {
public:
  explicit WindowCall(const FunctionCall &call) : FunctionCall(call) {}

  Value run();

private:
  TensorValue x;
  size_t axes = 0; // that windows slide along

  std::string along() const { return std::to_string(axes) + (axes == 1 ? " axis" : " axes"); }
  std::optional<std::vector<int64_t>> numbers(const std::string &name, int64_t least);
  std::optional<std::vector<int64_t>> kernelOf(const TensorValue &weight);
  bool pad(const std::vector<int64_t> &kernel, const std::vector<int64_t> &stride, const std::vector<int64_t> &dilation,
           std::map<std::string, Attr> &attrs);
  int64_t padSame(size_t axis, int64_t span, int64_t stride);
};

bool Elaborator::isWindowFunction(const std::string &name) {
  static const std::set<std::string> names = {"convolve", "deconvolve", "max_pool", "avg_pool"};
  return names.count(name);
}

Value Elaborator::windowFunction(const Definition &definition, Frame &inner, Frame &frame, SourceRange range) {
  if (!indexScopes.empty())
    return later(frame, range, "`" + definition.name + "` inside index notation");
  return WindowCall(FunctionCall{*this, definition, inner, frame, range}).run();
}

/// `stride = 2`, `stride = (2, 1)`: one number for each axis.
std::optional<std::vector<int64_t>> WindowCall::numbers(const std::string &name, int64_t least) {
  const Value *value = inner.find(name);
  const auto *list = value ? value->as<ListValue>() : nullptr;
  size_t count = list && !list->repeats ? list->elements.size() : axes;
  if (count != axes) {
    e.error(diag::WindowCount, inner, range, name, int64_t(count), along()).cause(range);
    return std::nullopt;
  }
  std::vector<int64_t> result;
  for (size_t i = 0; i < axes; ++i) {
    const Value &one = list ? *list->elements[list->repeats ? 0 : i].value : *value;
    auto known = e.wholeOf(one, inner);
    if (!known && e.generic)
      known = std::max<int64_t>(least, 1);
    if (!known || *known < least) {
      const auto *n = one.as<NumberValue>();
      std::string shown = known ? std::to_string(*known) : n && n->whole ? inner.rootSize(n->size).str() : e.show(one);
      e.error(diag::WindowNumber, inner, range, name, least, shown).cause(range);
      return std::nullopt;
    }
    result.push_back(*known);
  }
  return result;
}

std::optional<std::vector<int64_t>> WindowCall::kernelOf(const TensorValue &weight) {
  std::vector<int64_t> kernel;
  for (size_t i = 0; i < axes; ++i) {
    Size size = substitute(inner.rootSize(weight.type.shape[2 + i]), e.module.dimSizes);
    if (!size.constant() && !e.generic) {
      e.error(diag::WindowNumber, inner, range, "kernel", 1, size.str()).cause(range);
      return std::nullopt;
    }
    kernel.push_back(size.constant().value_or(1));
  }
  return kernel;
}

/// `same` gives ceil(S / s) windows; of the elements that this needs the odd one stands at the end.
int64_t WindowCall::padSame(size_t axis, int64_t span, int64_t stride) {
  Size extent = substitute(inner.rootSize(x.type.shape[2 + axis]), e.module.dimSizes);
  if (auto known = extent.constant())
    return std::max<int64_t>(0, ((*known + stride - 1) / stride - 1) * stride + span - *known);
  // With a stride it depends on the rest of a division: that of a free size must be none.
  if (stride > 1 && !e.generic) {
    std::string shown = extent.symbolName() ? extent.str() : "(" + extent.str() + ")";
    e.stateFact(inner, extent, "divides", Size(stride), shown + " % " + std::to_string(stride) + " == 0", range);
  }
  return std::max<int64_t>(0, span - stride);
}

bool WindowCall::pad(const std::vector<int64_t> &kernel, const std::vector<int64_t> &stride,
                     const std::vector<int64_t> &dilation, std::map<std::string, Attr> &attrs) {
  std::vector<int64_t> low(axes), high(axes);
  const Value *padding = inner.find("padding");
  const auto *word = padding ? padding->as<TextValue>() : nullptr;
  if (!word) {
    auto given = numbers("padding", 0);
    if (!given)
      return false;
    low = high = *given;
  } else if (word->text == "causal" && axes != 1) {
    e.error(diag::CausalAxes, inner, range, along()).help("write `padding = same`, or a number").cause(range);
    return false;
  }
  for (size_t i = 0; word && i < axes; ++i) {
    int64_t span = dilation[i] * (kernel[i] - 1) + 1;
    int64_t total = word->text == "same" ? padSame(i, span, stride[i]) : span - 1;
    low[i] = word->text == "same" ? total / 2 : total;
    high[i] = total - low[i];
  }
  attrs["pad_low"] = low;
  attrs["pad_high"] = high;
  return true;
}

Value WindowCall::run() {
  bool isPool = definition.name == "max_pool" || definition.name == "avg_pool";
  std::vector<TensorValue> operands;
  for (const ast::Param &param : definition.data().params)
    if (const auto *tensor = inner.find(param.name.text)->as<TensorValue>())
      operands.push_back(*tensor);
  x = operands[0];
  axes = x.type.shape.size() - 2;
  std::map<std::string, Attr> attrs;
  auto kernel = isPool ? numbers("kernel", 1) : kernelOf(operands[1]);
  auto stride = kernel ? numbers("stride", 1) : std::nullopt;
  auto dilation = stride && !isPool ? numbers("dilation", 1) : std::optional(std::vector<int64_t>(axes, 1));
  if (!kernel || !stride || !dilation || !pad(*kernel, *stride, *dilation, attrs))
    return {};
  attrs["stride"] = *stride;
  if (isPool) {
    attrs["kernel"] = *kernel;
    const auto *up = inner.find("ceil")->as<BoolValue>();
    attrs["ceil"] = up && up->value;
    if (definition.name == "max_pool")
      attrs["dilation"] = *dilation;
  } else {
    attrs["dilation"] = *dilation;
    attrs["groups"] = e.wholeOf(*inner.find("groups"), inner).value_or(1);
  }
  auto type = e.typeFrom(definition.result().items[0].type, inner);
  if (!type)
    return {};
  for (TensorValue &operand : operands)
    operand.type = e.translate(operand.type, inner);
  const char *op = isPool ? definition.name.c_str() : definition.name == "convolve" ? "conv" : "conv_input_grad";
  return e.emit(frame, op, operands, e.translate(*type, inner), range, std::move(attrs));
}

} // namespace nnc::dsl
