#include "data/WeightNames.h"

#include <algorithm>
#include <map>

namespace nnc::data {

std::string shapeText(const NamedShape &tensor) {
  std::string text = tensor.type + "[";
  for (size_t i = 0; i < tensor.shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(tensor.shape[i]);
  return text + "]";
}

std::optional<std::pair<std::string, std::string>> matchPattern(std::string_view pattern, std::string_view name) {
  using Parts = std::pair<std::string, std::string>;
  while (!pattern.empty() && pattern[0] != '{') {
    if (name.empty() || name[0] != pattern[0])
      return std::nullopt;
    pattern.remove_prefix(1);
    name.remove_prefix(1);
  }
  if (pattern.empty())
    return name.empty() ? std::optional(Parts()) : std::nullopt;
  bool isNumber = pattern.starts_with("{i}"), isRest = pattern.starts_with("{rest}");
  if (!isNumber && !isRest) // a brace of the name itself
    return !name.empty() && name[0] == '{' ? matchPattern(pattern.substr(1), name.substr(1)) : std::nullopt;
  size_t most = isRest ? name.size() : std::min(name.find_first_not_of("0123456789"), name.size());
  size_t least = isRest ? 0 : std::max<size_t>(most, 1); // a number is taken whole
  for (size_t length = most + 1; length-- > least;)
    if (auto rest = matchPattern(pattern.substr(isRest ? 6 : 3), name.substr(length))) {
      (isRest ? rest->second : rest->first) = name.substr(0, length);
      return rest;
    }
  return std::nullopt;
}

static std::string filled(std::string pattern, const std::pair<std::string, std::string> &parts) {
  if (size_t at = pattern.find("{rest}"); at != std::string::npos)
    pattern.replace(at, 6, parts.second);
  if (size_t at = pattern.find("{i}"); at != std::string::npos)
    pattern.replace(at, 3, parts.first);
  return pattern;
}

/// What the model calls a tensor of the file; nothing if it is skipped.
static std::optional<std::pair<std::string, bool>> nameInModel(const std::string &name, const NamePlan &plan) {
  std::string stripped = name.starts_with(plan.strip) ? name.substr(plan.strip.size()) : name;
  std::string into = plan.into.empty() ? "" : plan.into + ".";
  for (const NameRule &rule : plan.rules) {
    auto parts = matchPattern(rule.from, name);
    if (!parts)
      parts = matchPattern(rule.from, stripped);
    if (parts && rule.skip)
      return std::nullopt;
    if (parts)
      return std::pair(into + filled(rule.to, *parts), rule.transpose);
  }
  return std::pair(into + stripped, false);
}

bool isOfData(std::string_view name) {
  return name.starts_with("data.") && (name.ends_with(".mean") || name.ends_with(".std"));
}

static bool liesUnder(std::string_view name, std::string_view path) {
  return name.starts_with(path) && (name.size() == path.size() || name[path.size()] == '.');
}

/// PyTorch's counter of batches, which no layer here reads.
static bool isCounter(std::string_view name) { return name.ends_with("num_batches_tracked"); }

WeightsMatch matchWeights(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model,
                          const NamePlan &plan) {
  std::map<std::string, WeightSource> known;
  for (size_t i = 0; i < file.size(); ++i)
    if (auto named = nameInModel(file[i].name, plan))
      known.try_emplace(named->first, WeightSource{i, named->second});
  WeightsMatch match;
  std::vector<bool> used(file.size(), false);
  for (size_t i = 0; i < model.size(); ++i) {
    const std::string &name = model[i].name;
    match.sources.emplace_back();
    auto excepted = [&](const std::string &path) { return liesUnder(name, path); };
    if ((!plan.into.empty() && !liesUnder(name, plan.into)) || std::ranges::any_of(plan.except, excepted))
      continue;
    ++match.wanted;
    auto found = known.find(name);
    if (found == known.end()) {
      match.missing.push_back(i);
      continue;
    }
    ++match.named;
    used[found->second.number] = true;
    std::vector<int64_t> shape = file[found->second.number].shape;
    if (found->second.transposed)
      std::ranges::reverse(shape);
    if (shape != model[i].shape || (found->second.transposed && shape.size() != 2))
      match.other.push_back(i);
    else
      match.sources.back() = found->second;
  }
  for (size_t i = 0; i < file.size(); ++i)
    if (!used[i] && !isCounter(file[i].name))
      match.unused.push_back(i);
  return match;
}

std::string strangePrefix(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model,
                          const NamePlan &plan) {
  if (file.empty() || !plan.strip.empty())
    return "";
  std::string common = file[0].name;
  for (const NamedShape &tensor : file) {
    auto [end, other] = std::ranges::mismatch(common, tensor.name);
    common.erase(end, common.end());
  }
  std::string best;
  size_t most = matchWeights(file, model, plan).named;
  int tries = 8;
  for (size_t dot = common.find('.'); dot != std::string::npos && tries-- > 0; dot = common.find('.', dot + 1)) {
    NamePlan tried = plan;
    tried.strip = common.substr(0, dot + 1);
    if (size_t named = matchWeights(file, model, tried).named; named > most) {
      most = named;
      best = tried.strip;
    }
  }
  return best;
}

static std::string counted(size_t number, const char *what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

/// "wte.weight, wpe.weight and 3 more"
static std::string listed(const std::vector<NamedShape> &tensors, const std::vector<size_t> &which) {
  constexpr size_t shown = 4;
  std::string text;
  for (size_t i = 0; i < which.size() && i < shown; ++i)
    text += (i ? ", " : "") + tensors[which[i]].name;
  return text + (which.size() > shown ? " and " + std::to_string(which.size() - shown) + " more" : "");
}

/// A line for each tensor of another shape: name, file, model, in columns.
static std::string otherShapes(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model,
                               const WeightsMatch &match, const NamePlan &plan,
                               const std::function<std::string(size_t)> &shapeOf) {
  constexpr size_t shown = 4;
  std::vector<std::pair<std::string, std::string>> rows;
  for (size_t at : match.other) {
    auto named = std::ranges::find_if(file, [&](const NamedShape &one) {
      auto name = nameInModel(one.name, plan);
      return name && name->first == model[at].name;
    });
    rows.emplace_back(model[at].name, "file " + shapeText(*named));
    if (rows.size() == shown)
      break;
  }
  size_t names = 0, files = 0;
  for (const auto &[name, inFile] : rows) {
    names = std::max(names, name.size());
    files = std::max(files, inFile.size());
  }
  std::string text;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto [name, inFile] = rows[i];
    name.resize(names, ' ');
    inFile.resize(files, ' ');
    text += "\n  " + name + "   " + inFile + "   model " + shapeOf(match.other[i]);
  }
  return text + (match.other.size() > shown ? "\n  and " + std::to_string(match.other.size() - shown) + " more" : "");
}

WeightsReport reportWeights(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model, NamePlan plan,
                            const std::function<std::string(size_t)> &shapeOf) {
  WeightsReport report;
  size_t named = matchWeights(file, model, plan).named;
  report.facts.push_back(counted(file.size(), "tensor") + " in the file, " + std::to_string(model.size()) +
                         " in the model, " + std::to_string(named) + " with the same name");
  report.prefix = strangePrefix(file, model, plan);
  if (!report.prefix.empty())
    plan.strip = report.prefix;
  report.match = matchWeights(file, model, plan);
  const WeightsMatch &match = report.match;
  std::string said;
  size_t fitting = match.named - match.other.size();
  if (!report.prefix.empty())
    said = "every name in the file starts with `" + report.prefix + "`; without it " +
           (match.fits() ? "all" : std::to_string(fitting)) + (fitting == 1 ? " fits" : " fit");
  if (!match.other.empty())
    said += (said.empty() ? "" : " and ") + std::to_string(match.other.size()) +
            (match.other.size() == 1 ? " has another shape:" : " have another shape:") +
            otherShapes(file, model, match, plan, shapeOf);
  if (!said.empty())
    report.facts.push_back(said);
  if (!match.missing.empty())
    report.facts.push_back("not in the file: " + listed(model, match.missing));
  if (!match.missing.empty() && !match.unused.empty())
    report.facts.push_back("not in the model: " + listed(file, match.unused));
  return report;
}

} // namespace nnc::data
