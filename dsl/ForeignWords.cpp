#include "dsl/ForeignWords.h"

namespace nnc::dsl {

std::optional<std::string> foreignWord(std::string_view layer, std::string_view argument) {
  struct Word {
    std::string_view layer, argument, text;
  };
  static constexpr Word words[] = {
#define NNC_FOREIGN(LAYER, ARGUMENT, TEXT) {LAYER, ARGUMENT, TEXT},
#include "dsl/ForeignWords.def"
#undef NNC_FOREIGN
  };
  for (const Word &word : words)
    if ((word.layer == "*" || word.layer == layer) && word.argument == argument)
      return std::string(word.text);
  return std::nullopt;
}

} // namespace nnc::dsl
