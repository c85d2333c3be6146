// Settings that name parts of the model: what is frozen, constrained, carried, begun from a file.
#include "dsl/Paths.h"
#include "dsl/elaborate/Builder.h"

#include "support/Suggest.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// Reports a path under which there is no parameter.
bool ProgramBuilder::hasPath(const PathUse &path) {
  if (parameterPaths.size() != program.params.size()) // entries of training may make more
    for (const Param &param : program.params)
      parameterPaths.insert(param.name);
  if (parameterPaths.count(path.path) || hasInner(parameterPaths, path.path))
    return true;
  std::vector<std::string> known;
  for (const Param &param : program.params) {
    known.push_back(param.name);
    for (size_t dot = param.name.find('.'); dot != std::string::npos; dot = param.name.find('.', dot + 1))
      known.push_back(param.name.substr(0, dot));
  }
  auto builder = sink.report(diag::NoSuchPath, path.range, path.path);
  std::optional<std::string> behind; // `encoder` of `model.encoder`
  for (size_t dot = path.path.find('.'); dot != std::string::npos && !behind; dot = path.path.find('.', dot + 1))
    if (std::string rest = path.path.substr(dot + 1); std::count(known.begin(), known.end(), rest))
      behind = rest;
  if (path.path.find('*') != std::string::npos)
    builder.fact("in a rule `{i}` stands for a number, `{rest}` for anything");
  else if (behind)
    builder.fact("paths begin inside the model").help("write `" + *behind + "`", {{path.range, *behind}});
  else if (auto near = support::nearestName(path.path, known))
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{path.range, *near}});
  builder.cause(path.range);
  return false;
}

bool ProgramBuilder::freeze() {
  std::set<std::string> frozen;
  for (const PathUse &path : settings.freeze) {
    if (!hasPath(path))
      return false;
    frozen.insert(path.path);
  }
  for (Param &param : program.params)
    if (isUnderAny(param.name, [&](const std::string &path) { return frozen.count(path); }))
      param.trainable = false;
  bool learns = std::any_of(program.params.begin(), program.params.end(), [](const Param &p) { return p.trainable; });
  if (!learns && !settings.freeze.empty()) {
    SourceRange at = settings.freeze.front().range;
    sink.report(diag::NothingLearns, at).cause(at);
    return false;
  }
  return true;
}

bool ProgramBuilder::checkPaths() {
  for (const GroupSetting &group : settings.groups)
    if (!hasPath(group.path))
      return false;
  for (const ConstraintSetting &constraint : settings.constraints)
    if (!hasPath(constraint.path))
      return false;
  return !settings.start || (checkStart() && checkStartFile());
}

/// The block that `start` names exists, and its names are names of the model.
bool ProgramBuilder::checkStart() {
  const StartSetting &start = *settings.start;
  for (const PathUse &path : start.except)
    if (!hasPath(path))
      return false;
  if (start.into && !hasPath(*start.into))
    return false;
  if (!start.isBlock)
    return true;
  auto block = weights.find(start.source);
  if (block == weights.end()) {
    auto builder = sink.report(diag::NoSuchWeights, start.range, start.source);
    std::vector<std::string> known;
    for (const auto &[name, info] : weights)
      known.push_back(name);
    if (auto near = support::nearestName(start.source, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{start.range, *near}});
    builder.help("write the path of a file in quotes, or a block `weights " + start.source +
                 " = safetensors(…) { … }`");
    builder.cause(start.range);
    return false;
  }
  std::string into = start.into ? start.into->path + "." : "";
  for (const WeightsRuleInfo &rule : block->second.rules) {
    bool fits = rule.skip || std::any_of(program.params.begin(), program.params.end(), [&](const Param &param) {
                  return param.name.starts_with(into) && fitsPattern(rule.to, param.name.substr(into.size()));
                });
    if (!fits && !hasPath({rule.to, rule.toRange}))
      return false;
  }
  return true;
}

/// Memory from batch to batch is an input with a default and a result of the same name and type (rule state-2).
bool ProgramBuilder::checkCarry(const std::vector<PathUse> &names) {
  const Entry *forward = program.entry(EntryKind::Forward);
  for (const PathUse &name : names) {
    auto refuse = [&](const std::string &why) {
      sink.report(diag::CannotCarry, name.range, name.path, why)
          .fact("carried is an input with a default that is also a result: (memory: float[B, 8] = zeros(B, 8)) -> "
                "(…, memory: float[B, 8])")
          .cause(name.range);
      return false;
    };
    const ast::Param *param = nullptr;
    for (const ast::Param &one : model->data().params)
      param = one.name.text == name.path ? &one : param;
    if (!param)
      return refuse("the model has no input of this name");
    if (!param->defaultValue)
      return refuse("the input has no default to begin with");
    if (takesDefault(EntryKind::Forward, *param)) // evaluated once, with what it begins with
      continue;
    const Type *input = nullptr, *output = nullptr;
    std::vector<Type> types = forward->valueTypes();
    for (const Input &one : forward->inputs)
      input = one.name == name.path ? &one.type : input;
    for (const Output &one : forward->outputs)
      output = one.name == name.path ? &types[one.value] : output;
    if (!output)
      return refuse("the model has no result of this name");
    if (!input || !sameType(*input, *output))
      return refuse("the input is " + (input ? str(*input) : std::string("not used")) + " and the result " +
                    str(*output));
  }
  return true;
}

/// `lr = ramp`: fn ramp(step: int, steps: int) -> float
bool ProgramBuilder::checkSchedule() {
  if (!settings.schedule)
    return true;
  const PathUse &use = *settings.schedule;
  auto own = module.ownFunctions.find(use.path);
  if (own == module.ownFunctions.end()) {
    std::vector<std::string> known = callNames(CallGroup::Schedule);
    for (const auto &[name, definitions] : module.ownFunctions)
      known.push_back(name);
    WordReader(sources, sink).unknownWord(use.range, use.path, known);
    return false;
  }
  const Definition &function = *own->second.front();
  const auto &params = function.data().params;
  auto isInt = [](const ast::Param &param) { return param.type.name.text == "int" && !param.type.hasShape; };
  const auto &results = function.result().items;
  bool fits = params.size() == 2 && isInt(params[0]) && isInt(params[1]) && results.size() == 1 &&
              results[0].type.name.text == "float" && !results[0].type.hasShape;
  if (!fits)
    sink.report(diag::ScheduleFunction, use.range, use.path).note(function.nameRange, "the function").cause(use.range);
  return fits;
}

/// All `weights` and `generate` blocks are read, whether this program uses them or not.
void ProgramBuilder::readBlocks() {
  for (const auto &[name, item] : module.weights)
    weights[name] = readWeights(*item, sources, sink);
  for (const ast::GenerateItem *item : module.generates) {
    GenerateSettings read;
    bool ok = readGenerate(*item, sources, sink, read);
    std::vector<std::string> known;
    for (const Definition *one : module.models)
      known.push_back(one->name);
    if (!std::count(known.begin(), known.end(), item->model.text)) {
      auto builder = sink.report(diag::NoSuchModel, item->model.range, item->model.text);
      if (auto near = support::nearestName(item->model.text, known))
        builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{item->model.range, *near}});
      builder.cause(item->model.range);
    } else if (ok && model && item->model.text == model->name) {
      generation = std::move(read);
    }
  }
}

bool ProgramBuilder::checkGeneration() {
  if (!generation)
    return true;
  generationRecipe = checkGenerate(*generation, module, *model, program, sources, sink);
  return !generationRecipe.is_null() && checkCarry(generation->carry);
}

} // namespace nnc::dsl
