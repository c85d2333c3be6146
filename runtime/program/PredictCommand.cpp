#include "data/File.h"
#include "data/Number.h"
#include "runtime/core/Dtype.h"
#include "runtime/program/Session.h"
#include "runtime/recipe/FieldReader.h"
#include "runtime/train/Feed.h"
#include "runtime/train/Signals.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace nnc::rt {

namespace {

/// How one result is shown.
struct Shown {
  uint32_t output = 0;
  const Dim *labels = nullptr;       ///< of its last axis: the likeliest is printed
  const Constants *scaled = nullptr; ///< its target was standardised with these
};

/// The label field that the result is scored against: a field that `eval` reads and `forward` does not.
const Dim *labelsOf(const Session &session, const nnc_entry &forward, const nnc_port &result) {
  const DatasetRecipe *set = session.recipe.trained();
  const nnc_entry *eval = session.model.entry(NNC_EVAL);
  int64_t width = result.rank ? result.dims[result.rank - 1] : 0;
  if (!set || !eval || result.rank != 2 || !isFloat(result.dtype))
    return nullptr;
  for (uint32_t i = 0; i < eval->n_inputs; ++i) {
    const Field *field = set->field(eval->inputs[i].name);
    bool fed = false;
    for (uint32_t j = 0; j < forward.n_inputs; ++j)
      fed |= !strcmp(forward.inputs[j].name, eval->inputs[i].name);
    const Dim *dim = field ? session.recipe.dim(field->dim) : nullptr;
    bool named = session.recipe.train.target.empty() || session.recipe.train.target == eval->inputs[i].name;
    if (dim && !fed && named && dim->count == width)
      return dim;
  }
  return nullptr;
}

Result<Shown> chooseResult(const Session &session, const nnc_entry &forward) {
  Shown shown;
  std::string wanted = session.options.result.empty() ? session.recipe.train.result : session.options.result;
  bool found = false;
  for (uint32_t i = 0; i < forward.n_outputs && !found; ++i)
    if (wanted == forward.outputs[i].name) {
      shown.output = i;
      found = true;
    }
  if (!found && !session.options.result.empty()) {
    std::string names;
    for (uint32_t i = 0; i < forward.n_outputs; ++i)
      names += std::string(names.empty() ? "" : ", ") + forward.outputs[i].name;
    return usage("no result `" + wanted + "`\n  note: results: " + names);
  }
  shown.labels = labelsOf(session, forward, forward.outputs[shown.output]);
  const DatasetRecipe *set = session.recipe.trained();
  const Field *target = set ? set->field(session.recipe.train.target) : nullptr;
  for (const Constants &c : session.extras.constants)
    if (!shown.labels && target && target->standardized && c.field == target->name)
      shown.scaled = &c;
  return shown;
}

/// One line: the values of one example.
std::string lineOf(const Shown &shown, const nnc_port &port, const char *values, uint64_t count, bool asJson) {
  auto at = [&](uint64_t i) -> double {
    switch (port.dtype) {
    case NNC_F32:
      return reinterpret_cast<const float *>(values)[i];
    case NNC_F64:
      return reinterpret_cast<const double *>(values)[i];
    case NNC_I32:
      return reinterpret_cast<const int32_t *>(values)[i];
    case NNC_I64:
      return double(reinterpret_cast<const int64_t *>(values)[i]);
    default:
      return reinterpret_cast<const uint8_t *>(values)[i];
    }
  };
  auto written = [&](uint64_t i) {
    double value = at(i);
    // Of a series each step has the same constants.
    if (size_t each = shown.scaled ? shown.scaled->mean.size() : 0; each && count % each == 0)
      value = value * shown.scaled->deviation[i % each] + shown.scaled->mean[i % each];
    return port.dtype == NNC_F32 ? shortest(float(value)) : shortest(value);
  };
  std::string out;
  JsonWriter json(out);
  if (asJson) {
    json.open('{').key(port.name).open('[');
    for (uint64_t i = 0; i < count; ++i)
      std::isfinite(at(i)) ? json.raw(written(i)) : json.null();
    json.close(']');
  }
  if (shown.labels && count > 0) {
    uint64_t best = 0;
    for (uint64_t i = 1; i < count; ++i)
      if (at(i) > at(best))
        best = i;
    double sum = 0;
    for (uint64_t i = 0; i < count; ++i)
      sum += std::exp(at(i) - at(best));
    char probability[32];
    snprintf(probability, sizeof probability, "%.4f", std::fabs(1 / sum)); // a NaN has no sign
    std::string label = shown.labels->label(int64_t(best));
    if (asJson)
      json.key("label").text(label).key("probability").number(1 / sum);
    else
      out = label + "\t" + probability;
  } else if (!asJson) {
    for (uint64_t i = 0; i < count; ++i)
      out += (i ? " " : "") + written(i);
  }
  if (asJson)
    json.close('}');
  return out + "\n";
}

/// Runs all rows of `data` through the entry and prints a line each.
Status predictRows(Session &session, const nnc_entry &forward, const Shown &shown, const Dataset &data) {
  if (data.rows == 0)
    return std::nullopt;
  Runner runner(session.model, session.state.data(), *session.pool, forward);
  runner.seed = session.seed();
  Feed feed;
  if (Status failed = feed.connect(runner, data, std::min<int64_t>(batchBound(forward, 256), data.rows)))
    return failed;
  std::vector<uint32_t> rows(data.rows);
  for (uint32_t i = 0; i < data.rows; ++i)
    rows[i] = i;
  const nnc_port &port = forward.outputs[shown.output];
  for (int64_t at = 0; at < data.rows && !interrupted(); at += feed.capacity()) {
    int64_t some = std::min<int64_t>(feed.capacity(), data.rows - at);
    feed.fill(runner, rows.data() + at, some);
    nnc_status status = runner.prepare();
    if (status == NNC_OK)
      status = runner.run();
    if (status != NNC_OK)
      return runner.explain(status);
    uint64_t each = runner.outputElements(shown.output) / uint64_t(some);
    std::string text;
    for (int64_t i = 0; i < some; ++i)
      text += lineOf(shown, port, runner.output(shown.output) + uint64_t(i) * each * widthOf(port.dtype), each,
                     session.options.json);
    if (Status failed = print(text))
      return failed;
  }
  return std::nullopt;
}

Result<Dataset> finish(FieldReader &reader, const DatasetRecipe &set, const std::vector<Constants> &constants) {
  if (Status failed = reader.settle(constants))
    return *failed;
  Dataset data;
  data.recipe = &set;
  data.rows = reader.examples();
  Result<std::vector<FieldData>> fields = reader.take();
  if (!fields)
    return fields.error();
  data.fields = std::move(*fields);
  return data;
}

/// The message for a number of words that is none that can be meant.
Error wrongCount(const FieldReader &reader, size_t given) {
  const std::vector<Slot> &slots = reader.slots();
  size_t needed = reader.wordCount();
  std::string text = std::to_string(needed) + (needed == 1 ? " value is" : " values are") + " needed, " +
                     std::to_string(given) + " given";
  std::string names;
  for (size_t i = 0; i < slots.size() && i < 12; ++i)
    if (!slots[i].column.empty())
      names += " " + slots[i].column;
    else if (!names.ends_with("…")) // inside columns(first, last)
      names += " …";
  return usage(
      text + "\n  help: the values are" + names + (slots.size() > 12 ? " …" : "") +
      (needed > slots.size() ? " of " + std::to_string(needed / slots.size()) + " steps, the oldest first" : "") +
      "; or name a csv file with these columns");
}

Result<Dataset> fromFile(const Session &session, const DatasetRecipe &set, const std::vector<FieldUse> &uses,
                         const std::string &word) {
  data::Result<std::string> bytes = word == "-" ? data::readDescriptor(0, "(standard input)") : data::readFile(word);
  if (!bytes)
    return fromData(bytes.error());
  std::string name = word == "-" ? "(standard input)" : word;
  data::Result<data::CsvReader> table =
      data::CsvReader::fromText(name, std::move(*bytes), set.source == "tsv" ? '\t' : ',');
  if (!table)
    return fromData(table.error());
  FieldReader reader(session.recipe, set);
  if (Status failed = reader.plan(uses, &table->header(), name))
    return *failed;
  if (Status failed = reader.readTable(*table))
    return *failed;
  std::vector<uint32_t> order;
  if (reader.hasTimes()) // else the steps stand in order
    if (Status failed = reader.sort(name, order))
      return *failed;
  if (reader.rows() > 0 && reader.examples() == 0)
    return doesNotFit(name + ": has " + std::to_string(reader.rows()) + " steps, and one example takes " +
                      std::to_string(reader.wordCount() / reader.slots().size()));
  return finish(reader, set, session.extras.constants);
}

bool looksLikeValues(const std::vector<std::string> &words) {
  double value;
  return std::all_of(words.begin(), words.end(), [&](const std::string &word) {
    return data::parseNumber(word, value) == data::NumberError::None && access(word.c_str(), F_OK) != 0;
  });
}

} // namespace

