// What a word and a character of a text are: one answer for the compiler, which makes vocabularies, and for compiled
// programs, which look words up in them.
#pragma once
#include <cstdint>
#include <string_view>

namespace nnc::data {

/// Letters, digits, `_`, `'` and everything that is not ASCII.
inline bool isWordByte(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '\'' ||
         c >= 0x80;
}

/// Calls `visit` with each word, in order: the longest runs of word bytes, and every other visible character alone.
template <class Visit> void forEachWord(std::string_view text, Visit visit) {
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && isWordByte(text[end]))
      ++end;
    if (end == at) {
      end = at + 1;
      if (text[at] > ' ' && text[at] != 0x7f)
        visit(text.substr(at, 1));
    } else {
      visit(text.substr(at, end - at));
    }
    at = end;
  }
}

/// The length in bytes of the UTF-8 character that `text` begins with, or 0 if it is none.
inline size_t characterLength(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? uint32_t((unsigned char)text[i]) : 0; };
  uint32_t first = byte(0);
  size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (text.empty() || length == 0)
    return 0;
  uint32_t code = length == 1 ? first : first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 2)
      return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  static constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool isCharacter = code >= least[length] && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return isCharacter ? length : 0;
}

} // namespace nnc::data
