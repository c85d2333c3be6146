// Names that tensors of a program cannot have.
#pragma once
#include <string>

namespace nnc::dsl {

/// Entries, kernels and slots of the compiled program share one table of names with the parameters.
bool takenByCompiler(const std::string &path);

} // namespace nnc::dsl
