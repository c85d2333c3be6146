// Shapes that do not fit: what differs, where both sizes were written, an example of them.
#include "dsl/elaborate/Elaborator.h"
#include "dsl/elaborate/Hints.h"

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// A text for a line of its own, or "".
static std::string shortly(const std::string &text) {
  return text.size() < 60 && text.find('\n') == std::string::npos ? text : "";
}

void Elaborator::noteSizes(const TensorType &a, const TensorType &b, size_t axis, support::DiagnosticBuilder &builder,
                           Frame &frame) {
  for (const TensorType *type : {&a, &b})
    if (SourceRange origin = type->origin(axis); origin.valid()) {
      std::string size = type->shape[axis].str(), written = shortly(text(origin));
      bool isHere = written.empty() || written == size;
      builder.note(origin, size + " comes from " + (isHere ? "here" : "`" + written + "`"));
    }
  // The numbers of the use at hand, if they differ, too.
  const Instance *instance = frame.inLibrary() ? nullptr : frame.instance;
  Size left = substitute(frame.rootSize(a.shape[axis]), module.dimSizes);
  Size right = substitute(frame.rootSize(b.shape[axis]), module.dimSizes);
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

/// Both shapes, what differs, and where each of the two sizes was written.
void Elaborator::reportShapes(const TensorType &a, const TensorType &b, SourceRange aRange, SourceRange bRange,
                              const std::string &what, SourceRange at, Frame &frame) {
  auto builder = error(diag::ShapeMismatch, frame, at, what);
  if (!frame.inLibrary())
    builder.label(aRange, show(a)).label(bRange, show(b));
  else
    builder.fact("the left side is " + show(a) + ", the right side " + show(b));
  builder.fact(whyDifferent(a.shape, b.shape, frame.facts)).cause(at);
  size_t axis = 0;
  while (axis < a.shape.size() && axis < b.shape.size() && frame.facts.proveEqual(a.shape[axis], b.shape[axis]))
    ++axis;
  if (a.shape.size() == b.shape.size() && axis < a.shape.size())
    noteSizes(a, b, axis, builder, frame);
  if (frame.inLibrary())
    return;
  // What stands for any axes, `...`, is written out for the use at hand.
  if ((show(a) + show(b)).find("...") != std::string::npos)
    builder.fact("in this use " + show(inNumbers(a, frame)) + " and " + show(inNumbers(b, frame)));
  hintUnitAxis(builder, {a, aRange}, {b, bRange}, false, frame.facts, sources);
}

} // namespace nnc::dsl
