// Comparisons: what they are called in nn and in recipes, whether they hold, and which ones a condition states.
#pragma once

#include "dsl/Ast.h"
#include <vector>

namespace nnc::dsl {

/// "lt" for `<`.
inline const char *predicateOf(ast::CompareOp op) {
  static constexpr const char *names[] = {"lt", "le", "gt", "ge", "eq", "ne"};
  return names[int(op)];
}

/// What a condition states: `a and b` states both.
inline void addStated(const ast::Expr &condition, std::vector<const ast::Expr *> &stated) {
  const auto *chain = condition.as<ast::ChainExpr>();
  if (!chain || chain->links[0].op != ast::BinaryOp::And)
    return stated.push_back(&condition);
  addStated(*chain->first, stated);
  for (const ast::ChainLink &link : chain->links)
    addStated(*link.operand, stated);
}

/// All that a `where` states.
inline std::vector<const ast::Expr *> statedBy(const std::vector<ast::ExprPtr> &where) {
  std::vector<const ast::Expr *> stated;
  for (const ast::ExprPtr &condition : where)
    addStated(*condition, stated);
  return stated;
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
