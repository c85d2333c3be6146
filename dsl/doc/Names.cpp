#include "dsl/doc/Names.h"
#include "dsl/Library.h"
#include "dsl/Vocabulary.h"
#include <algorithm>

namespace nnc::dsl::doc {

std::string firstSentence(const std::string &text) {
  std::string line = text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  size_t end = line.find(". ");
  if (end != std::string::npos)
    line.resize(end);
  while (!line.empty() && (line.back() == '.' || line.back() == ' ' || line.back() == ':'))
    line.pop_back();
  return line;
}

Names::Names(SourceMap &sources) : sources(sources) {
  DiagnosticSink silent; // a test reads the library
  for (const LibraryFile &one : libraryFiles()) {
    auto file = addSource(one.name, std::string(one.text), sources, silent);
    if (!file)
      continue;
    files.push_back(parse(sources, *file, silent));
    all.push_back(groupOf(files.back(), true));
  }
}

bool Names::add(FileId file, DiagnosticSink &sink) {
  files.push_back(parse(sources, file, sink));
  if (!files.back().complete)
    return false;
  all.push_front(groupOf(files.back(), false));
  return true;
}

Group Names::groupOf(const ParsedFile &parsed, bool library) {
  Group group;
  group.title = firstSentence(parsed.tree.doc);
  if (group.title.empty())
    group.title = sources.name(parsed.tree.file);
  for (const ast::Item &item : parsed.tree.items) {
    Definition made = definition(item, library);
    if (!made.name.empty())
      group.definitions.push_back(std::move(made));
  }
  return group;
}

/// The text of an item up to its body.
static SourceRange upTo(SourceRange item, SourceRange body) { return {item.file, item.begin, body.begin}; }

Definition Names::definition(const ast::Item &item, bool library) const {
  Definition made;
  made.item = &item;
  made.isLibrary = library;
  made.signature = item.range;
  if (const auto *function = made.function()) {
    made.name = function->name.text;
    made.kind = "fn";
    made.body = function->body.range;
    made.signature = upTo(item.range, made.body);
  } else if (const auto *layer = made.layer()) {
    made.name = layer->name.text;
    made.kind = layer->isModel ? "model" : "layer";
    made.body = layer->body.range;
    made.signature = upTo(item.range, made.body);
  } else if (const auto *mask = std::get_if<ast::MaskItem>(&item.node)) {
    made.name = mask->name.text;
    made.kind = "mask";
  } else if (const auto *dim = std::get_if<ast::DimItem>(&item.node)) {
    made.name = dim->name.text;
    made.kind = "dim";
  }
  made.place = std::string(sources.name(item.range.file)) + ":" +
               std::to_string(sources.lineColumn(item.range.file, item.range.begin).line);
  return made;
}

std::vector<const Definition *> Names::find(const std::string &name) const {
  std::vector<const Definition *> found;
  for (const Group &group : all)
    for (const Definition &one : group.definitions)
      if (one.name == name && (found.empty() || found.front()->isLibrary == one.isLibrary))
        found.push_back(&one);
  return found;
}

std::vector<std::string> Names::names() const {
  std::vector<std::string> made;
  for (const Group &group : all)
    for (const Definition &one : group.definitions)
      made.push_back(one.name);
  for (const WordCall &call : vocabularyCalls())
    made.push_back(call.name);
  for (const WordSetting &setting : vocabularySettings())
    made.push_back(setting.name);
  return made;
}

} // namespace nnc::dsl::doc
