// Does this processor have what the program was compiled for? Asked before any generated code runs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace nnc::rt {

/// The features of a comma-separated list of LLVM names ("+avx2,-sse4a,fma": a `-` asks for nothing) that this
/// processor, or its operating system, lacks. Names that no table knows are taken to be there.
std::vector<std::string> missingFeatures(std::string_view wanted);

} // namespace nnc::rt
