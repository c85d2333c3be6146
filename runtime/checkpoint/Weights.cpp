#include "runtime/checkpoint/Weights.h"
#include "runtime/core/Dtype.h"
#include <cmath>
#include <cstring>

namespace nnc::rt {

static std::vector<int64_t> shapeOf(const nnc_tensor &tensor) { return {tensor.dims, tensor.dims + tensor.rank}; }

static std::string labelsText(const Dim &dim) {
  std::string text;
  JsonWriter json(text);
  json.open('[');
  for (const std::string &label : dim.labels)
    json.text(label);
  json.close(']');
  return text;
}

Status saveWeights(const std::string &path, const Model &model, const Recipe &recipe, const char *state,
                   const std::vector<Constants> &constants) {
  SafetensorsWriter file;
  file.note("format", "nnc");
  file.note("model", std::string(model.name()));
  file.note("source_hash", textOf(recipe.root, "source_hash"));
  if (const DatasetRecipe *set = recipe.trained())
    for (const Field &field : set->fields)
      if (const Dim *dim = recipe.dim(field.dim); dim && !dim->labels.empty())
        file.note("data." + field.name + ".labels", labelsText(*dim));
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role == NNC_PARAM || tensor.role == NNC_STATE)
      file.add(tensor.name, tensor.dtype, shapeOf(tensor), state + tensor.offset);
  }
  // In f64 whatever the program's type: predict must see the very numbers that train saw.
  for (const Constants &c : constants) {
    file.add("data." + c.field + ".mean", NNC_F64, {int64_t(c.mean.size())}, c.mean.data());
    file.add("data." + c.field + ".std", NNC_F64, {int64_t(c.deviation.size())}, c.deviation.data());
  }
  return file.write(path);
}

Status saveTrainingState(const std::string &path, const Model &model, const char *state,
                         const std::map<std::string, std::string> &notes) {
  SafetensorsWriter file;
  file.note("format", "nnc-state");
  for (const auto &[key, value] : notes)
    file.note(key, value);
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role == NNC_SLOT)
      file.add(tensor.name, tensor.dtype, shapeOf(tensor), state + tensor.offset);
  }
  return file.write(path);
}

static std::string lowerCase(std::string text) {
  for (char &c : text)
    c = char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

std::vector<data::NamedShape> layerTensors(const Safetensors &file) {
  std::vector<data::NamedShape> tensors;
  for (const StoredTensor &tensor : file.tensors())
    if (!data::isOfData(tensor.name) && !tensor.name.starts_with("optimizer."))
      tensors.push_back({tensor.name, lowerCase(tensor.type), tensor.shape});
  return tensors;
}

/// Parameters and states; `numbers` are theirs in the model.
static std::vector<data::NamedShape> tensorsOf(const Model &model, std::vector<uint32_t> &numbers) {
  std::vector<data::NamedShape> tensors;
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role != NNC_PARAM && tensor.role != NNC_STATE)
      continue;
    numbers.push_back(i);
    tensors.push_back({tensor.name, lowerCase(storedType(tensor.dtype)), shapeOf(tensor)});
  }
  return tensors;
}

static std::string fitHeader(const Safetensors &file, std::string_view model) {
  return "`" + file.file() + "` does not fit model `" + std::string(model) + "`";
}

Status misfit(const Safetensors &file, const std::vector<data::NamedShape> &stored, std::string_view modelName,
              const std::vector<data::NamedShape> &model, const data::NamePlan &plan) {
  if (data::matchWeights(stored, model, plan).fits())
    return std::nullopt;
  data::WeightsReport report =
      data::reportWeights(stored, model, plan, [&](size_t i) { return data::shapeText(model[i]); });
  std::string text = fitHeader(file, modelName);
  for (const std::string &fact : report.facts) {
    text += "\n   = ";
    for (char c : fact)
      text += c == '\n' ? std::string("\n     ") : std::string(1, c);
  }
  if (!report.prefix.empty() && report.match.fits())
    text += "\n  help: to begin with it, write in `train`: start = weights(\"" + file.file() + "\", strip = \"" +
            report.prefix + "\")";
  return doesNotFit(text);
}

/// `["take", "h.{i}.weight", "blocks.{i}.weight"]`, `["skip", "head.{rest}"]`
static data::NameRule ruleOf(const Json &json) {
  auto text = [&](size_t i) {
    return i < json.size() && json[i].is_string() ? json[i].get<std::string>() : std::string();
  };
  return {text(1), text(2), text(0) == "skip", text(0) == "transpose"};
}

std::optional<StartPlan> startPlan(const Json &recipe) {
  const Json *train = member(recipe, "train"), *start = train ? member(*train, "start") : nullptr;
  if (!start)
    return std::nullopt;
  StartPlan plan{textOf(*start, "path"), textOf(*start, "at"), {}};
  plan.names.into = textOf(*start, "into");
  plan.names.strip = textOf(*start, "strip");
  if (const Json *except = member(*start, "except"); except && except->is_array())
    for (const Json &path : *except)
      if (path.is_string())
        plan.names.except.push_back(path.get<std::string>());
  if (const Json *rules = member(*start, "rules"); rules && rules->is_array())
    for (const Json &rule : *rules)
      plan.names.rules.push_back(ruleOf(rule));
  return plan;
}

