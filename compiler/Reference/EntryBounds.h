// What an entry asks of its sizes and of the integers of its inputs.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc::reference {

/// What the integers of an input are below. Nothing: there is no bound.
std::optional<int64_t> indexBound(nn::EntryOp entry, unsigned argument, const nn::SizeBindings &sizes);

/// The first condition of an entry that these sizes break, or are too few for.
std::optional<nn::FactAttr> failingFact(nn::EntryOp entry, const nn::SizeBindings &sizes);

} // namespace nnc::reference
