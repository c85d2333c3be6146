// Weights and training state of a model as files: logical tensors by name, never the packed copies.
#pragma once
#include "runtime/checkpoint/Safetensors.h"
#include "runtime/core/Model.h"
#include "runtime/recipe/Dataset.h"

namespace nnc::rt {

/// What a file of weights carries besides tensors: the data's constants and the names of its labels.
struct Extras {
  std::vector<Constants> constants;
  std::map<std::string, std::string> notes;
};

/// Parameters and states, with the notes of this program (model, hash of the source, labels of its fields).
Status saveWeights(const std::string &path, const Model &model, const Recipe &recipe, const char *state,
                   const std::vector<Constants> &constants);
/// Optimiser slots, with `notes` of where training stands.
Status saveTrainingState(const std::string &path, const Model &model, const char *state,
                         const std::map<std::string, std::string> &notes);

/// A parameter or state that holds a number that is not finite, if there is one.
const nnc_tensor *findNotFinite(const Model &model, const char *state);

/// Fills every parameter and state from a file, converting between f32 and f64; slots too if the file has them. All
/// must be there with their shapes. What is written before an error is found is no longer of use.
Result<Extras> loadWeights(const Safetensors &file, const Model &model, const Recipe &recipe, char *state);

} // namespace nnc::rt
