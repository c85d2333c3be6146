// How the terms of a loss and the elements of lists in `train` are called.
#pragma once

#include "dsl/Ast.h"

#include <string>
#include <vector>

namespace nnc::dsl {

/// The first call in a product: `0.5 * mse(y, t)` is called mse.
const ast::PostfixExpr *firstCall(const ast::Expr &expr);
std::string callName(const ast::PostfixExpr &call);

} // namespace nnc::dsl
