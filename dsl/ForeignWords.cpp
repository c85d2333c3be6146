#include "dsl/ForeignWords.h"

namespace nnc::dsl {

std::optional<std::string> foreignWord(std::string_view layer, std::string_view argument) {
  struct Word {
    std::string_view layer, argument, text;
  };
  static constexpr Word words[] = {
#define NNC_FOREIGN(LAYER, ARGUMENT, TEXT) {LAYER, ARGUMENT, TEXT},
#define NNC_FOREIGN_NAME(NAME, HERE, TEXT)
#define NNC_FOREIGN_WIDTH(LAYER, PLACE)
#include "dsl/ForeignWords.def"
#undef NNC_FOREIGN
#undef NNC_FOREIGN_NAME
#undef NNC_FOREIGN_WIDTH
  };
  for (std::string_view owner : {layer, std::string_view("*")})
    for (const Word &word : words)
      if (word.layer == owner && word.argument == argument)
        return std::string(word.text);
  return std::nullopt;
}

std::optional<std::string> nameIn(std::string_view text) {
  constexpr std::string_view front = "here it is called `";
  if (!text.starts_with(front))
    return std::nullopt;
  std::string_view rest = text.substr(front.size());
  return rest.find('`') + 1 == rest.size() ? std::optional(std::string(rest.substr(0, rest.size() - 1))) : std::nullopt;
}

std::optional<ForeignName> foreignName(std::string_view name) {
  struct Word {
    std::string_view name, here, text;
  };
  static constexpr Word words[] = {
#define NNC_FOREIGN(LAYER, ARGUMENT, TEXT)
#define NNC_FOREIGN_NAME(NAME, HERE, TEXT) {NAME, HERE, TEXT},
#define NNC_FOREIGN_WIDTH(LAYER, PLACE)
#include "dsl/ForeignWords.def"
#undef NNC_FOREIGN
#undef NNC_FOREIGN_NAME
#undef NNC_FOREIGN_WIDTH
  };
  for (const Word &word : words)
    if (word.name == name)
      return ForeignName{std::string(word.here), std::string(word.text)};
  return std::nullopt;
}

std::optional<size_t> foreignWidth(std::string_view layer) {
  struct Width {
    std::string_view layer;
    size_t place;
  };
  static constexpr Width widths[] = {
#define NNC_FOREIGN(LAYER, ARGUMENT, TEXT)
#define NNC_FOREIGN_NAME(NAME, HERE, TEXT)
#define NNC_FOREIGN_WIDTH(LAYER, PLACE) {LAYER, PLACE},
#include "dsl/ForeignWords.def"
#undef NNC_FOREIGN
#undef NNC_FOREIGN_NAME
#undef NNC_FOREIGN_WIDTH
  };
  for (const Width &width : widths)
    if (width.layer == layer)
      return width.place;
  return std::nullopt;
}

} // namespace nnc::dsl
