// What `nnc doc` knows: the definitions of the library and of a user's files.
#pragma once
#include "dsl/Ast.h"
#include "dsl/Parser.h"
#include <deque>
#include <string>
#include <vector>

namespace nnc::dsl::doc {

/// A definition with a text. Several functions may bear one name.
struct Definition {
  std::string name, kind; ///< kind: fn, layer, model, mask, dim
  std::string place;      ///< library/linear.nn:4
  bool isLibrary = false;
  const ast::Item *item = nullptr;
  SourceRange signature, body; ///< body: with its braces; none of a dim

  const ast::FunctionItem *function() const { return std::get_if<ast::FunctionItem>(&item->node); }
  const ast::LayerItem *layer() const { return std::get_if<ast::LayerItem>(&item->node); }
  bool isBuiltin() const { return function() && function()->isBuiltin; }
  /// A `builtin fn` that nothing simpler defines.
  bool isElementary() const { return isBuiltin() && function()->body.statements.empty(); }
};

/// The definitions of one file.
struct Group {
  std::string title; ///< the first sentence of its `//!` lines, or its name
  std::vector<Definition> definitions;
};

class Names {
public:
  /// Reads the library.
  explicit Names(SourceMap &sources);
  /// Adds a user's file, in front; false, with errors in `sink`, if it cannot be parsed.
  bool add(FileId file, DiagnosticSink &sink);

  const std::deque<Group> &groups() const { return all; }
  /// A user's own definition hides the library's.
  std::vector<const Definition *> find(const std::string &name) const;
  std::string text(SourceRange range) const { return std::string(sources.text(range)); }
  /// Of definitions and words, for suggestions.
  std::vector<std::string> names() const;

private:
  Group groupOf(const ParsedFile &parsed, bool library);
  Definition definition(const ast::Item &item, bool library) const;

  SourceMap &sources;
  std::deque<ParsedFile> files;
  std::deque<Group> all;
};

/// The first sentence of a text.
std::string firstSentence(const std::string &text);

} // namespace nnc::dsl::doc
