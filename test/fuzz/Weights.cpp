// The header of a file of weights, as the compiler reads it while checking `start`. What the program's reader accepts,
// the compiler's accepts as well, with the same tensors; what is told of a file and a model that differ comes to an
// end.
#include "runtime/checkpoint/Weights.h"
#include "dsl/elaborate/train/WeightsFile.h"
#include "test/fuzz/Targets.h"
#include <algorithm>
#include <memory>

namespace nnc::fuzz {

using data::NamedShape;

namespace {

dsl::WeightsFile read(std::string_view bytes) {
  std::string copy(bytes); // one byte longer than what the reader is told: a stream needs one
  std::unique_ptr<FILE, int (*)(FILE *)> file(fmemopen(copy.data(), copy.size() + 1, "rb"), fclose);
  require(file != nullptr, "memory is a file");
  return dsl::readWeightsHeader(file.get(), bytes.size(), "w");
}

bool isSame(const NamedShape &a, const NamedShape &b) {
  return a.name == b.name && a.type == b.type && a.shape == b.shape;
}

/// The program's reader looks at all of the file, and so refuses more.
void compareReaders(std::string_view bytes, const dsl::WeightsFile &weights) {
  auto file = rt::Safetensors::parse("w", std::string(bytes));
  if (!file)
    return;
  require(weights.error.empty(), "a sound file is sound for the compiler, too");
  std::vector<NamedShape> layers = weights.tensors;
  std::erase_if(layers, [](const NamedShape &tensor) { return tensor.name.starts_with("optimizer."); });
  require(std::ranges::equal(layers, rt::layerTensors(*file), isSame), "both readers see the same tensors");
}

/// A model that lacks what stands in front of the first dot, and whose every third tensor has another shape.
std::vector<NamedShape> modelLike(std::vector<NamedShape> tensors) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    size_t dot = tensors[i].name.find('.');
    if (dot != std::string::npos)
      tensors[i].name.erase(0, dot + 1);
    if (i % 3 == 2)
      tensors[i].shape.push_back(2);
  }
  return tensors;
}

void report(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model, const data::NamePlan &plan) {
  data::WeightsMatch match = data::matchWeights(file, model, plan);
  require(match.sources.size() == model.size() && match.named + match.missing.size() == match.wanted,
          "every tensor of the model is there or missing");
  for (const auto &source : match.sources)
    require(!source || source->number < file.size(), "a source is a tensor of the file");
  auto told = data::reportWeights(file, model, plan, [&](size_t i) { return data::shapeText(model[i]); });
  require(!told.facts.empty(), "what does not fit is told");
  require(told.prefix.empty() || told.match.named > match.named, "without the beginning more names fit");
}

} // namespace

void weights(std::string_view bytes) {
  dsl::WeightsFile weights = read(bytes);
  compareReaders(bytes, weights);
  if (!weights.error.empty()) {
    require(weights.error.starts_with("w: not a sound safetensors file: "), "a refusal says of what, and why");
    return;
  }
  const std::vector<NamedShape> &tensors = weights.tensors;
  for (size_t i = 0; i < tensors.size(); ++i) {
    require(i == 0 || tensors[i - 1].name < tensors[i].name, "tensors stand in the order of their names, each once");
    require(!data::isOfData(tensors[i].name), "constants of the data are no weights");
    for (int64_t size : tensors[i].shape)
      require(size >= 0 && size < int64_t(1) << 62, "a size is a whole number");
  }
  require(data::matchWeights(tensors, tensors, {}).fits(), "a file fits itself");
  report(tensors, modelLike(tensors), {});
  data::NamePlan plan;
  plan.rules = {{"h.{i}.{rest}", "blocks.{i}.{rest}", false, false},
                {"{rest}.w", "{rest}.weight", false, true},
                {"head{rest}", "", true, false}};
  plan.into = "encoder";
  plan.except = {"encoder.fc"};
  report(tensors, modelLike(tensors), plan);
}

} // namespace nnc::fuzz
