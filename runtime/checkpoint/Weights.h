// Weights and training state of a model as files: logical tensors by name, never the packed copies.
#pragma once
#include "data/WeightNames.h"
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

/// `start` of the `train` block, as the recipe has it.
struct StartPlan {
  std::string path, at; ///< of the file; of the program's text
  data::NamePlan names;
};
std::optional<StartPlan> startPlan(const Json &recipe);
/// Opens the file of a plan below the data folder.
Result<Safetensors> openStart(const StartPlan &start, const std::string &folder);

/// The layers' tensors of a file: neither constants of data nor optimiser slots.
std::vector<data::NamedShape> layerTensors(const Safetensors &file);
/// Nothing, or how a file and a model differ.
Status misfit(const Safetensors &file, const std::vector<data::NamedShape> &stored, std::string_view modelName,
              const std::vector<data::NamedShape> &model, const data::NamePlan &plan);
/// Rows and columns of a matrix change places.
void transpose(char *data, int64_t rows, int64_t columns, size_t width);

/// What `train` begins with: parameters and states of a file under the names that `plan` gives them. All that `except`
/// and `into` do not leave out must be there. Gives a line that says what came from the file and what did not.
Result<std::string> loadStart(const Safetensors &file, const data::NamePlan &plan, const Model &model, char *state);

} // namespace nnc::rt
