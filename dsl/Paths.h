// Dotted paths of layers and parameters: `h.0.attn.weight` belongs to `h.0.attn`, to `h.0` and to `h`. A program has
// thousands of them: what belongs to a layer is looked up in a sorted container, where it stands together.
#pragma once

#include <set>
#include <string>

namespace nnc::dsl {

/// Whether `path` is the layer or belongs to it.
inline bool isUnder(const std::string &path, const std::string &layer) {
  return path.starts_with(layer) && (path.size() == layer.size() || path[layer.size()] == '.');
}

/// Calls `visit` with the entries of a sorted map whose path is the layer's or belongs to it.
template <typename Map, typename Visit> void forEachUnder(Map &byPath, const std::string &layer, Visit &&visit) {
  if (auto own = byPath.find(layer); own != byPath.end())
    visit(own->second);
  const std::string inner = layer + ".";
  for (auto one = byPath.lower_bound(inner); one != byPath.end() && one->first.starts_with(inner); ++one)
    visit(one->second);
}

/// Whether one of the paths belongs to the layer and is not its own.
inline bool hasInner(const std::set<std::string> &paths, const std::string &layer) {
  const std::string inner = layer + ".";
  auto one = paths.lower_bound(inner);
  return one != paths.end() && one->starts_with(inner);
}

/// Whether `path` belongs to one of the layers, `isOne(layer)`, or is one itself.
template <typename IsOne> bool isUnderAny(const std::string &path, IsOne &&isOne) {
  for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
    if (isOne(path.substr(0, dot)))
      return true;
  return isOne(path);
}

} // namespace nnc::dsl
