#include "dsl/graph/Groups.h"

#include "dsl/Library.h"
#include "dsl/Paths.h"
#include <algorithm>

namespace nnc::dsl::graph {

static size_t namesIn(const std::string &path) { return size_t(std::count(path.begin(), path.end(), '.')) + 1; }

/// Whether the library has a layer of that name.
static bool isOfLibrary(const std::string &layer) {
  for (const LibraryFile &file : libraryFiles())
    for (const char *end : {"(", " "})
      if (file.text.find("\nlayer " + layer + end) != std::string_view::npos)
        return true;
  return false;
}

Groups::Groups(const Program &program, size_t depth) : limit(depth) {
  std::set<std::string> all;
  for (const LayerInstance &layer : program.layers)
    if (!layer.path.empty())
      all.insert(layer.path);
  std::set<std::string> ownedByLibrary;
  std::map<std::string, bool> known;
  for (const LayerInstance &layer : program.layers) {
    auto [kind, isNew] = known.try_emplace(layer.layer);
    if (isNew)
      kind->second = isOfLibrary(layer.layer);
    if (!layer.path.empty() && kind->second)
      ownedByLibrary.insert(layer.path);
  }
  for (const std::string &path : all) {
    if (!leaves.empty() && isUnder(path, *leaves.rbegin()))
      continue; // of a layer of the library, which is one box
    if (hasInner(all, path) && !ownedByLibrary.count(path))
      continue;
    leaves.insert(path);
    deepest = std::max(deepest, namesIn(path));
  }
}

std::optional<std::string> Groups::of(const std::string &path) const {
  if (limit == 0)
    return "";
  if (path.empty())
    return std::nullopt;
  size_t names = 0;
  for (size_t end = path.find('.');; end = path.find('.', end + 1)) {
    std::string prefix = path.substr(0, end);
    if (++names == limit || leaves.count(prefix))
      return prefix;
    if (end == std::string::npos)
      return std::nullopt;
  }
}

size_t Groups::countInside(const std::string &path) const {
  if (path.empty())
    return leaves.size();
  size_t count = leaves.count(path);
  const std::string inner = path + ".";
  for (auto leaf = leaves.lower_bound(inner); leaf != leaves.end() && leaf->starts_with(inner); ++leaf)
    ++count;
  return count;
}

} // namespace nnc::dsl::graph
