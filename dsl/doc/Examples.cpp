#include "dsl/doc/Examples.h"
#include "dsl/Lexer.h"
#include "dsl/Parser.h"
#include <algorithm>

namespace nnc::dsl::doc {
namespace {

std::string nameOf(const ast::Item &item) {
  return std::visit(
      [](const auto &node) -> std::string {
        if constexpr (requires { node.name; })
          return node.name.text;
        else
          return "";
      },
      item.node);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  return text;
}

class Finder {
public:
  Finder(const SourceMap &sources, FileId file) : sources(sources), file(file) {
    DiagnosticSink silent;
    parsed = parse(sources, file, silent);
    lexed = lex(sources, file, silent);
  }

  std::vector<DocExample> run() {
    const Comment *before = nullptr;
    for (const Comment &comment : lexed.comments) {
      if (comment.kind == CommentKind::Plain || isInside(comment))
        continue;
      if (before && (before->kind != comment.kind || lineOf(comment) != lineOf(*before) + 1))
        close();
      before = &comment;
      take(comment);
    }
    close();
    return std::move(examples);
  }

private:
  uint32_t lineOf(const Comment &comment) const { return sources.lineColumn(file, comment.range.begin).line; }

  bool isInside(const Comment &comment) const {
    return std::any_of(parsed.tree.items.begin(), parsed.tree.items.end(), [&](const ast::Item &item) {
      return comment.range.begin >= item.range.begin && comment.range.begin < item.range.end;
    });
  }

  void take(const Comment &comment) {
    std::string_view line = trimmed(comment.text);
    bool isFence = line.starts_with("```");
    if (isFence && (isOpen || isForeign)) {
      close();
    } else if (isFence) {
      isOpen = line == "```nn";
      isForeign = !isOpen;
    } else if (isOpen) {
      block.push_back(comment);
    }
  }

  void close() {
    if (!block.empty()) {
      DocExample one;
      one.line = lineOf(block.front());
      for (const ast::Item &item : parsed.tree.items)
        if (item.docRange.valid() && block.front().range.begin >= item.docRange.begin &&
            block.front().range.begin < item.docRange.end)
          one.name = nameOf(item);
      one.text = std::string(sources.text(file));
      for (const Comment &comment : block) // the three slashes become spaces: lines and columns stay
        std::fill_n(one.text.begin() + comment.range.begin, 3, ' ');
      examples.push_back(std::move(one));
    }
    block.clear();
    isOpen = isForeign = false;
  }

  const SourceMap &sources;
  FileId file;
  ParsedFile parsed;
  LexedFile lexed;
  std::vector<Comment> block;
  bool isOpen = false, isForeign = false; ///< inside of a block of ours, or of another language
  std::vector<DocExample> examples;
};

} // namespace

std::vector<DocExample> examplesOf(const SourceMap &sources, FileId file) { return Finder(sources, file).run(); }

} // namespace nnc::dsl::doc
