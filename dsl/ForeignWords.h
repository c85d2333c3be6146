// What arguments, settings and names of other systems are called here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nnc::dsl {

/// "here it is called `kernel`" for `kernel_size`, for `argument` or `argument = value` of a layer, a function,
/// `train`.
std::optional<std::string> foreignWord(std::string_view layer, std::string_view argument);

/// `kernel`, if the text of a foreign word says no more than what it is called here.
std::optional<std::string> nameIn(std::string_view text);

struct ForeignName {
  std::string here; // what to write instead, or ""
  std::string text;
};

/// What is written for `Dense`, `Sequential`, `False`.
std::optional<ForeignName> foreignName(std::string_view name);

/// The place at which PyTorch's layer of that name takes the width of its input, which is never written here.
std::optional<size_t> foreignWidth(std::string_view layer);

} // namespace nnc::dsl
