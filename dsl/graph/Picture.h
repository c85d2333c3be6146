// A flow as a picture: SVG, with nothing that is not in it.
#pragma once
#include "dsl/graph/Flow.h"
#include <string>

namespace nnc::dsl::graph {

/// The same bytes for the same flow.
std::string picture(const Flow &flow);

} // namespace nnc::dsl::graph
