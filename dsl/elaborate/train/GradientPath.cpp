#include "dsl/elaborate/train/GradientPath.h"

#include <algorithm>
#include <cctype>

namespace nnc::dsl {

static constexpr size_t noStep = size_t(-1);
static constexpr int64_t manyPaths = 1000; // of more only that they are many is said

/// What is read at an index says more than the name that it gets: `codebook.weight[code]`.
std::string GradientPath::nameOf(const NamedValue &value, const Node &node) const {
  if (node.op != "gather" || !value.value.valid())
    return value.name;
  std::string written(sources.text(value.value));
  return written.size() <= 40 && written.find('\n') == std::string::npos ? written : value.name;
}

/// The step that a value is, or in which it lies; none between steps.
size_t GradientPath::stepOf(ValueId id, const Node &node, const std::string &layer) {
  if (auto found = named.find(id); found != named.end()) {
    support::SourceRange at = found->second.statement;
    steps.push_back({nameOf(found->second, node), sources.lineColumn(at.file, at.begin).line, {}, false, false});
    return steps.size() - 1;
  }
  std::string outer = node.path.substr(0, node.path.find('.'));
  if (outer == layer && !layer.empty())
    return 0;
  if (outer.empty() || isdigit(static_cast<unsigned char>(outer[0])))
    return noStep;
  Place place = node.place.front();
  auto [call, isNew] = calls.try_emplace({place.line, place.column, outer}, steps.size());
  if (isNew)
    steps.push_back({outer, place.line, {}, false, true});
  return call->second;
}

/// How many ways there are to the last step, at most `manyPaths`.
int64_t GradientPath::countPaths() const {
  std::vector<int64_t> count(steps.size(), 0);
  count[0] = 1;
  for (size_t i = 1; i < steps.size(); ++i)
    for (const auto &[before, through] : steps[i].before)
      count[i] = std::min(manyPaths, count[i] + (before < i ? count[before] : 0));
  return count.back();
}

/// A way back to the first step that sees the culprit.
bool GradientPath::choose(size_t step, bool seen, std::set<std::pair<size_t, bool>> &tried,
                          std::vector<size_t> &path) const {
  if (!tried.insert({step, seen}).second)
    return false;
  path.push_back(step);
  seen |= steps[step].isCulprit;
  if (step == 0 && seen)
    return true;
  for (const auto &[before, through] : steps[step].before)
    if (before < step && choose(before, seen || through, tried, path))
      return true;
  path.pop_back();
  return false;
}

/// What the operands of a node come from.
GradientPath::Sources GradientPath::sourcesOf(const Node &node) const {
  Sources before;
  for (ValueId operand : node.operands)
    if (auto found = from.find(operand); found != from.end())
      for (const auto &[step, through] : found->second)
        before[step] |= through;
  return before;
}

/// Makes the steps, in the order of the program; gives what the loss comes from.
GradientPath::Sources GradientPath::follow(ValueId parameter, const std::vector<ValueId> &way, const Node &culprit,
                                           const std::string &layer) {
  from[parameter] = {{0, false}};
  ValueId next = entry.inputs.size();
  size_t reached = 0;
  for (const Node &node : entry.nodes) {
    next += node.results.size();
    for (; reached < way.size() && way[reached] < next; ++reached) {
      Sources before = sourcesOf(node);
      bool isCulprit = &node == &culprit;
      size_t step = stepOf(way[reached], node, layer);
      if (step != noStep) {
        steps[step].isCulprit |= isCulprit;
        for (const auto &[number, through] : before)
          if (number != step)
            steps[step].before[number] |= through;
        before = {{step, false}};
      } else if (isCulprit) {
        for (auto &[number, through] : before)
          through = true;
      }
      from[way[reached]] = std::move(before);
    }
  }
  return way.empty() ? Sources() : from[way.back()];
}

std::string GradientPath::text(ValueId parameter, const std::vector<ValueId> &way, const Node &culprit,
                               const std::string &layer, support::SourceRange made, support::SourceRange loss) {
  auto line = [&](support::SourceRange at) { return at.valid() ? sources.lineColumn(at.file, at.begin).line : 0; };
  steps.push_back({layer, line(made), {}, false, false});
  Sources last = follow(parameter, way, culprit, layer);
  steps.push_back({"loss", line(loss), std::move(last), false, false});
  int64_t count = countPaths();
  std::set<std::pair<size_t, bool>> tried;
  std::vector<size_t> path;
  if (!choose(steps.size() - 1, false, tried, path))
    return "";
  std::string said;
  size_t shown = 0;
  for (size_t i = path.size(); i-- > 0;) {
    const Step &step = steps[path[i]];
    // `y = decoder(x)`: the name says both.
    const Step *behind = i > 1 ? &steps[path[i - 1]] : nullptr;
    bool isRepeated = step.isCall && behind && !behind->isCall && behind->line == step.line;
    if (step.line == 0 || isRepeated)
      continue;
    said += (shown++ ? " -> " : "") + step.name + " (" + std::to_string(step.line) + ")";
  }
  if (shown < 2)
    return "";
  std::string number = count < manyPaths ? std::to_string(count) : "many";
  return (count == 1 ? "the only path: " : "one of " + number + " paths: ") + said;
}

} // namespace nnc::dsl
