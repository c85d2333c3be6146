// What the training loop says about itself.
#include "runtime/train/Trainer.h"
#include <cmath>
#include <memory>

namespace nnc::rt {

void Trainer::logFigures(JsonWriter &json, const Tally &tally) {
  json.key("loss").number(tally.loss());
  auto list = [&](const char *key, const std::vector<Figure> &figures) {
    json.key(key).open('{');
    for (const Figure &figure : figures)
      json.key(figure.name).number(figure.value());
    json.close('}');
  };
  list("terms", tally.terms());
  list("metrics", tally.metrics());
}

void Trainer::logStart() {
  uint64_t parameters = model.parameterCount();
  std::string line, decays;
  JsonWriter json(line);
  json.open('{').key("event").text("start").key("model").text(model.name());
  json.key("source_hash").text(textOf(recipe.root, "source_hash"));
  json.key("parameters").integer(int64_t(parameters)).key("dtype").text(model.is32() ? "f32" : "f64");
  json.key("seed").integer(int64_t(plan.seed)).key("threads").integer(pool.started());
  json.key("batch").integer(plan.batch).key("epochs").integer(plan.epochs).key("steps").integer(bound);
  json.key("examples").open('{');
  for (int part = 0; part < 3; ++part)
    json.key(partNames[part]).integer(int64_t(data.parts[part].size()));
  json.close('}').key("settings").open('{');
  bool decay = false;
  for (uint32_t i = 0; i < runner.entry().n_settings; ++i) {
    json.key(runner.entry().settings[i].name).number(runner.settings[i]);
    decay |= std::string_view(runner.entry().settings[i].name) == "optimizer.weight_decay";
  }
  json.close('}').key("decay").open('[');
  int matrices = 0;
  for (uint32_t i = 0; decay && i < model.tensorCount(); ++i)
    if (model.tensor(i).role == NNC_PARAM && model.tensor(i).decay) {
      json.text(model.tensor(i).name);
      ++matrices;
    }
  json.close(']').close('}');
  log.line(std::move(line));
  progress.line(std::string(model.name()) + "  " + grouped(parameters) + " parameters, " +
                (model.is32() ? "f32" : "f64") + ", seed " + std::to_string(plan.seed) + ", " +
                std::to_string(pool.started()) + (pool.started() == 1 ? " thread" : " threads"));
  if (matrices)
    progress.line("decay  on " + std::to_string(matrices) + " parameters");
}

void Trainer::logTrain(int64_t epoch) {
  double time = now();
  std::string line;
  line.reserve(256);
  JsonWriter json(line);
  json.open('{').key("event").text("train").key("step").integer(done).key("epoch").integer(epoch);
  logFigures(json, sinceEvent);
  if (runner.entry().n_scalars > 0 && runner.entry().n_settings > 0)
    json.key("lr").number(runner.scalar(0));
  if (normAt >= 0)
    json.key("grad_norm").number(runner.value(uint32_t(normAt)));
  double seconds = time - eventBegun;
  json.key("examples_per_second").number(seconds > 0 ? std::round(double(sinceEvent.exampleCount()) / seconds) : 0);
  json.key("elapsed").number(std::round((time - begun) * 1e6) * 1e-6).close('}');
  log.line(std::move(line));
  if (!plan.logEvery)
    sinceEpoch = sinceEvent;
  sinceEvent.reset();
  eventBegun = time;
}

void Trainer::epochLine(int64_t epoch, bool improved) {
  if (progress.silent())
    return;
  std::string line = "epoch " + std::to_string(epoch) + "  train " + brief(sinceEpoch.loss());
  const Tally *shown = &sinceEpoch;
  if (evaluator) {
    shown = &evaluator->tally();
    line += "  valid " + brief(shown->loss());
  }
  for (const Figure &figure : shown->metrics())
    line += "  " + figure.name + " " + brief(figure.value());
  progress.line(improved ? line + "  best" : line);
}

void Trainer::bar(int64_t epoch) {
  int64_t perEpoch = schedule.stepsPerEpoch(), at = done % perEpoch;
  auto filled = size_t(10 * at / perEpoch);
  std::string text = "epoch " + std::to_string(epoch);
  if (plan.epochs)
    text += "/" + std::to_string(plan.epochs);
  text += "  [" + std::string(filled, '=') + ">" + std::string(10 - filled, ' ') + "]  " + std::to_string(at) + "/" +
          std::to_string(perEpoch) + "  loss " + brief(sinceEvent.loss());
  int64_t left = scheduled - done;
  if (scheduled > 0 && done > 0 && left > 0)
    text += "  " + brief((now() - begun) / double(done) * double(left)) + " s left";
  progress.draw(text);
}

/// Which gradient is not finite at this batch: the update was left out, so the state is still what it was before.
std::string Trainer::divergedWhere(const Step &rows) {
  const nnc_entry *entry = model.entry(NNC_GRAD);
  if (!entry)
    return "";
  Runner gradient(model, state.data(), pool, *entry);
  Feed input;
  if (input.connect(gradient, data, rows.count))
    return "";
  input.fill(gradient, rows.rows, rows.count);
  gradient.seed = plan.seed;
  gradient.step = done - 1;
  if (gradient.prepare() != NNC_OK)
    return "";
  gradient.run();
  for (uint32_t i = 0; i < entry->n_outputs; ++i) {
    std::string_view name = entry->outputs[i].name;
    uint8_t dtype = entry->outputs[i].dtype;
    if (name.substr(0, 5) != "grad.")
      continue;
    for (uint64_t e = 0; e < gradient.outputElements(i); ++e) {
      double value = dtype == NNC_F64 ? reinterpret_cast<const double *>(gradient.output(i))[e]
                                      : reinterpret_cast<const float *>(gradient.output(i))[e];
      if (!std::isfinite(value))
        return "the gradient of " + std::string(name.substr(5)) + " is not finite";
    }
  }
  return "";
}

/// Of a step that diverged.
std::string Trainer::causeOf(const Step &rows) {
  bool loss = lossAt >= 0 && !std::isfinite(runner.value(uint32_t(lossAt)));
  std::string where = divergedWhere(rows);
  if (!loss)
    return where.empty() ? "a gradient is not finite" : where;
  return "the loss is not finite" + (where.empty() ? "" : "\n  note: " + where);
}

Error Trainer::divergence(const std::string &cause) const {
  std::string text = "training diverged at step " + std::to_string(done) + ": " + cause;
  text += plan.stop.on && hasBest
              ? "\n  note: the weights of epoch " + std::to_string(bestEpoch) + ", the best ones, are kept"
              : "\n  note: nothing was saved from this step on";
  text += "\n  help: a smaller learning rate (--set optimizer.lr=VALUE) or `clip = norm(1.0)` often helps";
  return {support::ExitDiverged, text};
}

} // namespace nnc::rt
