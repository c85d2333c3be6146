#include "runtime/core/Dtype.h"
#include "runtime/program/Session.h"
#include "runtime/recipe/FieldReader.h"
#include "runtime/train/Feed.h"
#include "runtime/train/Report.h"
#include <set>
#include <unistd.h>

namespace nnc::rt {

namespace {

void writePorts(JsonWriter &json, const nnc_entry &entry, const nnc_port *ports, uint32_t count) {
  json.open('[');
  for (uint32_t i = 0; i < count; ++i) {
    const nnc_port &port = ports[i];
    json.open('{').key("name").text(port.name).key("dtype").text(nameOf(port.dtype)).key("shape").open('[');
    for (uint8_t axis = 0; axis < port.rank; ++axis)
      port.dims[axis] >= 0 ? json.integer(port.dims[axis]) : json.text(entry.sizes[size_t(~port.dims[axis])].name);
    json.close(']').key("labels");
    if (port.labels) {
      json.open('[');
      for (int64_t label = 0; label < port.index_bound; ++label)
        json.text(port.labels[label]);
      json.close(']');
    } else {
      json.null();
    }
    json.close('}');
  }
  json.close(']');
}

void writeTensors(JsonWriter &json, const Model &model, nnc_role role) {
  json.open('[');
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role != role)
      continue;
    json.open('{').key("name").text(tensor.name).key("shape").open('[');
    for (uint8_t axis = 0; axis < tensor.rank; ++axis)
      json.integer(tensor.dims[axis]);
    json.close(']');
    if (role == NNC_PARAM)
      json.key("trainable").boolean(tensor.trainable).key("decay").boolean(tensor.decay);
    json.close('}');
  }
  json.close(']');
}

void writeSizes(JsonWriter &json, const Model &model) {
  std::set<std::string> seen;
  json.open('[');
  for (uint32_t i = 0; i < model.descriptor().n_entries; ++i) {
    const nnc_entry &entry = model.descriptor().entries[i];
    for (uint32_t s = 0; s < entry.n_sizes; ++s) {
      if (!seen.insert(entry.sizes[s].name).second)
        continue;
      json.open('{').key("name").text(entry.sizes[s].name).key("max");
      entry.sizes[s].max >= 0 ? json.integer(entry.sizes[s].max) : json.null();
      json.close('}');
    }
  }
  json.close(']');
}

void writeEntries(JsonWriter &json, const Model &model) {
  json.open('[');
  for (uint32_t i = 0; i < model.descriptor().n_entries; ++i) {
    const nnc_entry &entry = model.descriptor().entries[i];
    if (entry.kind == NNC_PACK)
      continue;
    json.open('{').key("name").text(entry.name).key("inputs");
    writePorts(json, entry, entry.inputs, entry.n_inputs);
    json.key("outputs");
    writePorts(json, entry, entry.outputs, entry.n_outputs);
    json.key("settings").open('[');
    for (uint32_t s = 0; s < entry.n_settings; ++s) {
      json.open('{').key("name").text(entry.settings[s].name).key("value").number(entry.settings[s].value);
      json.close('}');
    }
    json.close(']').close('}');
  }
  json.close(']');
}

/// The rows of each part, if the data is there and sound; nothing otherwise.
void writeParts(JsonWriter &json, const Session &session, const DatasetRecipe &set) {
  std::string path = joinPath(session.options.data, set.path);
  if (access(path.c_str(), R_OK) != 0)
    return;
  Result<Dataset> data = loadDataset(session.recipe, set, {}, session.options.data);
  if (!data)
    return;
  json.key("parts").open('{');
  for (int part = 0; part < 3; ++part) {
    json.key(partNames[part]).open('[');
    for (uint32_t row : data->parts[part])
      json.integer(row);
    json.close(']');
  }
  json.close('}');
}

/// The source columns that the fields read, in order of first use. Those inside `columns(first, last)` are known only
/// if the file is there.
std::vector<std::string> columnsOf(const Session &session, const DatasetRecipe &set) {
  std::vector<FieldUse> uses;
  for (const Field &field : set.fields)
    uses.push_back({&field, field.dtype});
  std::string path = joinPath(session.options.data, set.path);
  data::Result<data::CsvReader> table = data::CsvReader::open(path, set.source == "tsv" ? '\t' : ',');
  std::vector<std::string> columns;
  FieldReader reader(session.recipe, set);
  if (!reader.plan(uses, table ? &table->header() : nullptr, path))
    for (const Slot &slot : reader.slots())
      if (!slot.column.empty())
        columns.push_back(slot.column);
  return columns;
}

void writeDatasets(JsonWriter &json, const Session &session) {
  json.open('[');
  for (const DatasetRecipe &set : session.recipe.datasets) {
    json.open('{').key("name").text(set.name).key("source").open('[').text(set.source).text(set.path).close(']');
    json.key("columns").open('[');
    for (const std::string &column : columnsOf(session, set))
      json.text(column);
    json.close(']').key("fields").open('[');
    for (const Field &field : set.fields) {
      json.open('{').key("name").text(field.name).key("dtype").text(nameOf(field.dtype)).key("shape").open('[');
      for (int64_t dim : field.dims)
        json.integer(dim);
      json.close(']').key("dim");
      field.dim.empty() ? json.null() : json.text(field.dim);
      json.close('}');
    }
    json.close(']');
    writeParts(json, session, set);
    json.close('}');
  }
  json.close(']');
}

