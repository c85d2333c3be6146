// What the program asks for and a compiled program of this version cannot do yet.
#include "dsl/elaborate/Builder.h"

#include <algorithm>

namespace nnc::dsl {

using support::SourceRange;

void ProgramBuilder::pend(const std::string &feature, const std::string &stage, SourceRange range) {
  support::LineColumn at = sources.lineColumn(range.file, range.begin);
  std::string name(sources.name(range.file));
  auto file = std::find(program.files.begin(), program.files.end(), name);
  if (file == program.files.end())
    file = program.files.insert(program.files.end(), name);
  Pending made{feature, stage, {uint32_t(file - program.files.begin()), at.line, at.column}, range.end - range.begin};
  if (std::find(program.pending.begin(), program.pending.end(), made) == program.pending.end())
    program.pending.push_back(std::move(made));
}

void ProgramBuilder::collectPending() {
  static const char loop[] = "the training loop", update[] = "the update of parameters";
  for (const DatasetInfo &set : datasets)
    for (const auto &[feature, range] : set.pending)
      if (!train || set.name == dataset->name)
        pend(feature, "reading data", range);
  if (train) {
    auto settingAt = [&](const char *name) {
      for (const ast::Setting &setting : train->settings)
        if (setting.name.text == name)
          return SourceRange{setting.range.file, setting.name.range.begin, setting.value->range.end};
      return train->model.range;
    };
    if (settings.schedule)
      pend("lr = " + settings.schedule->path, update, settings.schedule->range);
    if (settings.batchAll)
      pend("batch = all", loop, settingAt("batch"));
    if (settings.lanes)
      pend("lanes", loop, settingAt("batch"));
    if (settings.accumulate > 1)
      pend("accumulate", loop, settingAt("accumulate"));
    if (!settings.carry.empty())
      pend("carry", loop, settingAt("carry"));
    if (!watched.empty())
      pend("watch", loop, settingAt("watch"));
    if (!settings.groups.empty())
      pend("groups", update, settingAt("groups"));
    if (!settings.constraints.empty())
      pend("constrain", update, settingAt("constrain"));
    for (const auto &[feature, range] : pendingMetrics)
      pend(feature, "evaluation", range);
  }
  if (generation)
    pend("generate", "generation", generation->item->model.range);
}

} // namespace nnc::dsl
