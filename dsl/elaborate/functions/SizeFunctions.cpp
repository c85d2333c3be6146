// Functions of sizes: how many windows fit, how far a window reaches (`conv_size`, `deconv_size`, `pool_size`), how
// many values feed one output (`fan_in`).
#include "dsl/elaborate/Elaborator.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

namespace {

const std::map<std::string, size_t> &argumentCounts() {
  static const std::map<std::string, size_t> counts = {
      {"conv_size", 5}, {"deconv_size", 6}, {"pool_size", 5}, {"fan_in", 1}};
  return counts;
}

/// Sizes in the caller's words, as far as they are numbers: "5", "kernel[0] = 5".
std::string shown(const Size &size, const Size &number) {
  return size.constant() || !number.constant() ? number.str() : size.str() + " = " + number.str();
}

} // namespace

std::optional<Value> Elaborator::sizeFunction(const std::string &name, const std::vector<ast::Arg> &args,
                                              SourceRange range, Frame &frame) {
  auto known = argumentCounts().find(name);
  if (known == argumentCounts().end())
    return std::nullopt;
  if (args.size() != known->second) {
    error(diag::WrongArgumentCount, frame, range, name, std::to_string(known->second), std::to_string(args.size()))
        .cause(range);
    return Value();
  }
  std::vector<Value> values;
  for (const ast::Arg &arg : args) {
    values.push_back(eval(*arg.value, frame));
    const Value &value = values.back();
    const auto *n = value.as<NumberValue>();
    bool mayBeOther = value.as<TextValue>() || value.as<BoolValue>() || name == "fan_in";
    if (value.nothing())
      return Value();
    if ((n && n->whole) || mayBeOther)
      continue;
    error(diag::NotASize, frame, arg.value->range, show(value)).cause(range);
    return Value();
  }
  if (name == "fan_in")
    return fanIn(values[0], range, frame);
  auto size = [&](size_t i) { return values[i].as<NumberValue>() ? values[i].as<NumberValue>()->size : Size(0); };
  if (name == "deconv_size")
    return number((size(0) - Size(1)) * size(2) - Size(2) * size(3) + size(4) * (size(1) - Size(1)) + size(5) +
                  Size(1));
  if (name == "conv_size")
    return windows(values[0], values[1], values[2], values[3], values[4], range, frame);
  const auto *up = values[4].as<BoolValue>();
  if (!up || !up->value)
    return windows(values[0], values[1], values[2], values[3], number(Size(1)), range, frame);
  // The last window may stick out, but begins in the input or the padding before it.
  const Size extent = size(0), kernel = size(1), stride = size(2), padding = size(3);
  auto number = [&](const Size &one) { return substitute(frame.rootSize(one), module.dimSizes).constant(); };
  Size last = padding - kernel;
  if (auto a = number(last), b = number(stride); a && b && *a > -*b)
    last = -stride;
  if (!checkWindow(extent, padding, kernel, range, frame))
    return Value();
  return dsl::number(Size::ceilDiv(extent + padding + last, stride) + Size(1));
}

/// floor((S + 2 * p - d * (k - 1) - 1) / s) + 1, or ceil(S / s) where the padding is `same` or `causal`.
Value Elaborator::windows(const Value &extent, const Value &kernel, const Value &stride, const Value &padding,
                          const Value &dilation, SourceRange range, Frame &frame) {
  auto size = [](const Value &value) { return value.as<NumberValue>()->size; };
  if (wholeOf(stride, frame) == 0) {
    error(diag::DivisionByZero, frame, range).cause(range);
    return {};
  }
  if (padding.as<TextValue>())
    return number(Size::ceilDiv(size(extent), size(stride)));
  Size span = size(dilation) * (size(kernel) - Size(1)) + Size(1);
  Size room = size(extent) + Size(2) * size(padding);
  if (!checkWindow(size(extent), size(padding), span, range, frame))
    return {};
  return number(Size::floorDiv(room - span, size(stride)) + Size(1));
}

/// "Conv2d has out = 1, kernel = 32, stride = 3": of the layer whose window it is, if several numbers say so.
std::string Elaborator::givenByPlace(const Frame &frame) const {
  const Frame *f = &frame;
  while (f && f->inLibrary() && !f->instance)
    f = f->caller;
  if (!f || !f->instance || f->instance->hyper.size() < 2)
    return "";
  std::string list;
  for (const auto &[name, value] : f->instance->hyper)
    list += (list.empty() ? "" : ", ") + name + " = " + show(value);
  return f->instance->definition->name + " has " + list;
}

static bool contains(SourceRange outer, SourceRange inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

/// A window must fit into what it slides along, padding included: now, or when the program runs.
bool Elaborator::checkWindow(const Size &extent, const Size &padding, const Size &span, SourceRange range,
                             Frame &frame) {
  auto number = [&](const Size &one) { return substitute(frame.rootSize(one), module.dimSizes); };
  Size room = number(extent + Size(2) * padding), needed = number(span);
  if (room.constant() && needed.constant()) {
    if (*room.constant() >= *needed.constant())
      return true;
    Size own = number(extent), pad = number(padding);
    std::string what = own.str() + (own == Size(1) ? " element" : " elements");
    if (!(pad == Size(0)))
      what += " with " + pad.str() + " on each side";
    auto builder =
        error(diag::WindowTooLarge, frame, range, needed.str() + (needed == Size(1) ? " element" : " elements"), what);
    builder.fact("the axis is " + shown(extent, own) + ", the window reaches over " + shown(span, needed));
    if (std::string given = givenByPlace(frame); !given.empty())
      builder.fact(given);
    // That PyTorch's numbers may be meant is not said as a warning beside the error.
    for (const support::Diagnostic &one : placeWarnings.diagnostics())
      if (!one.facts.empty() && contains(blame(frame, range), one.range))
        builder.fact(one.facts.front());
    builder.help("a smaller kernel, or more padding: `padding = same` keeps the size").cause(range);
    return false;
  }
  Size least = needed - number(Size(2) * padding), own = number(extent);
  if (generic || (least.constant() && *least.constant() <= 1))
    return true;
  bool known = std::any_of(entry.facts.begin(), entry.facts.end(), [&](const Fact &fact) {
    auto bound = fact.right.constant(), wanted = least.constant();
    bool same = fact.left == own && fact.predicate == "ge";
    return same && (fact.right == least || (bound && wanted && *bound >= *wanted));
  });
  if (!known)
    entry.facts.push_back({own, least, "ge", own.str() + " >= " + least.str(), placeOf(frame, range)});
  return true;
}

/// How many values feed one output of a weight `[out, in, taps…]`.
Value Elaborator::fanIn(const Value &weight, SourceRange range, Frame &frame) {
  const auto *tensor = weight.as<TensorValue>();
  if (!tensor || tensor->type.shape.size() < 2) {
    error(diag::InitNeedsMatrix, frame, range, "fan_in").cause(range);
    return {};
  }
  Size product(1);
  for (size_t axis = 1; axis < tensor->type.shape.size(); ++axis)
    product = product * tensor->type.shape[axis];
  return number(product);
}

} // namespace nnc::dsl
