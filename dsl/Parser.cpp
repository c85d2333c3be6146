#include "dsl/Parser.h"
#include "dsl/Layout.h"
#include "dsl/grammar/Grammar.h"

namespace nnc::dsl {

ParsedFile parse(const SourceMap &sources, FileId file, DiagnosticSink &sink) {
  size_t errorsBefore = sink.errorCount();
  ParsedFile parsed;
  parsed.tree.file = file;
  LexedFile lexed = lex(sources, file, sink);
  for (const Comment &comment : lexed.comments)
    if (comment.kind == CommentKind::FileDoc)
      parsed.tree.doc += (parsed.tree.doc.empty() ? "" : "\n") + std::string(comment.text);
  for (ItemTokens &tokens : layOut(lexed, sink)) {
    std::optional<ast::Item> item = grammar::parseItem(tokens.tokens, sink);
    if (!item)
      continue;
    item->doc = std::move(tokens.doc);
    item->docRange = tokens.docRange;
    parsed.tree.items.push_back(std::move(*item));
  }
  parsed.complete = sink.errorCount() == errorsBefore;
  return parsed;
}

static Token tokenAt(Tok kind, std::string_view text, SourceRange range) {
  Token token;
  token.kind = kind;
  token.text = text;
  token.range = range;
  return token;
}

/// Whether the brackets of one value fit one another, before the block around it could have a part in it.
static bool bracketsFit(const std::vector<Token> &tokens, DiagnosticSink &sink) {
  std::vector<const Token *> open;
  for (const Token &token : tokens) {
    if (token.kind == Tok::LParen || token.kind == Tok::LBracket || token.kind == Tok::LBrace)
      open.push_back(&token);
    if (token.kind != Tok::RParen && token.kind != Tok::RBracket && token.kind != Tok::RBrace)
      continue;
    if (open.empty()) {
      sink.report(support::diag::BracketNotOpened, token.range, token.text);
      return false;
    }
    open.pop_back(); // whether it is of the same kind, the layout tells
  }
  if (!open.empty())
    sink.report(support::diag::BracketNotClosed, open.back()->range, open.back()->text);
  return open.empty();
}

std::optional<ast::Setting> parseDefine(const SourceMap &sources, FileId file, DiagnosticSink &sink) {
  size_t errorsBefore = sink.errorCount();
  LexedFile typed = lex(sources, file, sink);
  for (const Comment &comment : typed.comments)
    sink.report(support::diag::ExpectedToken, comment.range, "the end of the value", "a comment");
  // `-` and `D` make room for the block that a setting stands in.
  LexedFile block;
  SourceRange begin{file, 0, 0};
  block.tokens = {tokenAt(Tok::Name, "train", begin), tokenAt(Tok::Name, "M", begin), tokenAt(Tok::Name, "on", begin),
                  tokenAt(Tok::Name, "d", begin), tokenAt(Tok::LBrace, "{", begin)};
  block.tokens[0].firstOnLine = block.tokens[0].inColumnOne = true;
  for (size_t i = 2; i + 1 < typed.tokens.size(); ++i) {
    block.tokens.push_back(typed.tokens[i]);
    if (typed.tokens[i].kind == Tok::Newline && i + 2 < typed.tokens.size())
      sink.report(support::diag::ExpectedToken, typed.tokens[i].range, "the end of the value",
                  foundText(typed.tokens[i]));
  }
  SourceRange end = typed.tokens.back().range;
  block.tokens.push_back(tokenAt(Tok::RBrace, "}", end));
  block.tokens.push_back(tokenAt(Tok::Newline, "", end));
  block.tokens.push_back(tokenAt(Tok::End, "", end));
  if (sink.errorCount() != errorsBefore || !bracketsFit(typed.tokens, sink))
    return std::nullopt;
  for (ItemTokens &tokens : layOut(block, sink))
    if (std::optional<ast::Item> item = grammar::parseItem(tokens.tokens, sink))
      if (auto *train = std::get_if<ast::TrainItem>(&item->node);
          train && train->settings.size() == 1 && sink.errorCount() == errorsBefore)
        return std::move(train->settings[0]);
  return std::nullopt;
}

} // namespace nnc::dsl
