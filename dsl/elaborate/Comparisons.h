// What the comparisons of the language are called in nn and in recipes, and whether they hold.
#pragma once

#include "dsl/Ast.h"

namespace nnc::dsl {

/// "lt" for `<`.
inline const char *predicateOf(ast::CompareOp op) {
  static constexpr const char *names[] = {"lt", "le", "gt", "ge", "eq", "ne"};
  return names[int(op)];
}

template <typename T> bool holds(ast::CompareOp op, T left, T right) {
  switch (op) {
  case ast::CompareOp::Lt:
    return left < right;
  case ast::CompareOp::Le:
    return left <= right;
  case ast::CompareOp::Gt:
    return left > right;
  case ast::CompareOp::Ge:
    return left >= right;
  case ast::CompareOp::Eq:
    return left == right;
  case ast::CompareOp::Ne:
    return left != right;
  }
  return false;
}

} // namespace nnc::dsl
