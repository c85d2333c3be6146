// Which tensor of a file of weights stands for which of a model, and what is said where they do not fit. The compiler
// asks with the header of the file, a compiled program with the file itself: both say the same.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nnc::data {

struct NamedShape {
  std::string name, type; ///< "f32"
  std::vector<int64_t> shape;
};

/// `"h.{i}.attn.weight" -> "blocks.{i}.attn.weight" transpose`, or `skip "head.{rest}"`
struct NameRule {
  std::string from, to;
  bool skip = false, transpose = false;
};

/// `weights(…, except = [fc], into = encoder, strip = "model.")`, and the rules of a block.
struct NamePlan {
  std::vector<std::string> except;
  std::string into, strip;
  std::vector<NameRule> rules;
};

/// The tensor of the file for one of the model.
struct WeightSource {
  size_t number = 0;
  bool transposed = false;
};

struct WeightsMatch {
  std::vector<std::optional<WeightSource>> sources; ///< one for each tensor of the model
  size_t named = 0;                                 ///< tensors of the model that the file has by name
  std::vector<size_t> missing, other;               ///< of the model: not in the file, of another shape there
  std::vector<size_t> unused;                       ///< of the file
  size_t wanted = 0;                                ///< of the model: all but what `except` and `into` leave out
  bool fits() const { return missing.empty() && other.empty(); }
};

/// `{i}` of a pattern is a number, `{rest}` anything. What they stand for, in that order, each "" if it is not there.
std::optional<std::pair<std::string, std::string>> matchPattern(std::string_view pattern, std::string_view name);

WeightsMatch matchWeights(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model,
                          const NamePlan &plan);

/// The beginning of every name in the file without which more of them fit, such as `module.`; else "".
std::string strangePrefix(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model,
                          const NamePlan &plan);

/// Why the weights do not fit: facts, which may have several lines. `shapeOf` writes a shape of the model.
struct WeightsReport {
  std::vector<std::string> facts;
  std::string prefix; ///< that `strip` would take away
  WeightsMatch match; ///< without it
};
WeightsReport reportWeights(const std::vector<NamedShape> &file, const std::vector<NamedShape> &model, NamePlan plan,
                            const std::function<std::string(size_t)> &shapeOf);

/// `data.FIELD.mean`, `data.FIELD.std`: constants of the data set, which nnc's own files hold and no layer has.
bool isOfData(std::string_view name);

/// "f32[512, 384]"
std::string shapeText(const NamedShape &tensor);

} // namespace nnc::data
