// Shapes that do not fit: what differs, where both sizes were written, an example of them.
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// A text for a line of its own, or "".
static std::string shortly(const std::string &text) {
  return text.size() < 60 && text.find('\n') == std::string::npos ? text : "";
}

void Elaborator::noteSizes(const TensorValue &a, const TensorValue &b, size_t axis, support::DiagnosticBuilder &builder,
                           Frame &frame) {
  std::vector<std::string> ofInputs;
  if (frame.definition && !frame.inLibrary())
    ofInputs = introducedSizes(*frame.definition);
  for (const TensorValue *side : {&a, &b}) {
    const Size &size = side->type.shape[axis];
    SourceRange origin = side->type.origin(axis);
    if (!origin.valid())
      continue;
    const Frame *kept = keptBy(*side, axis, frame);
    if (kept && std::ranges::count(ofInputs, size.str())) {
      builder.note(kept->instance->made, size.str() + " is the input's, kept by a convolution whose stride is 1");
      continue;
    }
    std::string written = shortly(text(origin));
    bool isHere = written.empty() || written == size.str();
    builder.note(origin, size.str() + " comes from " + (isHere ? "here" : "`" + written + "`"));
  }
  // The numbers of the use at hand, if they differ, too.
  const Instance *instance = frame.inLibrary() ? nullptr : frame.instance;
  auto example = [&](const Size &size) {
    return substitute(substitute(frame.rootSize(size), module.dimSizes), exampleSizes);
  };
  Size left = example(a.type.shape[axis]), right = example(b.type.shape[axis]);
  if (!instance || left == right)
    return;
  std::string made = shortly(text(instance->made)), where = frame.named ? "`" + frame.path + "`, " : "";
  builder.note(instance->made, "for example in " + where + (made.empty() ? instance->definition->name : made) + ": " +
                                   left.str() + " and " + right.str());
}

/// The type in the sizes of the program.
static TensorType inNumbers(TensorType type, const Frame &frame) {
  for (Size &size : type.shape)
    size = frame.rootSize(size);
  return type;
}

static std::string plural(size_t n) { return n == 1 ? "1 axis" : std::to_string(n) + " axes"; }

/// What differs, in a sentence: both shapes stand above it already.
static std::string whyDifferent(const std::vector<Size> &a, const std::vector<Size> &b, const SizeFacts &facts) {
  if (differInUnits(a, b, facts))
    return "only one side has an axis of size 1, and nothing is stretched in silence";
  if (a.size() != b.size())
    return "the left side has " + plural(a.size()) + ", the right side " + plural(b.size()) +
           ", and the axes of the smaller do not occur in the larger in this order";
  std::string text;
  for (size_t i = 0; i < a.size(); ++i) {
    if (facts.proveEqual(a[i], b[i]))
      continue;
    std::string one = "axis " + std::to_string(i);
    text += text.empty() ? one + " differs: " + a[i].str() + " and " + b[i].str() : "; " + one + " likewise";
  }
  return text + " (counted from 0)";
}

/// The line that gave a side its value, if the side is but a name.
static void showBinding(support::DiagnosticBuilder &builder, const std::string &side, const Frame &frame,
                        const support::SourceMap &sources) {
  auto bound = frame.bound.find(side);
  if (bound == frame.bound.end())
    return;
  std::string_view statement = sources.text(bound->second);
  if (statement.find('\n') >= statement.find_last_not_of(" \n")) // one line; its end may belong to it
    builder.context(bound->second);
}

/// Both shapes, what differs, and where each of the two sizes was written.
void Elaborator::reportShapes(const TensorValue &left, const TensorValue &right, SourceRange aRange, SourceRange bRange,
                              const std::string &what, SourceRange at, Frame &frame) {
  const TensorType &a = left.type, &b = right.type;
  auto builder = error(diag::ShapeMismatch, frame, at, what);
  if (!frame.inLibrary())
    builder.label(aRange, show(a)).label(bRange, show(b));
  else
    builder.fact("the left side is " + show(a) + ", the right side " + show(b));
  builder.fact(whyDifferent(a.shape, b.shape, frame.facts)).cause(at);
  size_t axis = 0;
  while (axis < a.shape.size() && axis < b.shape.size() && frame.facts.proveEqual(a.shape[axis], b.shape[axis]))
    ++axis;
  bool sameRank = a.shape.size() == b.shape.size();
  if (sameRank && axis < a.shape.size())
    noteSizes(left, right, axis, builder, frame);
  if (frame.inLibrary())
    return;
  showBinding(builder, text(aRange), frame, sources);
  showBinding(builder, text(bRange), frame, sources);
  // What stands for any axes, `...`, is written out for the use at hand.
  if ((show(a) + show(b)).find("...") != std::string::npos)
    builder.fact("in this use " + show(inNumbers(a, frame)) + " and " + show(inNumbers(b, frame)));
  hintUnitAxis(builder, {a, aRange}, {b, bRange}, false, frame.facts, sources);
  hintDivisors(builder, a.shape, b.shape, frame.facts);
  if (sameRank) {
    helpWithStride(builder, left, right, frame);
    helpWithStride(builder, right, left, frame);
  }
}

} // namespace nnc::dsl
