// A call whose node is made by more than the signature of its function says.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

struct FunctionCall {
  Elaborator &e;
  const Definition &definition;
  Frame &inner; // of the function: its parameters are bound
  Frame &frame; // of the caller
  support::SourceRange range;
};

} // namespace nnc::dsl
