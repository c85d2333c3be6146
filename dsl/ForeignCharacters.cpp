#include "dsl/ForeignCharacters.h"

namespace nnc::dsl {
namespace {

struct Range {
  char32_t first, last;
  const char *meant;
};

constexpr Range ranges[] = {
    {0x0085, 0x0085, "\n"},  {0x00a0, 0x00a0, " "},  {0x00ab, 0x00ab, "\""}, {0x00ad, 0x00ad, ""},
    {0x00b7, 0x00b7, "*"},   {0x00bb, 0x00bb, "\""}, {0x00d7, 0x00d7, "*"},  {0x00f7, 0x00f7, "/"},
    {0x2000, 0x200a, " "},   {0x200b, 0x200f, ""},   {0x2010, 0x2015, "-"},  {0x2018, 0x201f, "\""},
    {0x2026, 0x2026, "..."}, {0x2028, 0x2029, "\n"}, {0x202a, 0x202e, ""},   {0x202f, 0x202f, " "},
    {0x205f, 0x205f, " "},   {0x2060, 0x2064, ""},   {0x2190, 0x2190, "<-"}, {0x2192, 0x2192, "->"},
    {0x2212, 0x2212, "-"},   {0x2215, 0x2215, "/"},  {0x2217, 0x2217, "*"},  {0x2219, 0x2219, "*"},
    {0x2227, 0x2227, "and"}, {0x2228, 0x2228, "or"}, {0x2260, 0x2260, "!="}, {0x2264, 0x2264, "<="},
    {0x2265, 0x2265, ">="},  {0x22c5, 0x22c5, "*"},  {0x3000, 0x3000, " "},  {0xfeff, 0xfeff, ""},
};

/// The number of the first character, which is UTF-8 and not ASCII.
char32_t decode(std::string_view text, size_t &width) {
  auto lead = static_cast<unsigned char>(text[0]);
  width = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (width > text.size())
    return 0;
  char32_t code = lead & (0x7fu >> width);
  for (size_t i = 1; i < width; ++i)
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
  return code;
}

std::string number(char32_t code) {
  const char *hex = "0123456789ABCDEF";
  return {'U', '+', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
}

} // namespace

std::optional<ForeignCharacter> foreignCharacter(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text[0]) < 0xc2)
    return std::nullopt;
  ForeignCharacter made;
  char32_t code = decode(text, made.width);
  made.shown = std::string(text.substr(0, made.width));
  // The signs of ASCII as wide as a letter of Chinese.
  if (code >= 0xff01 && code <= 0xff5e) {
    char sign = static_cast<char>(code - 0xff01 + '!');
    bool isWord = (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
    made.meant = sign;
    return isWord ? std::nullopt : std::optional(made);
  }
  for (const Range &range : ranges) {
    if (code < range.first || code > range.last)
      continue;
    made.meant = range.meant;
    if (made.meant.empty() || made.meant == " " || made.meant == "\n")
      made.shown = number(code);
    return made;
  }
  return std::nullopt;
}

} // namespace nnc::dsl
