// Numbers as they stand in text files.
#pragma once
#include <cstdint>
#include <string_view>

namespace nnc::data {

enum class NumberError {
  None,
  Empty,     ///< nothing but blanks
  NotNumber, ///< other text, or text behind a number
  NotFinite, ///< `nan`, `inf`
  Range      ///< too large for the type
};

/// A finite decimal number; blanks around it and a leading `+` are allowed.
NumberError parseNumber(std::string_view text, double &value);
/// A whole number; `5.0` and `5e0` count as 5.
NumberError parseInteger(std::string_view text, int64_t &value);
/// The end of a sentence that begins with the cell: "is not a number".
const char *describe(NumberError error);

} // namespace nnc::data