/// Those of the run folder; a file that --weights names as `read`.
void writeWeights(JsonWriter &json, const Session &session) {
  auto path = [&](const char *key, const std::string &file) {
    json.key(key);
    access(file.c_str(), R_OK) == 0 ? json.text(file) : json.null();
  };
  json.open('{');
  path("best", session.folder.best());
  path("last", session.folder.last());
  if (!session.weights.empty())
    json.key("read").text(session.weights);
  json.close('}');
}

std::string compilerVersion(const Recipe &recipe) {
  const Json *build = member(recipe.root, "build");
  return build ? textOf(*build, "version", "unknown") : "unknown";
}

std::string jsonInfo(const Session &session) {
  const Model &model = session.model;
  std::string out;
  JsonWriter json(out);
  json.open('{').key("model").text(model.name()).key("source").text(textOf(session.recipe.root, "source"));
  json.key("source_hash").text(textOf(session.recipe.root, "source_hash"));
  json.key("version").text(compilerVersion(session.recipe)).key("dtype").text(model.is32() ? "f32" : "f64");
  json.key("features").open('[');
  std::string features = model.descriptor().cpu_features;
  for (size_t at = 0; at < features.size();) {
    size_t comma = std::min(features.find(',', at), features.size());
    json.text(features.substr(at, comma - at));
    at = comma + 1;
  }
  json.close(']').key("parameters");
  writeTensors(json, model, NNC_PARAM);
  json.key("parameter_count").integer(int64_t(model.parameterCount())).key("states");
  writeTensors(json, model, NNC_STATE);
  json.key("sizes");
  writeSizes(json, model);
  json.key("entries");
  writeEntries(json, model);
  json.key("datasets");
  writeDatasets(json, session);
  json.key("train").raw(session.recipe.hasTrain ? session.recipe.train.raw : "null").key("weights");
  writeWeights(json, session);
  json.close('}');
  return out + "\n";
}

std::string shapeText(const nnc_tensor &tensor) {
  std::string text = "[";
  for (uint8_t axis = 0; axis < tensor.rank; ++axis)
    text += (axis ? ", " : "") + std::to_string(tensor.dims[axis]);
  return text + "]";
}

std::string portsText(const nnc_entry &entry, const nnc_port *ports, uint32_t count) {
  std::string text;
  for (uint32_t i = 0; i < count; ++i) {
    text += std::string(i ? ", " : "") + ports[i].name + ": " + nameOf(ports[i].dtype) + "[";
    for (uint8_t axis = 0; axis < ports[i].rank; ++axis) {
      int64_t dim = ports[i].dims[axis];
      text += (axis ? ", " : "") + (dim >= 0 ? std::to_string(dim) : std::string(entry.sizes[size_t(~dim)].name));
    }
    text += "]";
  }
  return text;
}

std::string textInfo(const Session &session) {
  const Model &model = session.model;
  std::string out = std::string(model.name()) + "  " + grouped(model.parameterCount()) + " parameters, " +
                    (model.is32() ? "f32" : "f64") + "\n";
  out += "source  " + textOf(session.recipe.root, "source") + "  " + textOf(session.recipe.root, "source_hash") + "\n";
  out += "compiled by nnc " + compilerVersion(session.recipe) + " for " + model.descriptor().cpu_features + "\n";
  out += "\nparameters\n";
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role == NNC_PARAM)
      out += std::string("  ") + tensor.name + "  " + shapeText(tensor) + (tensor.trainable ? "" : "  frozen") +
             (tensor.decay ? "  decays" : "") + "\n";
  }
  out += "\nentries\n";
  for (uint32_t i = 0; i < model.descriptor().n_entries; ++i) {
    const nnc_entry &entry = model.descriptor().entries[i];
    if (entry.kind == NNC_PACK)
      continue;
    out += std::string("  ") + entry.name + "(" + portsText(entry, entry.inputs, entry.n_inputs) + ")";
    for (uint32_t s = 0; s < entry.n_sizes; ++s)
      if (entry.sizes[s].max >= 0)
        out += std::string("  ") + entry.sizes[s].name + " <= " + std::to_string(entry.sizes[s].max);
    out += "\n";
    for (uint32_t s = 0; s < entry.n_settings; ++s)
      out += std::string("    ") + entry.settings[s].name + " = " + shortest(entry.settings[s].value) + "\n";
  }
  if (!session.recipe.datasets.empty())
    out += "\ndata sets\n";
  for (const DatasetRecipe &set : session.recipe.datasets) {
    out += "  " + set.name + "  " + set.source + " " + set.path + " ";
    for (const Field &field : set.fields)
      out += " " + field.name;
    out += "\n";
  }
  std::string weights = session.weights.empty() ? session.folder.weights() : session.weights;
  return out + "\nweights  " + (weights.empty() ? "none yet" : weights) + "\n";
}

} // namespace

Result<ExitCode> infoCommand(Session &session) {
  if (!session.options.words.empty())
    return usage("`info` takes no value: `" + session.options.words[0] + "`");
  // What is named is read, so that a file which does not fit is not reported as this program's.
  if (!session.options.weights.empty())
    if (Status failed = session.load(session.options.weights))
      return *failed;
  if (Status failed = print(session.options.json ? jsonInfo(session) : textInfo(session)))
    return *failed;
  return support::ExitDone;
}

} // namespace nnc::rt
