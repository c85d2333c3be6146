// The door of the grammar: no Spirit header and no exception passes it.
#pragma once
#include "dsl/Ast.h"
#include "dsl/Lexer.h"
#include <optional>
#include <vector>

namespace nnc::dsl::grammar {

/// The item that these tokens (laid out, Newline and End last) spell; nothing if it could not be understood. Statements
/// that are wrong are reported and left out.
std::optional<ast::Item> parseItem(const std::vector<Token> &tokens, DiagnosticSink &sink);

} // namespace nnc::dsl::grammar
