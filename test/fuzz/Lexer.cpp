// Bytes to tokens and to statements. The tokens of a sound text, written out again, are the same tokens.
#include "dsl/Layout.h"
#include "test/fuzz/Rendering.h"

namespace nnc::fuzz {

using namespace nnc::dsl;

static void checkTokens(const LexedFile &lexed, std::string_view text) {
  uint32_t behind = 0;
  require(!lexed.tokens.empty() && lexed.tokens.back().kind == Tok::End, "the last token is the end");
  for (const Token &token : lexed.tokens) {
    require(token.range.begin >= behind && token.range.end >= token.range.begin && token.range.end <= text.size(),
            "tokens lie one behind the other");
    require(token.text == text.substr(token.range.begin, token.range.end - token.range.begin),
            "a token is the text at its place");
    behind = token.range.end;
    NumberValue number;
    if (token.kind == Tok::Number)
      parseNumber(token.text, number);
    if (token.kind == Tok::String)
      require(parseString(token.text).size() <= token.text.size(), "escapes make a string shorter");
  }
}

/// Blanks between tokens change nothing.
static void lexAgain(const LexedFile &lexed) {
  std::string spaced;
  for (const Token &token : lexed.tokens)
    spaced += token.kind == Tok::Newline ? std::string("\n") : std::string(token.text) + " ";
  SourceMap sources;
  DiagnosticSink sink;
  std::optional<FileId> file = addSource("again.nn", spaced, sources, sink);
  require(file.has_value(), "tokens are text");
  LexedFile again = lex(sources, *file, sink);
  require(!sink.hasErrors() && again.tokens.size() == lexed.tokens.size(), "the same tokens");
  for (size_t i = 0; i < again.tokens.size(); ++i)
    require(again.tokens[i].kind == lexed.tokens[i].kind, "the same kinds of tokens");
}

static void checkItems(const std::vector<ItemTokens> &items) {
  for (const ItemTokens &item : items) {
    require(item.tokens.size() >= 2 && item.tokens.back().kind == Tok::End, "an item ends");
    for (size_t i = 0; i < item.tokens.size(); ++i) {
      const Token &token = item.tokens[i];
      if (token.kind == Tok::LParen || token.kind == Tok::LBracket || token.kind == Tok::LBrace) {
        require(token.partner > 0 && i + token.partner < item.tokens.size(), "an opening bracket has a partner");
        require(item.tokens[i + token.partner].partner == token.partner, "partners know each other");
      }
      foundText(token);
    }
  }
}

void lexer(std::string_view bytes) {
  SourceMap sources;
  DiagnosticSink sink;
  std::optional<FileId> file = addSource("fuzz.nn", std::string(bytes), sources, sink);
  require(file.has_value() != sink.hasErrors(), "a text is taken, or an error says why not");
  if (file) {
    LexedFile lexed = lex(sources, *file, sink);
    checkTokens(lexed, sources.text(*file));
    if (!sink.hasErrors())
      lexAgain(lexed);
    checkItems(layOut(lexed, sink));
  }
  renderEverything(sink, sources);
}

} // namespace nnc::fuzz
