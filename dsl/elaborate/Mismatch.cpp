// Where two sizes that differ were written, and an example of them.
#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

using support::SourceRange;

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

} // namespace nnc::dsl
