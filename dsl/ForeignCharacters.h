// Characters beyond ASCII that a keyboard or a text program puts where one of ASCII is meant: “ for ", – for -.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nnc::dsl {

struct ForeignCharacter {
  size_t width = 0;  // in bytes
  std::string meant; // what is written here; "" for a mark that takes no room
  std::string shown; // as messages name it: U+00A0 for what cannot be seen
};

/// The one at the beginning of a text; nothing for a letter, which belongs to a name.
std::optional<ForeignCharacter> foreignCharacter(std::string_view text);

} // namespace nnc::dsl
