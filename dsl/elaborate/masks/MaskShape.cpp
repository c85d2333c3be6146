#include "dsl/elaborate/masks/MaskShape.h"

#include <algorithm>

namespace nnc::dsl {

static bool dependsOnPosition(const MaskTerm &term) {
  if (term.kind == MaskTerm::Index)
    return term.number >= 2;
  if (term.kind == MaskTerm::Read)
    return std::any_of(term.at.begin(), term.at.end(), [](uint32_t index) { return index >= 2; });
  return std::any_of(term.parts.begin(), term.parts.end(), dependsOnPosition);
}

static bool isLinear(const MaskTerm &term) {
  if (!dependsOnPosition(term) || term.kind == MaskTerm::Index)
    return true;
  if (term.kind == MaskTerm::Add)
    return isLinear(term.parts[0]) && isLinear(term.parts[1]);
  if (term.kind != MaskTerm::Mul)
    return false;
  return (term.parts[0].kind == MaskTerm::Constant && isLinear(term.parts[1])) ||
         (term.parts[1].kind == MaskTerm::Constant && isLinear(term.parts[0]));
}

bool canSkipBlocks(const Mask &comparison) {
  if (isLinear(comparison.left) && isLinear(comparison.right))
    return true;
  bool equality = comparison.predicate == "eq" || comparison.predicate == "ne";
  return equality && comparison.left.kind == MaskTerm::Read && comparison.right.kind == MaskTerm::Read;
}

static bool reads(const MaskTerm &term) {
  return (term.kind == MaskTerm::Read && dependsOnPosition(term)) ||
         std::any_of(term.parts.begin(), term.parts.end(), reads);
}

std::string whyDense(const Mask &comparison) {
  return reads(comparison.left) || reads(comparison.right) ? "compares index tensors otherwise than by `==`"
                                                           : "is not linear in the positions";
}

} // namespace nnc::dsl
