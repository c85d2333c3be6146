#include "dsl/elaborate/Module.h"

#include "dsl/Library.h"
#include "dsl/Source.h"
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Imports.h"
#include "support/Suggest.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using support::DiagnosticSink;
using support::SourceRange;
namespace diag = support::diag;

namespace {

bool hasLower(const std::string &name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}
bool startsUpper(const std::string &name) { return name[0] >= 'A' && name[0] <= 'Z'; }

/// Collects the names of one file: the program, the library (without `imports`), or one that is imported.
class Collector {
public:
  Collector(Module &module, DiagnosticSink &sink, Imports *imports, ImportedFile *imported = nullptr)
      : module(module), sink(sink), isLibrary(!imports), imports(imports), imported(imported),
        layers(tableOf(module.libraryLayers, imported ? &imported->names.layers : nullptr, module.ownLayers)),
        masks(tableOf(module.libraryMasks, imported ? &imported->names.masks : nullptr, module.ownMasks)),
        functions(
            tableOf(module.libraryFunctions, imported ? &imported->names.functions : nullptr, module.ownFunctions)) {}

  void run(const ast::File &file) {
    id = file.file;
    for (const ast::Item &item : file.items)
      std::visit([&](const auto &node) { add(node, item.range); }, item.node);
  }

private:
  /// Where the names of this file belong.
  template <typename Table> Table &tableOf(Table &ofLibrary, Table *ofImport, Table &own) const {
    if (isLibrary)
      return ofLibrary;
    return ofImport ? *ofImport : own;
  }

  Module &module;
  DiagnosticSink &sink;
  bool isLibrary;
  Imports *imports;
  ImportedFile *imported;
  std::map<std::string, Definition *> &layers, &masks;
  std::map<std::string, std::vector<Definition *>> &functions;
  support::FileId id = support::FileId::None;
  std::map<std::string, SourceRange> seen;

  bool fresh(const ast::Ident &name) {
    auto [known, isNew] = seen.try_emplace(name.text, name.range);
    if (!isNew && !isLibrary)
      sink.report(diag::DefinedTwice, name.range, name.text).note(known->second, "the first one").cause(name.range);
    return isNew || isLibrary;
  }
  void style(const ast::Ident &name, bool ok, const char *what, const char *rule) {
    if (!ok && !isLibrary)
      sink.report(diag::NameStyle, name.range, what, name.text, rule).cause(name.range);
  }

  /// Sizes alone are in capitals, also those that are hyperparameters.
  void small(const ast::Ident &name, const char *what) {
    style(name, !startsUpper(name.text), what, "begins with a small letter");
  }
  void smallBindings(const ast::Block &block) {
    for (const ast::Stmt &stmt : block.statements) {
      if (const auto *bind = std::get_if<ast::BindStmt>(&stmt.node))
        for (const ast::Target &target : bind->targets)
          small(target.name, "a value");
      if (const auto *index = std::get_if<ast::IndexDefStmt>(&stmt.node))
        small(index->name, "a value");
    }
  }

  Definition *define(const ast::Ident &name) {
    auto definition = std::make_unique<Definition>();
    definition->name = name.text;
    definition->isLibrary = isLibrary;
    definition->nameRange = name.range;
    definition->names = imported ? &imported->names : nullptr;
    module.definitions.push_back(std::move(definition));
    return module.definitions.back().get();
  }

  void checkNames(const ast::ParamList &list) {
    std::map<std::string, SourceRange> known;
    for (const ast::Param &param : list.params) {
      auto [first, isNew] = known.try_emplace(param.name.text, param.name.range);
      if (!isNew && param.name.text != "_" && !isLibrary)
        sink.report(diag::DefinedTwice, param.name.range, param.name.text)
            .note(first->second, "the first one")
            .cause(param.name.range);
    }
  }

  /// The names of a signature: none twice, none of the words that cannot be bound. A result may bear an input's name.
  void checkSignature(const ast::ParamList *hyper, const ast::ParamList &data, const ast::Result &result) {
    if (isLibrary)
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
      for (size_t i = 0; list && i < list->params.size(); ++i) {
        const ast::Param &param = list->params[i];
        bool isSize = list == hyper && param.type.name.text == "int" && isSizeName(param.name.text);
        if (!isSize)
          small(param.name, list == hyper ? "a hyperparameter" : "an input");
        check(list->params[i].name, params);
      }
    for (const ast::ResultItem &item : result.items)
      if (!item.name.text.empty()) {
        small(item.name, "a result");
        check(item.name, results);
      }
  }

