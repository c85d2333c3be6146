// What arguments of other systems are called here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nnc::dsl {

/// "here it is called `kernel`" for `kernel_size`, for `argument` or `argument = value` of a layer or function.
std::optional<std::string> foreignWord(std::string_view layer, std::string_view argument);

} // namespace nnc::dsl
