// From bytes to tokens (lex-1, lex-2). Comments and line ends are kept, with positions, for the formatter,
// documentation and editors; Layout.h turns the tokens into what the grammar reads.
#pragma once
#include "dsl/Source.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::dsl {

enum class Tok : uint8_t {
#define NNC_TOKEN(NAME, TEXT) NAME,
#include "dsl/Tokens.def"
#undef NNC_TOKEN
};

/// How messages call a kind of token: "a name", "`|>`".
const char *tokenName(Tok kind);
/// One of the hard keywords of lex-2.
bool isKeyword(Tok kind);

struct Token {
  std::string_view text; // into the source map
  SourceRange range;
  Tok kind = Tok::End;
  bool firstOnLine = false;
  bool inColumnOne = false;
  /// For a bracket in the stream of the grammar: how many tokens behind (or, for a closing one, before) its partner is.
  uint32_t partner = 0;
};

enum class CommentKind : uint8_t { Plain, Doc, FileDoc }; // `//`, `///`, `//!`

struct Comment {
  CommentKind kind = CommentKind::Plain;
  SourceRange range;     // from the slashes to the end of the line
  std::string_view text; // without the slashes and one space behind them
};

struct LexedFile {
  std::vector<Token> tokens; // with one Newline for each line that holds a token; ends with End
  std::vector<Comment> comments;
};

LexedFile lex(const SourceMap &sources, FileId file, DiagnosticSink &sink);

/// The value of a Number token.
struct NumberValue {
  bool isInteger = false;
  int64_t integer = 0;
  double value = 0;
};

/// What is wrong with a number that the lexer cut out, or nothing.
enum class NumberError : uint8_t { None, Malformed, TooLarge };
NumberError parseNumber(std::string_view spelling, NumberValue &value);

/// The value of a String token, quotes and escapes resolved (the lexer has checked them).
std::string parseString(std::string_view spelling);

/// The words that begin an item at depth 0: `import`, `dim`, … `builtin`.
bool isItemWord(std::string_view word);

} // namespace nnc::dsl
