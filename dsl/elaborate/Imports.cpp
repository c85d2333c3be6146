#include "dsl/elaborate/Imports.h"

#include "dsl/Source.h"
#include "support/Files.h"

#include <algorithm>
#include <filesystem>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;
namespace fs = std::filesystem;

static std::string realPath(const std::string &path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

static std::string fileName(const std::string &path) { return path.substr(path.rfind('/') + 1); }

void Imports::begin(support::FileId program) { open.push_back(realPath(std::string(sources.name(program)))); }

/// Relative to the importing file, then to the folders of -I; "" if there is none.
std::string Imports::find(const std::string &path, support::FileId from) const {
  std::error_code error;
  std::vector<std::string> places;
  if (fs::path(path).is_absolute())
    return fs::exists(path, error) ? path : "";
  places.push_back((fs::path(std::string(sources.name(from))).parent_path() / path).string());
  for (const std::string &folder : folders)
    places.push_back((fs::path(folder) / path).string());
  for (const std::string &place : places)
    if (fs::exists(place, error))
      return place;
  return "";
}

std::map<std::string, SourceRange> Imports::names(const ast::File &file) {
  std::map<std::string, SourceRange> found;
  for (const ast::Item &item : file.items) {
    if (const auto *dim = std::get_if<ast::DimItem>(&item.node))
      found[dim->name.text] = dim->name.range;
    if (const auto *mask = std::get_if<ast::MaskItem>(&item.node))
      found[mask->name.text] = mask->name.range;
    if (const auto *function = std::get_if<ast::FunctionItem>(&item.node))
      found[function->name.text] = function->name.range;
    if (const auto *layer = std::get_if<ast::LayerItem>(&item.node))
      found[layer->name.text] = layer->name.range;
  }
  return found;
}

ImportedFile *Imports::load(const ast::ImportItem &item, support::FileId from) {
  const std::string &written = item.path.value;
  std::string path = find(written, from);
  if (path.empty()) {
    sink.report(diag::UnreadableFile, item.path.range, written, "does not exist")
        .fact("looked beside the importing file" +
              std::string(folders.empty() ? "; -I DIR adds a folder" : " and in the folders of -I"))
        .cause(item.path.range);
    return nullptr;
  }
  std::string real = realPath(path);
  if (auto start = std::find(open.begin(), open.end(), real); start != open.end()) {
    std::string chain;
    for (auto one = start; one != open.end(); ++one)
      chain += fileName(*one) + " imports ";
    sink.report(diag::ImportCycle, item.path.range, fileName(real))
        .fact(chain + fileName(real))
        .help("move what both need into a third file")
        .cause(item.path.range);
    return nullptr;
  }
  if (auto known = loaded.find(real); known != loaded.end())
    return known->second;
  support::FileBytes bytes = support::readFile(path, maxSourceBytes);
  if (const auto *error = std::get_if<support::FileError>(&bytes)) {
    sink.report(diag::UnreadableFile, item.path.range, written, error->text).cause(item.path.range);
    return nullptr;
  }
  loaded[real] = nullptr;
  auto file = addSource(path, std::get<std::string>(std::move(bytes)), sources, sink);
  if (!file)
    return nullptr;
  module.imported.push_back(std::make_unique<ImportedFile>());
  ImportedFile &made = *module.imported.back();
  made.parsed = parse(sources, *file, sink);
  if (!made.parsed.complete)
    return nullptr;
  loaded[real] = &made;
  open.push_back(real);
  collect(made);
  open.pop_back();
  return &made;
}

} // namespace nnc::dsl