Result<Safetensors> openStart(const StartPlan &start, const std::string &folder) {
  bool isWhole = start.path.starts_with("/") || folder.empty();
  Result<Safetensors> file = Safetensors::open(isWhole ? start.path : folder + "/" + start.path);
  if (file)
    return file;
  Error error = file.error();
  error.text += "\n  note: `train` starts from it (" + start.at + ")";
  if (error.code == support::ExitMissing)
    error.text += "\n  help: name its folder with --data DIR, or another file with --weights FILE";
  return error;
}

static bool allFinite(const char *data, uint8_t dtype, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    if (!std::isfinite(dtype == NNC_F64 ? reinterpret_cast<const double *>(data)[i]
                                        : double(reinterpret_cast<const float *>(data)[i])))
      return false;
  return true;
}

const nnc_tensor *findNotFinite(const Model &model, const char *state) {
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    bool isSaved = tensor.role == NNC_PARAM || tensor.role == NNC_STATE;
    if (isSaved && isFloat(tensor.dtype) && !allFinite(state + tensor.offset, tensor.dtype, elementCount(tensor)))
      return &tensor;
  }
  return nullptr;
}

void transpose(char *data, int64_t rows, int64_t columns, size_t width) {
  std::vector<char> from(data, data + size_t(rows * columns) * width);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      memcpy(data + size_t(c * rows + r) * width, from.data() + size_t(r * columns + c) * width, width);
}

/// Null or what is wrong with the tensor of the file that stands for `tensor`.
static Status loadTensor(const Safetensors &file, const StoredTensor &stored, const Model &model,
                         const nnc_tensor &tensor, char *state, bool isTransposed = false) {
  std::string why;
  char *out = state + tensor.offset;
  if (!convertStored(file, stored, tensor.dtype, out, why))
    return doesNotFit(fitHeader(file, model.name()) + "\n   = " + stored.name + " " + why);
  if (isFloat(tensor.dtype) && !allFinite(out, tensor.dtype, stored.elements()))
    return doesNotFit("`" + file.file() + "`: " + stored.name + " holds numbers that are not finite");
  if (isTransposed)
    transpose(out, stored.shape[0], stored.shape[1], widthOf(tensor.dtype));
  return std::nullopt;
}

static bool readConstants(const Safetensors &file, const std::string &name, std::vector<double> &out) {
  const StoredTensor *stored = file.find(name);
  if (!stored)
    return false;
  out.resize(stored->elements());
  std::string why;
  return convertStored(file, *stored, NNC_F64, out.data(), why);
}

static std::string listed(const std::vector<std::string> &names) {
  constexpr size_t shown = 8;
  std::string text;
  for (size_t i = 0; i < names.size() && i < shown; ++i)
    text += (i ? ", " : "") + names[i];
  return text + (names.size() > shown ? " and " + std::to_string(names.size() - shown) + " more" : "");
}

Result<std::string> loadStart(const Safetensors &file, const data::NamePlan &plan, const Model &model, char *state) {
  std::vector<uint32_t> numbers;
  std::vector<data::NamedShape> stored = layerTensors(file), tensors = tensorsOf(model, numbers);
  if (Status wrong = misfit(file, stored, model.name(), tensors, plan))
    return *wrong;
  data::WeightsMatch match = data::matchWeights(stored, tensors, plan);
  std::vector<std::string> fresh, unused;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const std::optional<data::WeightSource> &source = match.sources[i];
    if (!source)
      fresh.push_back(tensors[i].name);
    else if (Status failed = loadTensor(file, *file.find(stored[source->number].name), model, model.tensor(numbers[i]),
                                        state, source->transposed))
      return *failed;
  }
  for (size_t i : match.unused)
    unused.push_back(stored[i].name);
  std::string text = "starts from " + file.file() + ": " + std::to_string(match.wanted) + " of " +
                     std::to_string(tensors.size()) + " tensors";
  if (!fresh.empty())
    text += "; new: " + listed(fresh);
  if (!unused.empty())
    text += "; not used: " + listed(unused);
  return text;
}

Result<Extras> loadWeights(const Safetensors &file, const Model &model, const Recipe &recipe, char *state) {
  std::vector<uint32_t> numbers;
  if (Status wrong = misfit(file, layerTensors(file), model.name(), tensorsOf(model, numbers), {}))
    return *wrong;
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    const StoredTensor *stored = tensor.role == NNC_DERIVED ? nullptr : file.find(tensor.name);
    if (!stored)
      continue;
    if (stored->shape != shapeOf(tensor))
      return doesNotFit(fitHeader(file, model.name()) + "\n   = " + tensor.name + " has another shape");
    if (Status failed = loadTensor(file, *stored, model, tensor, state))
      return *failed;
  }
  Extras extras;
  extras.notes = file.metadata();
  const DatasetRecipe *set = recipe.trained();
  if (!set)
    return extras;
  for (const Field &field : set->fields) {
    Constants c;
    c.field = field.name;
    if (readConstants(file, "data." + field.name + ".mean", c.mean) &&
        readConstants(file, "data." + field.name + ".std", c.deviation))
      extras.constants.push_back(std::move(c));
    const Dim *dim = recipe.dim(field.dim);
    auto labels = file.metadata().find("data." + field.name + ".labels");
    if (dim && !dim->labels.empty() && labels != file.metadata().end() && labels->second != labelsText(*dim))
      return doesNotFit(fitHeader(file, model.name()) + "\n   = it was trained with other labels of `" + field.name +
                        "`: " + labels->second.substr(0, 200));
  }
  return extras;
}

} // namespace nnc::rt
