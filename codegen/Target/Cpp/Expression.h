// Text of a C++ expression and how tightly it binds.
#pragma once

#include <string>

namespace nnc::cpp {

enum class Binds {
  comma,
  conditional,
  logicalOr,
  logicalAnd,
  bitOr,
  bitXor,
  bitAnd,
  equality,
  relation,
  shift,
  sum,
  product,
  unary,
  postfix
};

struct Expression {
  std::string text;
  Binds binds = Binds::postfix;

  /// In parentheses if it binds less tightly than `needed`.
  std::string at(Binds needed) const { return binds < needed ? "(" + text + ")" : text; }
};

} // namespace nnc::cpp
