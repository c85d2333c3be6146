// Helpers of the parser's tests: parse a text, see its tree or its diagnostics.
#pragma once
#include "dsl/AstPrinter.h"
#include "dsl/Parser.h"
#include "support/Diagnostics.h"
#include <string>

namespace nnc::dsl::testing {

struct Parsed {
  SourceMap sources;
  DiagnosticSink sink;
  ParsedFile file;

  explicit Parsed(std::string text) {
    if (auto id = addSource("t.nn", std::move(text), sources, sink))
      file = parse(sources, *id, sink);
  }
  std::string messages() const { return support::renderAll(sink, sources, {.color = false, .brief = true}); }
  std::string rendered() const { return support::renderAll(sink, sources); }
  std::string tree() const { return printAst(file.tree); }
  std::string_view text() const { return sources.text(support::FileId(0)); }
};

/// The tree of one expression, or the messages.
inline std::string parseExpr(const std::string &expression) {
  Parsed parsed("fn f() -> float {\n  " + expression + "\n}\n");
  if (!parsed.file.complete)
    return parsed.messages();
  const auto &body = std::get<ast::FunctionItem>(parsed.file.tree.items.at(0).node).body;
  return printAst(*std::get<ast::ExprStmt>(body.statements.at(0).node).values.at(0));
}

inline std::string repeat(const std::string &piece, size_t count) {
  std::string made;
  made.reserve(piece.size() * count);
  for (size_t i = 0; i < count; ++i)
    made += piece;
  return made;
}

} // namespace nnc::dsl::testing
