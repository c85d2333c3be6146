// What is wrong with a data file, as a value: where, why, and what to do about it.
#pragma once
#include "data/Expected.h"
#include <cstdint>
#include <string>

namespace nnc::data {

struct Error {
  enum class Kind {
    Missing, ///< the file cannot be opened or read
    Bad      ///< it was read, but its content is not acceptable
  };
  Kind kind = Kind::Bad;
  std::string file;
  int64_t line = 0;   ///< from 1; 0: the whole file
  int64_t column = 0; ///< in bytes, from 1; 0: the whole line
  std::string cause;  ///< "the quote is never closed"
  std::string remedy; ///< "double the quotes inside a quoted field"; may be empty

  /// `iris.csv:3:7: the quote is never closed (double the quotes …)`
  std::string text() const;
};

template <class T> using Result = Expected<T, Error>;

} // namespace nnc::data
