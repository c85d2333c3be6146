// The pages of `nnc explain`: explanations/CODE.md, embedded when nnc is built.
#pragma once

#include <string_view>

namespace nnc::driver {

/// The page of a code, or "".
std::string_view explanation(std::string_view code);

} // namespace nnc::driver