Result<ExitCode> predictCommand(Session &session) {
  const nnc_entry *forward = session.model.entry(NNC_FORWARD);
  const DatasetRecipe *set = session.recipe.trained();
  if (!forward || !set)
    return usage("this program cannot predict: its source has no data set\n  help: `" + session.program +
                 " run forward` takes tensors");
  if (Status failed = session.loadTrained())
    return *failed;
  Result<std::vector<FieldUse>> uses = fieldsFor(*forward, *set);
  if (!uses)
    return uses.error();
  Result<Shown> shown = chooseResult(session, *forward);
  if (!shown)
    return shown.error();
  watchSignals();
  const std::vector<std::string> &words = session.options.words;
  FieldReader one(session.recipe, *set);
  if (Status failed = one.plan(*uses, nullptr, "(command line)"))
    return *failed;
  if (words.size() == one.wordCount() && (words.size() > 1 || looksLikeValues(words))) {
    if (Status failed = one.readWords(words))
      return *failed;
    Result<Dataset> data = finish(one, *set, session.extras.constants);
    if (!data)
      return data.error();
    if (Status failed = predictRows(session, *forward, *shown, *data))
      return *failed;
    return support::ExitDone;
  }
  if (words.empty() || looksLikeValues(words))
    return wrongCount(one, words.size());
  for (const std::string &word : words) {
    Result<Dataset> data = fromFile(session, *set, *uses, word);
    if (!data)
      return data.error();
    if (Status failed = predictRows(session, *forward, *shown, *data))
      return *failed;
  }
  return interrupted() ? support::ExitInterrupted : support::ExitDone;
}

} // namespace nnc::rt