  void add(const ast::ImportItem &item, SourceRange) {
    const ImportedFile *file = imports ? imports->load(item, id) : nullptr;
    if (!file)
      return;
    std::map<std::string, SourceRange> known = Imports::names(file->parsed.tree);
    for (const ast::Ident &name : item.names) {
      if (!known.count(name.text)) {
        std::vector<std::string> names;
        for (const auto &[one, range] : known)
          names.push_back(one);
        auto builder = sink.report(diag::ImportedName, name.range, item.path.value, name.text);
        if (auto near = support::nearestName(name.text, names))
          builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{name.range, *near}});
        builder.cause(name.range);
      } else if (fresh(name)) {
        take(*file, name.text);
      }
    }
  }

  /// A dim is known by its name everywhere; what else an item is, this file's names hold.
  void take(const ImportedFile &file, const std::string &name) {
    if (auto found = file.names.layers.find(name); found != file.names.layers.end()) {
      layers[name] = found->second;
      if (!imported && found->second->layer->isModel)
        module.models.push_back(found->second);
    }
    if (auto found = file.names.functions.find(name); found != file.names.functions.end())
      functions[name] = found->second;
    if (auto found = file.names.masks.find(name); found != file.names.masks.end())
      masks[name] = found->second;
  }

  void add(const ast::DimItem &item, SourceRange) {
    style(item.name, startsUpper(item.name.text) && hasLower(item.name.text), "a dim",
          "begins with a capital letter and has a small letter, too");
    if (!fresh(item.name))
      return;
    if (auto other = module.dims.find(item.name.text); other != module.dims.end()) {
      sink.report(diag::DefinedTwice, item.name.range, item.name.text)
          .note(other->second.nameRange, "the first one: the dims of all files of a program have different names")
          .cause(item.name.range);
      return;
    }
    Dim dim;
    dim.name = item.name.text;
    dim.nameRange = item.name.range;
    if (!item.value) {
      std::vector<std::string> labels;
      for (const ast::Label &label : item.labels)
        labels.push_back(label.text);
      dim.setLabels(std::move(labels));
      for (size_t place = 0; place < item.labels.size(); ++place)
        if (const ast::Label &label = item.labels[place]; dim.placeOf(label.text) != int64_t(place))
          sink.report(diag::DefinedTwice, label.range, label.text).cause(label.range);
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
    if (!imported && fresh(item.name))
      module.datasets[item.name.text] = &item;
  }

  void add(const ast::WeightsItem &item, SourceRange) {
    if (!imported && fresh(item.name))
      module.weights[item.name.text] = &item;
  }

  void add(const ast::GenerateItem &item, SourceRange) {
    if (imported)
      return;
    for (const ast::GenerateItem *other : module.generates)
      if (other->model.text == item.model.text)
        sink.report(diag::DefinedTwice, item.model.range, "generate " + item.model.text)
            .note(other->model.range, "the first one")
            .cause(item.model.range);
    module.generates.push_back(&item);
  }

  void add(const ast::FunctionItem &item, SourceRange) {
    style(item.name, !startsUpper(item.name.text), "a function", "begins with a small letter");
    if (item.isBuiltin && !isLibrary) {
      sink.report(diag::BuiltinOutside, item.name.range).cause(item.name.range);
      return;
    }
    if (!fresh(item.name))
      return;
    checkSignature(nullptr, item.params, item.result);
    smallBindings(item.body);
    Definition *definition = define(item.name);
    definition->function = &item;
    if (isLibrary)
      functions[item.name.text].push_back(definition);
    else
      functions[item.name.text] = {definition};
  }

  /// What an index of a mask means is its place; it may have any name but that of another place (rule mask-1).
  void checkPlaces(const ast::MaskItem &item) {
    static const std::vector<std::vector<std::string>> places = {{"q", "k"}, {"b", "q", "k"}, {"b", "h", "q", "k"}};
    const std::vector<std::string> &meant = places[item.indices.size() - 2], &all = places.back();
    for (size_t i = 0; i < meant.size(); ++i) {
      const ast::Ident &index = item.indices[i];
      if (index.text == meant[i] || std::find(all.begin(), all.end(), index.text) == all.end())
        continue;
      bool isHead = index.text == "h" && i == 0 && meant.size() == 3;
      auto builder = sink.report(diag::MaskIndexPlace, index.range, index.text, meant[i], item.name.text);
      builder.fact("b is the row of the batch, h the head, q the reader's position, k that of what is read");
      if (isHead)
        builder.help("write (b, h, q, k)",
                     {{SourceRange{index.range.file, index.range.begin, index.range.begin}, "b, "}});
      else
        builder.help("write (q, k), (b, q, k) or (b, h, q, k)");
      builder.cause(index.range);
      return;
    }
  }

  void add(const ast::MaskItem &item, SourceRange) {
    style(item.name, !startsUpper(item.name.text), "a mask", "begins with a small letter");
    if (!fresh(item.name))
      return;
    if (item.indices.size() < 2 || item.indices.size() > 4) {
      sink.report(diag::MaskIndices, item.name.range, item.name.text, int64_t(item.indices.size()))
          .help("write (q, k), (b, q, k) or (b, h, q, k)")
          .cause(item.name.range);
      return;
    }
    std::set<std::string> indices;
    for (const ast::Ident &index : item.indices)
      if (!indices.insert(index.text).second && index.text != "_")
        sink.report(diag::IndexTwice, index.range, index.text).cause(index.range);
    checkPlaces(item);
    if (item.params)
      checkNames(*item.params);
    auto definition = std::make_unique<Definition>();
    definition->name = item.name.text;
    definition->isLibrary = isLibrary;
    definition->nameRange = item.name.range;
    definition->names = imported ? &imported->names : nullptr;
    definition->mask = &item;
    masks[item.name.text] = definition.get();
    module.maskDefinitions.push_back(std::move(definition));
  }

  void add(const ast::LayerItem &item, SourceRange) {
    style(item.name, startsUpper(item.name.text), item.isModel ? "a model" : "a layer", "begins with a capital letter");
    if (!fresh(item.name))
      return;
    checkSignature(item.hyper ? &*item.hyper : nullptr, item.data, item.result);
    smallBindings(item.body);
    Definition *definition = define(item.name);
    definition->layer = &item;
    layers[item.name.text] = definition;
    if (item.isModel && !imported)
      module.models.push_back(definition);
  }

  void add(const ast::TrainItem &item, SourceRange) {
    if (imported)
      return;
    for (const ast::TrainItem *other : module.trains)
      if (other->model.text == item.model.text && other->dataset.text == item.dataset.text)
        sink.report(diag::DefinedTwice, item.model.range, "train " + item.model.text + " on " + item.dataset.text)
            .note(other->model.range, "the first one")
            .cause(item.model.range);
    module.trains.push_back(&item);
  }
};

} // namespace

