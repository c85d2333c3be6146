#include "runtime/program/Session.h"
#include "runtime/train/Evaluate.h"
#include "runtime/train/Report.h"
#include "runtime/train/Signals.h"

namespace nnc::rt {

static std::string jsonLine(Part part, const Tally &tally) {
  std::string out;
  JsonWriter json(out);
  json.open('{').key("split").text(partNames[part]).key("examples").integer(tally.exampleCount());
  json.key("loss").number(tally.loss()).key("terms").open('{');
  for (const Figure &figure : tally.terms())
    json.key(figure.name).number(figure.value());
  json.close('}').key("metrics").open('{');
  for (const Figure &figure : tally.metrics())
    json.key(figure.name).number(figure.value());
  json.close('}').close('}');
  return out + "\n";
}

static std::string textLine(Part part, const Tally &tally) {
  std::string out = std::string(partNames[part]) + "  " + grouped(uint64_t(tally.exampleCount())) + " examples  loss " +
                    brief(tally.loss());
  for (const Figure &figure : tally.metrics())
    out += "  " + figure.name + " " + brief(figure.value());
  return out + "\n";
}

/// --split, else test, else valid, else train.
static Result<Part> choosePart(const Options &options, const Dataset &data) {
  if (options.split.empty())
    return !data.parts[Test].empty() ? Test : !data.parts[Valid].empty() ? Valid : Train;
  for (Part part : {Train, Valid, Test})
    if (options.split == partNames[part]) {
      if (data.parts[part].empty())
        return doesNotFit("the part `" + options.split + "` of `" + data.recipe->name + "` is empty");
      return part;
    }
  return usage("no part `" + options.split + "`: it is train, valid or test");
}

Result<ExitCode> evalCommand(Session &session) {
  const nnc_entry *entry = session.model.entry(NNC_EVAL);
  const DatasetRecipe *set = session.recipe.trained();
  if (!entry || !set)
    return usage("this program cannot evaluate: its source has no `train` block");
  if (!session.options.words.empty())
    return usage("`eval` takes no value: `" + session.options.words[0] + "`; name a part with --split");
  if (Status failed = session.loadTrained())
    return *failed;
  Result<std::vector<FieldUse>> uses = fieldsFor(*entry, *set);
  if (!uses)
    return uses.error();
  // What the weights were trained with, never the data at hand.
  Result<Dataset> data = loadDataset(session.recipe, *set, *uses, session.options.data, &session.extras.constants);
  if (!data)
    return data.error();
  Result<Part> part = choosePart(session.options, *data);
  if (!part)
    return part.error();
  Result<std::unique_ptr<Evaluator>> evaluator =
      Evaluator::make(session.model, session.state.data(), *session.pool, *data, session.recipe.train);
  if (!evaluator)
    return evaluator.error();
  watchSignals();
  if (Status failed = (*evaluator)->over(data->parts[*part]))
    return *failed;
  if (interrupted())
    return support::ExitInterrupted;
  const Tally &tally = (*evaluator)->tally();
  if (Status failed = print(session.options.json ? jsonLine(*part, tally) : textLine(*part, tally)))
    return *failed;
  return support::ExitDone;
}

} // namespace nnc::rt
