// The items of a program and of the library by name.
#pragma once

#include "dsl/Ast.h"
#include "dsl/Parser.h"
#include "dsl/Sizes.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nnc::dsl {

/// A name of a size: capitals, digits, `_`.
bool isSizeName(const std::string &name);

struct Definition;

/// What the definitions of one imported file see: its own, and what it imports. Behind them the library's.
struct FileNames {
  std::map<std::string, Definition *> layers, masks;
  std::map<std::string, std::vector<Definition *>> functions;
};

/// A layer, model, function or mask.
struct Definition {
  std::string name;
  const ast::LayerItem *layer = nullptr;
  const ast::FunctionItem *function = nullptr;
  const ast::MaskItem *mask = nullptr;
  bool isLibrary = false;
  const FileNames *names = nullptr; // of its file, if that is imported
  support::SourceRange nameRange;

  const ast::ParamList &data() const;
  const ast::Result &result() const { return layer ? layer->result : function->result; }
  const ast::Block &body() const { return layer ? layer->body : function->body; }
  const std::vector<ast::ExprPtr> &where() const;
};

struct Dim {
  std::string name;
  int64_t size = 0;
  std::vector<std::string> labels;                 // empty: a plain number
  std::unordered_map<std::string, int64_t> places; // of the labels; of one that stands twice the first
  /// "words", "characters", "labels": the members stand in a file; else "".
  std::string vocabulary, path, column;
  std::vector<std::string> specials; // the first of the members of `words`
  uint64_t hash = 0;                 // of the members
  const ast::Expr *source = nullptr; // the call that says all this

  /// Whether its members are labels, a few names, rather than the words or characters of a text.
  bool isNamed() const { return !labels.empty() && vocabulary != "words" && vocabulary != "characters"; }
  void setLabels(std::vector<std::string> given);
  std::optional<int64_t> placeOf(const std::string &label) const;
  support::SourceRange nameRange;
};

struct ImportedFile {
  ParsedFile parsed;
  FileNames names;
};

struct Module {
  ParsedFile parsed; // the program; the library's trees outlive every module
  std::vector<std::unique_ptr<Definition>> definitions;
  /// Also models. A file's own names hide the library's, for the file only (rule name-3).
  std::map<std::string, Definition *> ownLayers, libraryLayers;
  std::map<std::string, std::vector<Definition *>> ownFunctions, libraryFunctions; // several: the first that fits
  std::vector<std::unique_ptr<Definition>> maskDefinitions;
  std::map<std::string, Definition *> ownMasks, libraryMasks;
  std::map<std::string, Dim> dims;
  std::map<std::string, const ast::DatasetItem *> datasets;
  std::map<std::string, const ast::WeightsItem *> weights;
  std::vector<const ast::TrainItem *> trains;
  std::vector<const ast::GenerateItem *> generates; // one for a model at most
  std::vector<Definition *> models;
  SizeMap dimSizes; // symbol -> number

  std::vector<std::unique_ptr<ImportedFile>> imported;

  /// As the body of `from` sees it; null: the program's settings.
  const Definition *layer(const std::string &name, const Definition *from) const;
  const std::vector<Definition *> *functions(const std::string &name, const Definition *from) const;
  /// A file's own mask also hides a function of the library, and its own function a mask of the library.
  const Definition *mask(const std::string &name, const Definition *from) const;
  const Definition *layer(const std::string &name, bool fromLibrary) const;
  const std::vector<Definition *> *functions(const std::string &name, bool fromLibrary) const;
  std::vector<std::string> names() const; // of everything, for suggestions
  const ast::File &program() const { return parsed.tree; }
};

/// Parses the library and what is imported, from the importing file's folder or one of `folders`, and collects all
/// names; reports what is defined twice or badly named (rules name-1, name-3, name-5).
bool buildModule(Module &module, support::FileId file, const std::vector<std::string> &folders,
                 support::SourceMap &sources, support::DiagnosticSink &sink);

} // namespace nnc::dsl
