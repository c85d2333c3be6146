#include "runtime/checkpoint/Weights.h"
#include "runtime/core/Dtype.h"
#include <cmath>

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

static std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

/// How the names of file and model compare, for the first lines of an error.
static std::string comparison(const Safetensors &file, const Model &model) {
  size_t wanted = 0, same = 0;
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role != NNC_PARAM && tensor.role != NNC_STATE)
      continue;
    ++wanted;
    same += file.find(tensor.name) != nullptr;
  }
  return "`" + file.file() + "` does not fit model `" + std::string(model.name()) +
         "`\n   = " + std::to_string(file.tensors().size()) + " tensors in the file, " + std::to_string(wanted) +
         " in the model, " + std::to_string(same) + " with the same name";
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

/// Null or what is wrong with the tensor of the file that stands for `tensor`.
static Status loadTensor(const Safetensors &file, const StoredTensor &stored, const Model &model,
                         const nnc_tensor &tensor, char *state) {
  std::string why;
  if (stored.shape != shapeOf(tensor))
    return doesNotFit(comparison(file, model) + "\n   = " + tensor.name + ": file " + shapeText(stored.shape) +
                      ", model " + shapeText(shapeOf(tensor)));
  if (!convertStored(file, stored, tensor.dtype, state + tensor.offset, why))
    return doesNotFit(comparison(file, model) + "\n   = " + tensor.name + " " + why);
  if (isFloat(tensor.dtype) && !allFinite(state + tensor.offset, tensor.dtype, stored.elements()))
    return doesNotFit("`" + file.file() + "`: " + tensor.name + " holds numbers that are not finite");
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

Result<Extras> loadWeights(const Safetensors &file, const Model &model, const Recipe &recipe, char *state) {
  for (uint32_t i = 0; i < model.tensorCount(); ++i) {
    const nnc_tensor &tensor = model.tensor(i);
    if (tensor.role == NNC_DERIVED)
      continue;
    const StoredTensor *stored = file.find(tensor.name);
    if (!stored && tensor.role == NNC_SLOT)
      continue;
    if (!stored)
      return doesNotFit(comparison(file, model) + "\n   = " + tensor.name + " is missing in the file");
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
      return doesNotFit(comparison(file, model) + "\n   = it was trained with other labels of `" + field.name +
                        "`: " + labels->second.substr(0, 200));
  }
  return extras;
}

} // namespace nnc::rt
