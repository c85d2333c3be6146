// Which layer's box a piece of a program belongs to.
#pragma once
#include "dsl/Program.h"
#include <set>
#include <string>

namespace nnc::dsl::graph {

class Groups {
public:
  /// Layers deeper than `depth` names belong to the box of their first `depth` names; the default is no such limit.
  explicit Groups(const Program &program, size_t depth = size_t(-1));

  /// The path of the box that holds what happens at `path`, or nothing outside of all boxes.
  std::optional<std::string> of(const std::string &path) const;
  /// The innermost layers whose boxes are in that of `path`.
  size_t countInside(const std::string &path) const;
  /// Whether nothing further is inside.
  bool isInnermost(const std::string &path) const { return leaves.count(path) != 0; }
  /// How deep the innermost layer lies.
  size_t depth() const { return deepest; }

private:
  std::set<std::string> leaves; ///< layers without further ones inside
  size_t limit, deepest = 0;
};

} // namespace nnc::dsl::graph
