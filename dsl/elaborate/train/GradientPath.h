// The ways from a parameter to the loss, in the names of the program, for the message that no gradient takes one.
#pragma once

#include "dsl/Program.h"
#include "dsl/elaborate/Value.h"
#include "support/SourceMap.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace nnc::dsl {

/// Steps are what the program gives a name, and the layers of the model; what lies between has none.
class GradientPath {
public:
  GradientPath(const Entry &entry, const std::map<ValueId, NamedValue> &named, const support::SourceMap &sources)
      : entry(entry), named(named), sources(sources) {}

  /// "the only path: encoder (14) -> z (15) -> code (18) -> loss (31)", with the lines of the program; of several the
  /// first that goes through `culprit`. "" if nothing on it has a name. `way`: all values that lie between the
  /// parameter and the loss, in order; `layer`, `made`: that of the parameter.
  std::string text(ValueId parameter, const std::vector<ValueId> &way, const Node &culprit, const std::string &layer,
                   support::SourceRange made, support::SourceRange loss);

private:
  struct Step {
    std::string name;
    uint32_t line = 0;
    std::map<size_t, bool> before;          // by number; whether the culprit lies between
    bool isCulprit = false, isCall = false; // isCall: of a layer
  };
  /// The steps that a value comes from, and whether the culprit lies between.
  using Sources = std::map<size_t, bool>;

  size_t stepOf(ValueId id, const Node &node, const std::string &layer);
  std::string nameOf(const NamedValue &value, const Node &node) const;
  Sources sourcesOf(const Node &node) const;
  Sources follow(ValueId parameter, const std::vector<ValueId> &way, const Node &culprit, const std::string &layer);
  int64_t countPaths() const;
  bool choose(size_t step, bool seen, std::set<std::pair<size_t, bool>> &tried, std::vector<size_t> &path) const;

  const Entry &entry;
  const std::map<ValueId, NamedValue> &named;
  const support::SourceMap &sources;
  std::vector<Step> steps; // the first is the parameter, or its layer
  std::map<ValueId, Sources> from;
  std::map<std::tuple<uint32_t, uint32_t, std::string>, size_t> calls; // of layers, by place
};

} // namespace nnc::dsl
