#include "dsl/elaborate/Module.h"

#include "dsl/Library.h"
#include "dsl/Source.h"
#include "dsl/Vocabulary.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace nnc::dsl {

using support::DiagnosticSink;
using support::SourceRange;
namespace diag = support::diag;

namespace {

bool hasLower(const std::string &name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}
bool startsUpper(const std::string &name) { return name[0] >= 'A' && name[0] <= 'Z'; }

/// Collects the names of one file.
class Collector {
public:
  Collector(Module &module, DiagnosticSink &sink, bool library) : module(module), sink(sink), library(library) {}

  void run(const ast::File &file) {
    for (const ast::Item &item : file.items)
      std::visit([&](const auto &node) { add(node, item.range); }, item.node);
  }

private:
  Module &module;
  DiagnosticSink &sink;
  bool library;
  std::map<std::string, SourceRange> seen;

  bool fresh(const ast::Ident &name) {
    auto [known, isNew] = seen.try_emplace(name.text, name.range);
    if (!isNew && !library)
      sink.report(diag::DefinedTwice, name.range, name.text).note(known->second, "the first one").cause(name.range);
    return isNew || library;
  }
  void style(const ast::Ident &name, bool ok, const char *what, const char *rule) {
    if (!ok && !library)
      sink.report(diag::NameStyle, name.range, what, name.text, rule).cause(name.range);
  }
  void later(SourceRange range, const char *what) { sink.report(diag::ComesLater, range, what).cause(range); }

  Definition *define(const ast::Ident &name) {
    auto definition = std::make_unique<Definition>();
    definition->name = name.text;
    definition->library = library;
    definition->nameRange = name.range;
    module.definitions.push_back(std::move(definition));
    return module.definitions.back().get();
  }

  /// The names of a signature: none twice, none of the words that cannot be bound. A result may bear an input's name.
  void checkSignature(const ast::ParamList *hyper, const ast::ParamList &data, const ast::Result &result) {
    if (library)
      return;
    std::map<std::string, SourceRange> params, results;
    auto check = [&](const ast::Ident &name, std::map<std::string, SourceRange> &known) {
      if (isReserved(name.text))
        sink.report(diag::CannotBind, name.range, name.text).cause(name.range);
      auto [first, isNew] = known.try_emplace(name.text, name.range);
      if (!isNew && name.text != "_")
        sink.report(diag::DefinedTwice, name.range, name.text).note(first->second, "the first one").cause(name.range);
    };
    for (const ast::ParamList *list : {hyper, &data})
      for (size_t i = 0; list && i < list->params.size(); ++i)
        check(list->params[i].name, params);
    for (const ast::ResultItem &item : result.items)
      if (!item.name.text.empty())
        check(item.name, results);
  }

  void add(const ast::ImportItem &, SourceRange range) { later(range, "import"); }
  void add(const ast::WeightsItem &, SourceRange range) { later(range, "weights"); }
  void add(const ast::MaskItem &, SourceRange range) { later(range, "mask"); }
  void add(const ast::GenerateItem &, SourceRange range) { later(range, "generate"); }

  void add(const ast::DimItem &item, SourceRange) {
    style(item.name, startsUpper(item.name.text) && hasLower(item.name.text), "a dim",
          "begins with a capital letter and has a small one");
    if (!fresh(item.name))
      return;
    Dim dim;
    dim.name = item.name.text;
    dim.nameRange = item.name.range;
    if (!item.value) {
      std::set<std::string_view> known;
      for (const ast::Label &label : item.labels) {
        if (!known.insert(label.text).second)
          sink.report(diag::DefinedTwice, label.range, label.text).cause(label.range);
        dim.labels.push_back(label.text);
      }
      dim.size = dim.labels.size();
    } else if (const auto *n = item.value->as<ast::NumberExpr>(); n && n->isInteger) {
      dim.size = n->integer;
    } else {
      dim.source = &*item.value; // read when the options are known
      dim.size = 1;
    }
    if (dim.size < 1 || dim.size > (int64_t(1) << 31) - 1) {
      sink.report(diag::DimSize, item.name.range, dim.name, dim.size).cause(item.name.range);
      dim.size = 1;
    }
    module.dimSizes[dim.name] = Size(dim.size);
    module.dims[dim.name] = std::move(dim);
  }

