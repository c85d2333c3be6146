#include "runtime/program/Session.h"
#include "runtime/train/Trainer.h"
#include <algorithm>

namespace nnc::rt {

/// Empty parts, and classes that a part lacks: worth a word, no error.
static void warnAboutParts(const Recipe &recipe, const Dataset &data, Progress &progress) {
  constexpr int64_t mostNamed = 10; // of a vocabulary a part lacks most
  const SplitRule &rule = data.recipe->split;
  for (int part = 0; part < 3; ++part)
    if (rule.shares[part] > 0 && data.parts[part].empty())
      progress.line(std::string("warning: the part `") + partNames[part] + "` of `" + data.recipe->name + "` is empty");
  for (const FieldData &field : data.fields) {
    const Dim *dim = recipe.dim(field.field->dim);
    if (!dim || field.dtype != NNC_I32 || field.rowBytes != 4)
      continue;
    for (int part = 0; part < 3; ++part) {
      std::vector<bool> seen(size_t(dim->count));
      for (uint32_t row : data.parts[part])
        seen[size_t(*reinterpret_cast<const int32_t *>(field.row(row)))] = true;
      int64_t lacking = 0;
      for (int64_t i = 0; i < dim->count && !data.parts[part].empty(); ++i)
        if (!seen[size_t(i)] && lacking++ < mostNamed)
          progress.line(std::string("warning: the part `") + partNames[part] + "` of `" + data.recipe->name +
                        "` has no `" + dim->label(i) + "`");
      if (lacking > mostNamed)
        progress.line(std::string("warning: the part `") + partNames[part] + "` of `" + data.recipe->name + "` lacks " +
                      grouped(uint64_t(lacking - mostNamed)) + " more labels of " + dim->name);
    }
  }
}

static Result<TrainPlan> planFor(const Session &session, const nnc_entry &entry) {
  const TrainRecipe &recipe = session.recipe.train;
  const Options &options = session.options;
  TrainPlan plan;
  int64_t bound = batchBound(entry, INT64_MAX);
  if (options.batch && *options.batch > bound)
    return usage("--batch " + std::to_string(*options.batch) + " is more than the program was compiled for, " +
                 std::to_string(bound) + "\n  help: compile it with --batch " + std::to_string(*options.batch));
  plan.batch = options.batch.value_or(std::min(recipe.batch, bound));
  bool ordered = !options.order.empty(); // then training ends with the file
  plan.epochs = options.epochs.value_or(ordered ? 0 : recipe.epochs);
  plan.steps = options.steps.value_or(ordered ? 0 : recipe.steps);
  if (plan.epochs == 0 && plan.steps == 0 && !ordered)
    return usage("neither epochs nor steps bound the training\n  help: --epochs N or --steps N");
  plan.logEvery = options.logEvery.value_or(0);
  plan.seed = session.seed(recipe.seed);
  plan.shuffle = recipe.shuffle;
  plan.order = options.order;
  plan.stop = recipe.stop;
  plan.settings = options.set;
  plan.chooseThreads = !options.threads;
  plan.logPath = options.log.empty() ? session.folder.log() : options.log;
  plan.json = options.json;
  return plan;
}

Result<ExitCode> trainCommand(Session &session) {
  const nnc_entry *step = session.model.entry(NNC_STEP);
  const DatasetRecipe *set = session.recipe.trained();
  if (!step || !set)
    return usage("this program cannot train: its source has no `train` block");
  if (!session.options.words.empty())
    return usage("`train` takes no value: `" + session.options.words[0] + "`");
  if (Status failed = session.checkSettings(*step))
    return *failed;
  Result<TrainPlan> plan = planFor(session, *step);
  if (!plan)
    return plan.error();
  Result<std::vector<FieldUse>> uses = fieldsFor(*step, *set);
  if (!uses)
    return uses.error();
  if (const nnc_entry *eval = session.model.entry(NNC_EVAL)) {
    Result<std::vector<FieldUse>> more = fieldsFor(*eval, *set);
    if (!more)
      return more.error();
    mergeUses(*uses, *more);
  }
  Result<Dataset> data = loadDataset(session.recipe, *set, *uses, session.options.data);
  if (!data)
    return data.error();
  if (data->parts[Train].empty())
    return doesNotFit("the training part of `" + set->name + "` is empty");
  Progress progress(session.options.quiet);
  if (!data->warning.empty())
    progress.line("warning: " + data->warning);
  warnAboutParts(session.recipe, *data, progress);
  std::string start;
  if (Status failed = session.begin(plan->seed, start))
    return *failed;
  if (!start.empty())
    progress.line(start);
  Trainer trainer(session.model, session.recipe, session.state, *session.pool, *data, session.folder, *plan, progress);
  return trainer.run();
}

} // namespace nnc::rt