bool isSizeName(const std::string &name) {
  bool upper = false;
  for (char c : name) {
    if (c >= 'a' && c <= 'z')
      return false;
    upper |= c >= 'A' && c <= 'Z';
  }
  return upper && name[0] != '_';
}

void Dim::setLabels(std::vector<std::string> given) {
  labels = std::move(given);
  places.clear();
  places.reserve(labels.size());
  for (size_t place = 0; place < labels.size(); ++place)
    places.try_emplace(labels[place], place);
}

std::optional<int64_t> Dim::placeOf(const std::string &label) const {
  auto found = places.find(label);
  return found == places.end() ? std::nullopt : std::optional(found->second);
}

const ast::ParamList &Definition::data() const {
  static const ast::ParamList none;
  if (mask)
    return mask->params ? *mask->params : none;
  return layer ? layer->data : function->params;
}

const std::vector<ast::ExprPtr> &Definition::where() const {
  static const std::vector<ast::ExprPtr> none;
  return mask ? none : layer ? layer->where : function->where;
}

const Definition *Module::mask(const std::string &name, const Definition *from) const {
  const auto &own = from && from->names ? from->names->masks : ownMasks;
  auto found = own.find(name);
  if (!(from && from->isLibrary) && found != own.end())
    return found->second;
  found = libraryMasks.find(name);
  return found == libraryMasks.end() || functions(name, from) ? nullptr : found->second;
}

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

const Definition *Module::layer(const std::string &name, const Definition *from) const {
  if (!from || !from->names)
    return layer(name, from && from->isLibrary);
  auto own = from->names->layers.find(name);
  return own != from->names->layers.end() ? own->second : layer(name, true);
}

const std::vector<Definition *> *Module::functions(const std::string &name, const Definition *from) const {
  if (!from || !from->names)
    return functions(name, from && from->isLibrary);
  auto own = from->names->functions.find(name);
  return own != from->names->functions.end() ? &own->second : functions(name, true);
}

std::vector<std::string> Module::names() const {
  std::vector<std::string> result;
  for (const auto &[name, value] : dims)
    result.push_back(name);
  for (const auto *masks : {&ownMasks, &libraryMasks})
    for (const auto &[name, value] : *masks)
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

bool buildModule(Module &module, support::FileId file, const std::vector<std::string> &folders,
                 support::SourceMap &sources, DiagnosticSink &sink) {
  module.parsed = parse(sources, file, sink);
  if (!module.parsed.complete)
    return false;
  const std::vector<ParsedFile> *library = parsedLibrary(sources, sink);
  if (!library)
    return false;
  std::optional<Imports> imports;
  imports.emplace(module, folders, sources, sink,
                  [&](ImportedFile &made) { Collector(module, sink, &*imports, &made).run(made.parsed.tree); });
  imports->begin(file);
  Collector(module, sink, &*imports).run(module.parsed.tree);
  for (const ParsedFile &one : *library)
    Collector(module, sink, nullptr).run(one.tree);
  return !sink.hasErrors();
}

} // namespace nnc::dsl
