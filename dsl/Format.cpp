#include "dsl/Format.h"
#include "dsl/Layout.h"
#include "dsl/Parser.h"
#include "dsl/format/Columns.h"

namespace nnc::dsl {

/// The tokens of the items, without line ends, and where statements begin.
static std::vector<format::Mark> marksOf(const std::vector<ItemTokens> &items) {
  std::vector<format::Mark> marks;
  for (const ItemTokens &item : items) {
    bool begins = true, isFirst = true;
    for (const Token &token : item.tokens) {
      if (token.kind == Tok::Newline) {
        begins = true;
        continue;
      }
      if (token.kind == Tok::End)
        break;
      format::Mark mark;
      mark.token = &token;
      mark.beginsItem = isFirst;
      mark.beginsStatement = begins && token.kind != Tok::RBrace;
      marks.push_back(mark);
      begins = token.kind == Tok::LBrace && item.tokens.front().text != "dim";
      isFirst = false;
    }
  }
  format::findRoles(marks);
  return marks;
}

std::optional<std::string> formatSource(const SourceMap &sources, FileId file, DiagnosticSink &sink) {
  if (!parse(sources, file, sink).complete)
    return std::nullopt;
  DiagnosticSink silent;
  LexedFile lexed = lex(sources, file, silent);
  std::vector<ItemTokens> items = layOut(lexed, silent);
  std::vector<format::Mark> marks = marksOf(items);
  std::vector<format::Line> lines = format::makeLines(sources, file, lexed, marks);
  format::alignColumns(lines);
  return format::print(lines);
}

} // namespace nnc::dsl
