// How the terms of a loss and the elements of lists in `train` are called.
#pragma once

#include "dsl/Ast.h"
#include "support/Diagnostics.h"

#include <set>
#include <string>

namespace nnc::dsl {

/// The first call in a product: `0.5 * mse(y, t)` is called mse.
const ast::PostfixExpr *firstCall(const ast::Expr &expr);
std::string callName(const ast::PostfixExpr &call);

/// Notes the name of a term, a metric or a watched value; false, with a report, if another one bears it.
bool takeName(std::set<std::string> &names, const std::string &name, support::SourceRange range,
              support::DiagnosticSink &sink);

} // namespace nnc::dsl
