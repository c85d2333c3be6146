// What the integers of an input are below.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc::reference {

/// Nothing: there is no bound.
std::optional<int64_t> indexBound(nn::EntryOp entry, unsigned argument, const nn::SizeBindings &sizes);

} // namespace nnc::reference
