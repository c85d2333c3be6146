#include "runtime/train/Trainer.h"
#include "runtime/train/Signals.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace nnc::rt {

/// Saving takes milliseconds, an epoch may take microseconds: between the first and the last save this many seconds.
static constexpr double saveEvery = 30;

Trainer::Trainer(const Model &model, const Recipe &recipe, State &state, Pool &pool, const Dataset &data,
                 const RunFolder &folder, const TrainPlan &plan, Progress &progress)
    : model(model), recipe(recipe), state(state), pool(pool), data(data), folder(folder), plan(plan),
      progress(progress), runner(model, state.data(), pool, *model.entry(NNC_STEP)),
      schedule(data.parts[Train], data.recipe->name, plan.seed, plan.shuffle, plan.batch), sinceEvent(runner.entry()),
      sinceEpoch(runner.entry()) {}

Status Trainer::prepare() {
  if (!plan.order.empty())
    if (Status failed = schedule.follow(plan.order))
      return failed;
  if (Status failed = feed.connect(runner, data, plan.batch))
    return failed;
  for (const auto &[name, value] : plan.settings)
    for (uint32_t i = 0; i < runner.entry().n_settings; ++i)
      if (name == runner.entry().settings[i].name)
        runner.settings[i] = value;
  runner.seed = plan.seed;
  finiteAt = runner.outputIndex("finite");
  normAt = runner.outputIndex("grad_norm");
  lossAt = runner.outputIndex("loss");
  if (!data.parts[Valid].empty()) {
    Result<std::unique_ptr<Evaluator>> made = Evaluator::make(model, state.data(), pool, data, recipe.train);
    if (!made)
      return made.error();
    evaluator = std::move(*made);
  }
  if (evaluator || plan.stop.on) {
    Result<Block> copy = Block::allocate(model.descriptor().state_bytes);
    if (!copy)
      return copy.error();
    bestState = std::move(*copy);
  }
  int64_t perEpoch = schedule.stepsPerEpoch();
  bound = plan.steps;
  if (schedule.length() >= 0 && (bound == 0 || schedule.length() < bound))
    bound = schedule.length();
  scheduled = bound;
  if (plan.epochs && __builtin_mul_overflow(plan.epochs, perEpoch, &scheduled))
    scheduled = INT64_MAX;
  if (bound && bound < scheduled)
    scheduled = bound;
  if (Status failed = makeFolder(folder.folder()))
    return failed;
  folder.sweep();
  folder.keepPreviousLog();
  return log.open(plan.logPath, plan.json);
}

Status Trainer::step(const Step &rows, bool &diverged) {
  feed.fill(runner, rows.rows, rows.count);
  runner.step = done;
  nnc_status status = runner.prepare();
  if (status == NNC_OK) {
    runner.scalars(scheduled, schedule.stepsPerEpoch());
    status = runner.run();
  }
  if (status != NNC_OK && status != NNC_E_NONFINITE)
    return runner.explain(status);
  diverged = status == NNC_E_NONFINITE || (finiteAt >= 0 && runner.value(uint32_t(finiteAt)) == 0) ||
             (lossAt >= 0 && !std::isfinite(runner.value(uint32_t(lossAt))));
  sinceEvent.add(runner, rows.count);
  if (plan.logEvery)
    sinceEpoch.add(runner, rows.count);
  ++done;
  return std::nullopt;
}

Trainer::Reason Trainer::afterStep(bool endsEpoch, int64_t epoch) {
  if (interrupted())
    return Reason::Interrupted;
  if (log.readerLeft())
    return Reason::Unread;
  if (bound && done >= bound)
    return Reason::Steps;
  if (endsEpoch && plan.epochs && epoch >= plan.epochs)
    return Reason::Epochs;
  return Reason::Running;
}

Status Trainer::endEpoch(int64_t epoch, Reason &reason) {
  bool improved = false;
  if (evaluator) {
    if (Status failed = validate(epoch, improved))
      return failed;
  } else if (plan.stop.on) {
    improved = better(sinceEpoch.loss(), epoch);
  }
  epochLine(epoch, improved);
  lastEpoch = epoch;
  if (plan.logEvery)
    sinceEpoch.reset();
  if (plan.stop.on && reason == Reason::Running && hasBest && epoch - bestEpoch >= plan.stop.patience)
    reason = Reason::Stopped;
  if (now() - saved > saveEvery && !findNotFinite(model, state.data())) {
    saved = now();
    if (Status failed = save(false)) // training goes on; the next save may succeed
      progress.line("warning: " + failed->text);
  }
  return std::nullopt;
}

