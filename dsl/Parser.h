// The only entry to the parser: a file in, its tree and diagnostics out.
//
// After a syntax error parsing goes on (lex-5), so one run reports several. The tree then holds the items and
// statements that were understood; `complete` is false, and a checker should not look at it. Never throws.
#pragma once
#include "dsl/Ast.h"
#include "dsl/Source.h"
#include <optional>

namespace nnc::dsl {

struct ParsedFile {
  ast::File tree;
  bool complete = false; // no syntax error
};

ParsedFile parse(const SourceMap &sources, FileId file, DiagnosticSink &sink);

/// A file that holds `-D name=value`, as it is typed: read like a setting. Nothing after an error.
std::optional<ast::Setting> parseDefine(const SourceMap &sources, FileId file, DiagnosticSink &sink);

} // namespace nnc::dsl