  void add(const ast::DatasetItem &item, SourceRange) {
    if (fresh(item.name))
      module.datasets[item.name.text] = &item;
  }

  void add(const ast::FunctionItem &item, SourceRange) {
    style(item.name, !startsUpper(item.name.text), "a function", "begins with a small letter");
    if (item.isBuiltin && !library) {
      sink.report(diag::BuiltinOutside, item.name.range).cause(item.name.range);
      return;
    }
    if (!fresh(item.name))
      return;
    checkSignature(nullptr, item.params, item.result);
    Definition *definition = define(item.name);
    definition->function = &item;
    if (library)
      module.libraryFunctions[item.name.text].push_back(definition);
    else
      module.ownFunctions[item.name.text] = {definition};
  }

  void add(const ast::LayerItem &item, SourceRange) {
    style(item.name, startsUpper(item.name.text), item.isModel ? "a model" : "a layer", "begins with a capital letter");
    if (!fresh(item.name))
      return;
    checkSignature(item.hyper ? &*item.hyper : nullptr, item.data, item.result);
    Definition *definition = define(item.name);
    definition->layer = &item;
    (library ? module.libraryLayers : module.ownLayers)[item.name.text] = definition;
    if (item.isModel)
      module.models.push_back(definition);
  }

  void add(const ast::TrainItem &item, SourceRange) {
    for (const ast::TrainItem *other : module.trains)
      if (other->model.text == item.model.text && other->dataset.text == item.dataset.text)
        sink.report(diag::DefinedTwice, item.model.range, "train " + item.model.text + " on " + item.dataset.text)
            .note(other->model.range, "the first one")
            .cause(item.model.range);
    module.trains.push_back(&item);
  }
};

} // namespace

const Definition *Module::layer(const std::string &name, bool fromLibrary) const {
  auto own = ownLayers.find(name);
  if (!fromLibrary && own != ownLayers.end())
    return own->second;
  auto found = libraryLayers.find(name);
  return found == libraryLayers.end() ? nullptr : found->second;
}

const std::vector<Definition *> *Module::functions(const std::string &name, bool fromLibrary) const {
  auto own = ownFunctions.find(name);
  if (!fromLibrary && own != ownFunctions.end())
    return &own->second;
  auto found = libraryFunctions.find(name);
  return found == libraryFunctions.end() ? nullptr : &found->second;
}

std::vector<std::string> Module::names() const {
  std::vector<std::string> result;
  for (const auto &[name, value] : dims)
    result.push_back(name);
  for (const auto *layers : {&ownLayers, &libraryLayers})
    for (const auto &[name, value] : *layers)
      result.push_back(name);
  for (const auto *functions : {&ownFunctions, &libraryFunctions})
    for (const auto &[name, value] : *functions)
      result.push_back(name);
  return result;
}

/// The library's trees, for the places that its files get in `sources` now. A process that checks many programs parses
/// them once for each such place: ranges are numbers of files, so the trees fit every map that has the library there.
static const std::vector<ParsedFile> *parsedLibrary(support::SourceMap &sources, DiagnosticSink &sink) {
  thread_local std::map<size_t, std::vector<ParsedFile>> known;
  std::vector<ParsedFile> &files = known[sources.size()];
  const bool parsed = !files.empty();
  for (const LibraryFile &one : libraryFiles()) {
    auto id = addSource(one.name, std::string(one.text), sources, sink);
    if (!id)
      return nullptr;
    if (!parsed)
      files.push_back(parse(sources, *id, sink));
  }
  return std::all_of(files.begin(), files.end(), [](const ParsedFile &file) { return file.complete; }) ? &files
                                                                                                       : nullptr;
}

bool buildModule(Module &module, support::FileId file, support::SourceMap &sources, DiagnosticSink &sink) {
  module.parsed = parse(sources, file, sink);
  if (!module.parsed.complete)
    return false;
  const std::vector<ParsedFile> *library = parsedLibrary(sources, sink);
  if (!library)
    return false;
  Collector(module, sink, false).run(module.parsed.tree);
  for (const ParsedFile &one : *library)
    Collector(module, sink, true).run(one.tree);
  return !sink.hasErrors();
}

} // namespace nnc::dsl
