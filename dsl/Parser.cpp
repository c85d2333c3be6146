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

} // namespace nnc::dsl
