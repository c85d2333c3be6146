#include "runtime/recipe/Dataset.h"
#include "runtime/recipe/FieldReader.h"
#include <algorithm>

namespace nnc::rt {

std::string joinPath(const std::string &folder, const std::string &path) {
  if (folder.empty() || (!path.empty() && path[0] == '/'))
    return path;
  return folder + (folder.back() == '/' ? "" : "/") + path;
}

const FieldData *Dataset::field(std::string_view name) const {
  for (const FieldData &data : fields)
    if (data.field->name == name)
      return &data;
  return nullptr;
}

/// The rows, or steps, of each part.
static Status splitInto(Parts &parts, FieldReader &reader, const DatasetRecipe &dataset, const std::string &path,
                        const Field *stratify) {
  if (dataset.split.by.empty()) {
    std::vector<int32_t> classes;
    if (stratify)
      classes = reader.classes(*stratify);
    parts = splitRows(dataset.split, dataset.name, reader.rows(), classes);
    return std::nullopt;
  }
  std::vector<uint32_t> order;
  if (Status failed = reader.sort(path, order))
    return failed;
  parts = cutByTime(dataset.split, order);
  return std::nullopt;
}

/// From the steps of each part to the windows that lie in it whole; a window is named by its first step.
static Status windowsOf(const DatasetRecipe &dataset, const std::string &path, Parts &parts) {
  Reach reach = dataset.reach();
  for (int part = 0; part < 3; ++part) {
    std::vector<uint32_t> &steps = parts[part];
    if (steps.empty() && dataset.split.shares[part] <= 0)
      continue;
    if (steps.size() < reach.steps())
      return doesNotFit(path + ": the part `" + partNames[part] + "` has " + std::to_string(steps.size()) +
                        " steps, and one example takes " + std::to_string(reach.steps()) + ", " +
                        std::to_string(reach.past) + " of `window` and " + std::to_string(reach.future) +
                        " of `ahead`" + (dataset.split.at.empty() ? "" : " (" + dataset.split.at + ")") +
                        "\n  help: give the part a larger share, or take shorter windows");
    steps.resize(steps.size() - reach.steps() + 1);
  }
  return std::nullopt;
}

Result<Dataset> loadDataset(const Recipe &recipe, const DatasetRecipe &dataset, const std::vector<FieldUse> &uses,
                            const std::string &folder, const std::vector<Constants> *known) {
  if (dataset.source != "csv" && dataset.source != "tsv")
    return ourBug("data of kind `" + dataset.source + "` cannot be read");
  std::string path = joinPath(folder, dataset.path);
  data::Result<data::CsvReader> table = data::CsvReader::open(path, dataset.source == "tsv" ? '\t' : ',');
  if (!table) {
    Error error = fromData(table.error());
    if (error.code == support::ExitMissing)
      error.text += "\n  help: data paths are relative to the current folder; --data DIR names another";
    return error;
  }
  FieldReader reader(recipe, dataset);
  std::vector<FieldUse> all = uses;
  const Field *stratify = dataset.split.stratify.empty() ? nullptr : dataset.field(dataset.split.stratify);
  bool extra = stratify && std::none_of(uses.begin(), uses.end(), [&](auto &use) { return use.field == stratify; });
  if (extra)
    all.push_back({stratify, stratify->dtype});
  if (Status failed = reader.plan(all, &table->header(), path))
    return *failed;
  if (Status failed = reader.readTable(*table))
    return *failed;
  Dataset made;
  made.recipe = &dataset;
  if (reader.rows() == 0)
    return doesNotFit(path + ": has no rows behind its header");
  reader.span(dataset.reach());
  Parts rows;
  if (Status failed = splitInto(rows, reader, dataset, path, stratify))
    return *failed;
  made.rows = reader.examples();
  made.parts = rows;
  if (dataset.reach().steps())
    if (Status failed = windowsOf(dataset, path, made.parts))
      return *failed;
  if (known) {
    if (Status failed = reader.settle(*known))
      return *failed;
  } else {
    if (Status failed = reader.settle(rows[Train]))
      return *failed;
  }
  made.constants = reader.constants();
  made.warning = reader.unevenness(path);
  Result<std::vector<FieldData>> fields = reader.take();
  if (!fields)
    return fields.error();
  made.fields = std::move(*fields);
  return made;
}

} // namespace nnc::rt
