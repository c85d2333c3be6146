// What a value sees of the input: how many neighbouring places of each axis that windows slide over.
#pragma once
#include "dsl/Program.h"

namespace nnc::dsl {

/// For each value of the entry: "5 x 5", "all", or "" where no window slides over what it is made of.
std::vector<std::string> receptiveFields(const Entry &entry);

} // namespace nnc::dsl
