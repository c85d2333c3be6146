// The header of a safetensors file: names and shapes of what it holds.
#pragma once

#include "data/WeightNames.h"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace nnc::dsl {

struct WeightsFile {
  std::vector<data::NamedShape> tensors; // in the order of their names
  std::string error;                     // why it cannot be read, beginning with `name`
};

/// The header of a file of so many bytes, from its beginning on.
WeightsFile readWeightsHeader(FILE *file, uint64_t bytes, const std::string &name);
/// Nothing if the file is not there: then nothing is said (it may come later).
std::optional<WeightsFile> readWeightsFile(const std::string &path, const std::string &name);

} // namespace nnc::dsl
