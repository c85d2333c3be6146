#include "dsl/elaborate/train/Weights.h"

#include "dsl/elaborate/train/WordUse.h"

#include <algorithm>
#include <map>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// The placeholders of a pattern; `wrong` receives what cannot be one.
static std::set<std::string> placeholders(const std::string &pattern, std::string &wrong, std::string &why) {
  std::set<std::string> found;
  for (size_t open = pattern.find('{'); open != std::string::npos && wrong.empty();
       open = pattern.find('{', open + 1)) {
    size_t close = pattern.find('}', open);
    std::string name = pattern.substr(open, close == std::string::npos ? close : close - open + 1);
    if (name != "{i}" && name != "{rest}") {
      wrong = name;
      why = "is no placeholder: {i} stands for a number, {rest} for anything";
    } else if (!found.insert(name).second) {
      wrong = name;
      why = "stands twice in one name";
    }
  }
  return found;
}

bool fitsPattern(std::string_view pattern, std::string_view name) {
  if (pattern.empty())
    return name.empty();
  if (pattern.starts_with("{i}")) {
    size_t digits = 0;
    while (digits < name.size() && name[digits] >= '0' && name[digits] <= '9')
      ++digits;
    return digits && fitsPattern(pattern.substr(3), name.substr(digits));
  }
  if (pattern.starts_with("{rest}")) {
    for (size_t length = name.size() + 1; length-- > 0;)
      if (fitsPattern(pattern.substr(6), name.substr(length)))
        return true;
    return false;
  }
  return !name.empty() && name[0] == pattern[0] && fitsPattern(pattern.substr(1), name.substr(1));
}

static void checkRule(const WeightsRuleInfo &rule, support::DiagnosticSink &sink) {
  auto check = [&](const std::string &pattern, SourceRange range) {
    std::string wrong, why;
    std::set<std::string> found = placeholders(pattern, wrong, why);
    if (!wrong.empty())
      sink.report(diag::RulePattern, range, wrong, why).cause(range);
    else if (pattern.empty())
      sink.report(diag::RulePattern, range, "\"\"", "is no name").cause(range);
    return found;
  };
  std::set<std::string> from = check(rule.from, rule.fromRange);
  if (rule.skip)
    return;
  for (const std::string &name : check(rule.to, rule.toRange))
    if (!from.count(name))
      sink.report(diag::RulePattern, rule.toRange, name, "is not known: the name in the file does not have it")
          .note(rule.fromRange, "the name in the file")
          .cause(rule.toRange);
}

WeightsInfo readWeights(const ast::WeightsItem &item, const support::SourceMap &sources,
                        support::DiagnosticSink &sink) {
  WeightsInfo info;
  info.name = item.name.text;
  info.range = item.name.range;
  WordReader words(sources, sink);
  if (auto source = words.use(*item.source, CallGroup::WeightsSource, "safetensors(\"FILE\")")) {
    info.format = source->word->name;
    info.path = words.string(*source, "path");
  }
  std::map<std::string, SourceRange> seen;
  for (const ast::WeightsRule &rule : item.rules) {
    WeightsRuleInfo made{rule.from.value, rule.to.value, rule.skip, rule.transpose, rule.from.range, rule.to.range};
    auto [first, fresh] = seen.try_emplace(made.from, made.fromRange);
    if (!fresh)
      sink.report(diag::DefinedTwice, made.fromRange, made.from)
          .note(first->second, "the first one")
          .cause(made.fromRange);
    checkRule(made, sink);
    info.rules.push_back(std::move(made));
  }
  return info;
}

} // namespace nnc::dsl
