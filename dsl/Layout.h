// From tokens to statements (lex-3, lex-5): which line ends count, which bracket belongs to which, how deep the text
// nests, and where one item ends and the next begins. All of it without recursion, before the grammar sees a token.
#pragma once
#include "dsl/Lexer.h"

namespace nnc::dsl {

/// The deepest nesting that is parsed.
inline constexpr int64_t maxNesting = 256;

/// The tokens of one item: only line ends that end a statement, every bracket with its partner, a Newline and End last.
struct ItemTokens {
  std::vector<Token> tokens;
  std::string doc;
  SourceRange docRange;
};

/// The items whose brackets fit and whose nesting is not too deep; what is wrong with the others is reported.
std::vector<ItemTokens> layOut(const LexedFile &file, DiagnosticSink &sink);

/// How a message names a token that was found: "`x`", "a string", "the end of the line".
std::string foundText(const Token &token);

} // namespace nnc::dsl