Result<ExitCode> Trainer::run() {
  if (Status failed = prepare())
    return *failed;
  logStart();
  watchSignals();
  ThreadChoice threads(pool, plan.chooseThreads);
  begun = eventBegun = saved = now();
  Reason reason = Reason::Running;
  while (reason == Reason::Running) {
    Step rows = schedule.next();
    int64_t epoch = schedule.epoch() + 1;
    bool diverged = false;
    if (Status failed = step(rows, diverged))
      return *failed;
    if (diverged) {
      logTrain(epoch);
      Result<ExitCode> ended = finish(Reason::Diverged);
      return ended ? divergence(causeOf(rows)) : ended.error();
    }
    threads.stepped();
    reason = afterStep(rows.endsEpoch, epoch);
    if (plan.logEvery ? done % plan.logEvery == 0 : rows.endsEpoch)
      logTrain(epoch);
    if (rows.endsEpoch) {
      if (Status failed = endEpoch(epoch, reason))
        return *failed;
    } else if (progress.terminal() && progress.due()) {
      bar(epoch);
    }
  }
  if (sinceEvent.any())
    logTrain(schedule.epoch() + 1);
  const nnc_tensor *broken = findNotFinite(model, state.data());
  if (!broken)
    return finish(reason);
  Result<ExitCode> ended = finish(Reason::Diverged); // no loss has judged what the last step made
  return ended ? divergence(std::string(broken->name) + " is not finite any more") : ended.error();
}

/// Keeps a copy of the state if the figure that judges it has become better: the one of `stop`, else the loss of
/// `valid`.
bool Trainer::better(double value, int64_t epoch) {
  double gain = plan.stop.larger ? value - best : best - value;
  if (!std::isfinite(value) || (hasBest && gain <= plan.stop.tolerance))
    return false;
  hasBest = bestUnsaved = true;
  best = value;
  bestEpoch = epoch;
  memcpy(bestState.data(), state.data(), model.descriptor().state_bytes);
  return true;
}

Status Trainer::validate(int64_t epoch, bool &improved) {
  if (Status failed = evaluator->over(data.parts[Valid]))
    return failed;
  const Tally &tally = evaluator->tally();
  if (interrupted() || !tally.any())
    return std::nullopt;
  bool ofTrain = plan.stop.on && plan.stop.part == "train";
  improved = better(ofTrain ? sinceEpoch.loss() : plan.stop.on ? tally.named(plan.stop.figure) : tally.loss(), epoch);
  std::string line;
  JsonWriter json(line);
  json.open('{').key("event").text("valid").key("step").integer(done).key("epoch").integer(epoch);
  logFigures(json, tally);
  json.key("best").boolean(improved).close('}');
  log.line(std::move(line));
  return std::nullopt;
}

Status Trainer::save(bool final) {
  if (!rotated)
    folder.keepPrevious();
  rotated = true;
  if (final && plan.stop.on && hasBest)
    memcpy(state.data(), bestState.data(), model.descriptor().state_bytes);
  if (bestUnsaved) {
    if (Status failed = saveWeights(folder.best(), model, recipe, bestState.data(), data.constants))
      return failed;
    bestUnsaved = false;
  }
  if (Status failed = saveWeights(folder.last(), model, recipe, state.data(), data.constants))
    return failed;
  if (!hasBest)
    folder.dropBest();
  std::map<std::string, std::string> notes = {{"step", std::to_string(done)},
                                              {"epoch", std::to_string(schedule.epoch())},
                                              {"seed", std::to_string(plan.seed)},
                                              {"best_epoch", std::to_string(bestEpoch)}};
  if (hasBest)
    notes["best"] = shortest(best);
  return saveTrainingState(folder.state(), model, state.data(), notes);
}

Result<ExitCode> Trainer::finish(Reason reason) {
  static const char *const names[] = {"running",     "epochs",      "steps",   "stopped",
                                      "interrupted", "interrupted", "diverged"};
  std::string line;
  JsonWriter json(line);
  json.open('{').key("event").text("end").key("reason").text(names[int(reason)]).key("step").integer(done);
  json.key("elapsed").number(now() - begun).close('}');
  log.line(std::move(line));
  Status logFailed = log.flush();
  bool restores = plan.stop.on && hasBest;
  if (reason == Reason::Diverged && !restores)
    return support::ExitDiverged;
  if (Status failed = save(true))
    return *failed;
  if (logFailed)
    return *logFailed;
  if (restores)
    progress.line("the best " + plan.stop.part + "." + plan.stop.figure + ", " + brief(best) + ", was that of epoch " +
                  std::to_string(bestEpoch) + ": its weights are kept");
  progress.line("saved " + folder.last() + ", last.state at step " + grouped(uint64_t(done)));
  progress.flush();
  if (reason == Reason::Diverged)
    return support::ExitDiverged;
  return reason == Reason::Interrupted ? support::ExitInterrupted : support::ExitDone;
}

} // namespace nnc::rt
