// The recipe: what the runtime is told of data, training and generation (runtime/RUNTIME.md).
#include "dsl/elaborate/Builder.h"

#include <algorithm>

namespace nnc::dsl {

using nlohmann::json;

json ProgramBuilder::datasetRecipe(const DatasetInfo &set) const {
  json fields = json::array();
  for (const DatasetFieldInfo &field : set.fields) {
    json dims = json::array();
    for (const Size &axis : field.shape) {
      auto known = substitute(axis, module.dimSizes).constant();
      dims.push_back(known ? json(*known) : json(axis.str()));
    }
    fields.push_back({{"name", field.name},
                      {"dtype", spell(field.elem)},
                      {"dims", dims},
                      {"dim", field.dim.empty() ? json() : json(field.dim)},
                      {"expr", field.expression},
                      {"standardized", field.standardized},
                      {"at", placeText(sources, field.nameRange)}});
  }
  json made = {{"name", set.name},
               {"source", json::array({set.format, set.path})},
               {"fields", fields},
               {"time", set.time.empty() ? json() : json(set.time)},
               {"split", set.split.is_null() ? json::object() : set.split},
               {"at", placeText(sources, set.pathRange)}};
  if (!set.sourceArguments.is_null())
    made["arguments"] = set.sourceArguments;
  if (!set.augment.is_null())
    made["augment"] = set.augment;
  return made;
}

static json pathsOf(const std::vector<PathUse> &paths) {
  json list = json::array();
  for (const PathUse &path : paths)
    list.push_back(path.path);
  return list;
}

json ProgramBuilder::startRecipe() const {
  const StartSetting &start = *settings.start;
  json made = {{"path", start.source},
               {"except", pathsOf(start.except)},
               {"into", start.into ? json(start.into->path) : json()},
               {"strip", start.strip},
               {"at", placeText(sources, start.range)}};
  if (!start.isBlock)
    return made;
  const WeightsInfo &block = weights.at(start.source);
  made["path"] = block.path;
  made["rules"] = json::array();
  for (const WeightsRuleInfo &rule : block.rules)
    made["rules"].push_back(rule.skip ? json::array({"skip", rule.from})
                                      : json::array({rule.transpose ? "transpose" : "take", rule.from, rule.to}));
  return made;
}

static json optimizerRecipe(const Optimizer &o, const std::string &text) {
  json made = {{"kind", o.kind}, {"text", text}, {"lr", o.lr}, {"weight_decay", o.weightDecay}};
  if (o.kind == "sgd")
    made.update({{"momentum", o.momentum}, {"nesterov", o.nesterov}});
  else if (o.kind == "rmsprop")
    made.update({{"alpha", o.alpha}, {"momentum", o.momentum}, {"eps", o.eps}});
  else if (o.kind == "adagrad")
    made.update({{"eps", o.eps}});
  else
    made.update({{"betas", {o.beta1, o.beta2}}, {"eps", o.eps}});
  made["schedule"] = o.schedule.kind;
  return made;
}

json ProgramBuilder::trainRecipe() const {
  json metrics = json::array();
  for (const Term &term : evalMetrics) {
    metrics.push_back({{"name", term.name}, {"finish", term.whole.empty() ? spell(term.finish) : term.whole}});
    if (term.units)
      metrics.back().update({{"field", term.units->name}, {"power", term.power}});
  }
  for (const json &metric : laterMetrics)
    metrics.push_back(metric);
  const std::string &result = model->result().items[0].name.text;
  json made = {{"model", program.model},
               {"dataset", dataset->name},
               {"batch", settings.batchAll ? json("all") : json(std::min(settings.batch, program.batch))},
               {"seed", settings.seed},
               {"shuffle", settings.shuffle},
               {"loss", lossNames},
               {"metrics", metrics},
               {"optimizer", optimizerRecipe(*program.optimizer, settings.optimizerText)},
               {"result", result.empty() ? "result" : result},
               {"target", targetField()},
               {"at", placeText(sources, train->model.range)}};
  if (const auto &stop = settings.stop)
    made["stop"] = {{"part", stop->part},
                    {"metric", stop->figure},
                    {"larger", stopRises},
                    {"patience", stop->patience},
                    {"tol", stop->tolerance}};
  if (settings.epochs)
    made["epochs"] = settings.epochs;
  if (settings.steps)
    made["steps"] = settings.steps;
  if (settings.lanes)
    made["lanes"] = settings.batch;
  if (settings.accumulate > 1)
    made["accumulate"] = settings.accumulate;
  if (!settings.carry.empty())
    made["carry"] = pathsOf(settings.carry);
  if (!watched.empty())
    made["watch"] = watched;
  for (const GroupSetting &group : settings.groups)
    made["groups"].push_back({{"path", group.path.path}, {"factor", group.factor}});
  for (const ConstraintSetting &constraint : settings.constraints)
    made["constrain"].push_back(
        {{"kind", constraint.kind}, {"path", constraint.path.path}, {"bound", constraint.bound}});
  if (settings.start)
    made["start"] = startRecipe();
  return made;
}

void ProgramBuilder::writeRecipe() {
  json recipe = {{"version", 1}, {"datasets", json::array()}, {"dims", json::object()}, {"train", json::object()}};
  for (const DatasetInfo &set : datasets)
    recipe["datasets"].push_back(datasetRecipe(set));
  for (const auto &[name, dim] : module.dims)
    if (!dim.vocabulary.empty()) {
      char hash[20];
      snprintf(hash, sizeof hash, "%016llx", (unsigned long long)dim.hash);
      recipe["vocabularies"][name] = {{"kind", dim.vocabulary},
                                      {"path", dim.path},
                                      {"column", dim.column},
                                      {"special", dim.specials},
                                      {"hash", hash}};
    }
  for (const auto &[name, dim] : module.dims)
    recipe["dims"][name] = dim.labels.empty() ? json(dim.size) : json(dim.labels);
  if (train)
    recipe["train"] = trainRecipe();
  if (generation)
    recipe["generate"] = generationRecipe;
  program.recipe = recipe.dump(-1, ' ', false, json::error_handler_t::replace); // names of files may hold any bytes
}

} // namespace nnc::dsl
