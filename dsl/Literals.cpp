// What numbers and strings of the text stand for.
#include "dsl/ForeignCharacters.h"
#include "dsl/Lexer.h"
#include "fast_float/fast_float.h"
#include <algorithm>
#include <cmath>

namespace nnc::dsl {

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Digits with single `_` between them; what is left of `spelling` behind them, digits alone in `digits`.
static bool takeDigits(std::string_view &spelling, std::string &digits) {
  if (spelling.empty() || !isDigit(spelling[0]))
    return false;
  size_t at = 0;
  while (at < spelling.size() && (isDigit(spelling[at]) || spelling[at] == '_')) {
    if (spelling[at] == '_' && (at + 1 == spelling.size() || !isDigit(spelling[at + 1])))
      return false;
    if (spelling[at] != '_')
      digits += spelling[at];
    ++at;
  }
  spelling.remove_prefix(at);
  return true;
}

NumberError parseNumber(std::string_view spelling, NumberValue &value) {
  std::string digits;
  if (!takeDigits(spelling, digits))
    return NumberError::Malformed;
  value.isInteger = true;
  if (!spelling.empty() && spelling[0] == '.') {
    value.isInteger = false;
    spelling.remove_prefix(1);
    digits += '.';
    if (!takeDigits(spelling, digits))
      return NumberError::Malformed;
  }
  if (!spelling.empty() && (spelling[0] == 'e' || spelling[0] == 'E')) {
    value.isInteger = false;
    digits += 'e';
    spelling.remove_prefix(1);
    if (!spelling.empty() && (spelling[0] == '+' || spelling[0] == '-')) {
      if (spelling[0] == '-')
        digits += '-';
      spelling.remove_prefix(1);
    }
    if (!takeDigits(spelling, digits))
      return NumberError::Malformed;
  }
  int64_t unit = spelling == "KiB"   ? int64_t(1) << 10
                 : spelling == "MiB" ? int64_t(1) << 20
                 : spelling == "GiB" ? int64_t(1) << 30
                                     : 1;
  if (!spelling.empty() && unit == 1)
    return NumberError::Malformed;

  const char *end = digits.data() + digits.size();
  auto real = fast_float::from_chars(digits.data(), end, value.value);
  if (real.ec != std::errc() && real.ec != std::errc::result_out_of_range)
    return NumberError::Malformed;
  if (!std::isfinite(value.value))
    return NumberError::TooLarge;
  value.value *= static_cast<double>(unit);
  // A whole number of a unit is an integer as well: 0.5GiB is not.
  if (!value.isInteger)
    return NumberError::None;
  for (const char *c = digits.data(); c != end; ++c)
    if (__builtin_mul_overflow(value.integer, int64_t(10), &value.integer) ||
        __builtin_add_overflow(value.integer, int64_t(*c - '0'), &value.integer))
      return NumberError::TooLarge;
  if (__builtin_mul_overflow(value.integer, unit, &value.integer))
    return NumberError::TooLarge;
  return NumberError::None;
}

std::string parseString(std::string_view spelling) {
  std::string made;
  char quote = spelling.empty() ? '"' : spelling[0];
  auto curly = foreignCharacter(spelling);
  spelling.remove_prefix(std::min(curly ? curly->width : 1, spelling.size()));
  bool closed = false;
  for (size_t i = 0; i < spelling.size() && !closed; ++i) {
    char c = spelling[i];
    if (c == quote) {
      closed = true;
    } else if (c == '\\' && i + 1 < spelling.size()) {
      char escaped = spelling[++i];
      made += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
    } else {
      made += c;
    }
  }
  return made;
}

} // namespace nnc::dsl
