#include "dsl/elaborate/Builder.h"

#include "support/Suggest.h"

#include <algorithm>
#include <numeric>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

ProgramBuilder::ProgramBuilder(const Module &module, const CompileOptions &options, support::SourceMap &sources,
                               support::DiagnosticSink &sink, AloneErrors &alone)
    : module(module), options(options), sources(sources), sink(sink), alone(alone) {}

/// Which `train` block, which model (rule set-1).
bool ProgramBuilder::choose(std::string &usage) {
  SourceRange top{module.program().file, 0, 0};
  std::vector<std::string> names;
  for (const ast::TrainItem *item : module.trains)
    names.push_back(item->model.text + ":" + item->dataset.text);
  for (size_t i = 0; i < module.trains.size(); ++i) {
    const ast::TrainItem *item = module.trains[i];
    bool wanted = !options.train || *options.train == item->model.text || *options.train == names[i];
    if (wanted && !train)
      train = item;
    else if (wanted && options.train && usage.empty() && *options.train != names[i])
      usage = "several `train` blocks are called `" + *options.train + "`: write --train Model:data";
  }
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ", ") + name;
  if (options.train && !train) {
    usage = names.empty() ? "the program has no `train` block"
                          : "no `train` block is called `" + *options.train + "`; there are: " + list;
    return false;
  }
  if (options.model) {
    for (const Definition *one : module.models)
      if (one->name == *options.model)
        model = one;
    train = nullptr;
    return model;
  }
  if (!options.train && module.trains.size() > 1)
    usage = "the program has several `train` blocks: choose with --train " + list;
  if (!train) {
    if (module.models.empty()) {
      auto builder = sink.report(diag::NoModel, top);
      builder.fact("the smallest program: model Double(x: float[B, 2]) -> float[B, 2] { 2 * x }");
      return false;
    }
    model = module.models.back();
    return true;
  }
  for (const Definition *one : module.models)
    if (one->name == train->model.text)
      model = one;
  if (!model) {
    auto builder = sink.report(diag::NoSuchModel, train->model.range, train->model.text);
    std::vector<std::string> known;
    for (const Definition *one : module.models)
      known.push_back(one->name);
    if (auto near = support::nearestName(train->model.text, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{train->model.range, *near}});
    builder.cause(train->model.range);
    return false;
  }
  auto found = module.datasets.find(train->dataset.text);
  if (found == module.datasets.end()) {
    auto builder = sink.report(diag::NoSuchDataset, train->dataset.range, train->dataset.text);
    std::vector<std::string> known;
    for (const auto &[name, item] : module.datasets)
      known.push_back(name);
    if (auto near = support::nearestName(train->dataset.text, known))
      builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{train->dataset.range, *near}});
    builder.cause(train->dataset.range);
    return false;
  }
  return true;
}

std::optional<Program> ProgramBuilder::run(std::string &usage, std::string &types) {
  size_t before = sink.errorCount();
  bool chosen = choose(usage);
  for (const ast::TrainItem *item : module.trains) {
    TrainSettings own;
    readSettings(*item, sources, sink, own);
    if (item == train)
      settings = own;
  }
  Elem precision = settings.precision.value_or(Elem::F32);
  if (options.dtype)
    precision = *options.dtype == "f64" ? Elem::F64 : Elem::F32;
  readBlocks();
  for (const auto &[name, item] : module.datasets) {
    datasets.push_back(checkDataset(*item, module, precision, options, sources, sink));
    if (train && name == train->dataset.text)
      dataset = datasets.back();
  }
  if (!chosen || !model || !setDefines(usage))
    return std::nullopt;
  program.files.push_back(std::string(sources.name(module.program().file)));
  program.source = program.files[0];
  program.model = model->name;
  program.precision = precision;
  program.batch = options.batch.value_or(train ? settings.batch : 0);
  elaborator.emplace(module, program, sources, sink, precision);
  elaborator->keepsBackward = options.keepsBackward;
  elaborator->keepsShapes = settings.start.has_value();
  for (const auto &[path, range] : settings.freeze)
    elaborator->frozen.push_back(path);
  std::ranges::sort(elaborator->frozen); // each layer asks for itself
  elaborator->exampleSizes = sizesOfData();
  elaborator->sketch = train != nullptr; // made again with the sizes of the data
  bool ok = forwardEntry();
  elaborator->sketch = false;
  types = elaborator->types;
  checkDefinitions(!ok);
  // What follows would only repeat the same errors.
  if (!ok || sink.errorCount() != before)
    return std::nullopt;
  if (train) {
    if (!freeze() || !checkPaths() || !checkCarry(settings.carry) || !checkSchedule() || !fixForwardSizes())
      return std::nullopt;
    // No entry is better than one that updates in another way than the program says.
    bool hasStep = !settings.schedule && settings.groups.empty() && settings.constraints.empty();
    for (EntryKind kind : {EntryKind::Eval, EntryKind::Loss, EntryKind::Grad, EntryKind::Step})
      if ((kind != EntryKind::Step || hasStep) && !dataEntry(kind))
        return std::nullopt;
    program.optimizer = settings.optimizer;
    support::LineColumn at = sources.lineColumn(settings.optimizerRange.file, settings.optimizerRange.begin);
    program.optimizer->place = {0, at.line, at.column};
    program.clip = settings.clip;
    if (settings.stop) {
      auto rises = stopDirection();
      if (!rises)
        return std::nullopt;
      stopRises = *rises;
    }
    program.settings.push_back({"optimizer.lr", settings.optimizer->lr});
    if (settings.optimizer->hasWeightDecay)
      program.settings.push_back({"optimizer.weight_decay", settings.optimizer->weightDecay});
    if (settings.clip)
      program.settings.push_back({"clip", settings.clip->bound});
    if (settings.optimizer->decayAll)
      for (Param &param : program.params)
        param.decay = true;
  }
  if (sink.errorCount() != before || !checkGeneration())
    return std::nullopt;
  for (const support::Diagnostic &warning : elaborator->placeWarnings.diagnostics())
    sink.add(warning);
  sortParams();
  collectPending();
  writeRecipe();
  return std::move(program);
}

template <typename T> static void sortBy(const std::vector<std::vector<uint32_t>> &keys, std::vector<T> &items) {
  std::vector<size_t> order(items.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<T> sorted;
  for (size_t i : order)
    sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

/// Parameters and states are listed in the order of their declarations, however the layers are applied.
void ProgramBuilder::sortParams() {
  sortBy(elaborator->paramOrder, program.params);
  sortBy(elaborator->stateOrder, program.states);
}

} // namespace nnc::dsl
