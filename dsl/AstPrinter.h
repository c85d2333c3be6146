// A stable text of the tree, for --emit=ast and tests. Operators stand in parentheses that show what was grouped:
//
//   y = relu(x @ w + b)     bind y = (call relu ((x @ w) + b))
//   x |> f[:, 0].T          expr (x |> (member (index f [:, 0]) T))
//
// Parentheses that were written show as (paren …). Nothing of the tree is left out but its source ranges.
#pragma once
#include "dsl/Ast.h"
#include <string>

namespace nnc::dsl {

std::string printAst(const ast::File &file);
std::string printAst(const ast::Item &item);
std::string printAst(const ast::Expr &expr);

/// A string as it would be written: quoted, with escapes.
std::string quoted(const std::string &text);

} // namespace nnc::dsl
