#include "data/Number.h"
#include <charconv>
#include <cmath>
#include <fast_float/fast_float.h>

namespace nnc::data {

static std::string_view trimmed(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Without blanks and one leading `+`.
static std::string_view bare(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+')
    text.remove_prefix(1);
  return text;
}

NumberError parseNumber(std::string_view text, double &value) {
  text = bare(text);
  if (text.empty())
    return NumberError::Empty;
  auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = end == text.data() + text.size();
  if (error == std::errc::invalid_argument || !whole)
    return NumberError::NotNumber;
  if (std::isfinite(value) && error == std::errc())
    return NumberError::None;
  // Too small a number reads as 0; too large a one is an error, unlike `inf` spelled out.
  if (std::isfinite(value))
    return value == 0 ? NumberError::None : NumberError::Range;
  bool digits = text.find_first_of("0123456789") != std::string_view::npos;
  return digits ? NumberError::Range : NumberError::NotFinite;
}

NumberError parseInteger(std::string_view text, int64_t &value) {
  text = bare(text);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size())
    return NumberError::None;
  double real = 0;
  NumberError result = parseNumber(text, real);
  if (result != NumberError::None)
    return result;
  if (real != std::floor(real))
    return NumberError::NotNumber;
  if (std::fabs(real) > 9007199254740992.0) // 2^53: beyond it a double does not name one integer
    return NumberError::Range;
  value = int64_t(real);
  return NumberError::None;
}

const char *describe(NumberError error) {
  switch (error) {
  case NumberError::None:
    return "is a number";
  case NumberError::Empty:
    return "is empty";
  case NumberError::NotNumber:
    return "is not a number";
  case NumberError::NotFinite:
    return "is not a finite number";
  case NumberError::Range:
    return "is too large";
  }
  return "is not a number";
}

} // namespace nnc::data
