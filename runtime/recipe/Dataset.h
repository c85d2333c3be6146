// A data set in memory: each field as one array of rows in the type its entries want, and the parts of the split.
#pragma once
#include "runtime/abi/nnc_abi.h"
#include "runtime/recipe/Expression.h"
#include "runtime/recipe/Split.h"

namespace nnc::rt {

/// The constants of the standardisations of one field, one after the other.
struct Constants {
  std::string field;
  std::vector<double> mean, deviation;
};

struct FieldData {
  const Field *field = nullptr;
  uint8_t dtype = 0;
  uint64_t rowBytes = 0;
  std::vector<char> bytes;
  /// Windows overlap: row r begins `stride` bytes behind row r - 1. Plain rows: `rowBytes`.
  uint64_t stride = 0, offset = 0;
  const char *row(uint32_t number) const { return bytes.data() + offset + number * stride; }
};

struct Dataset {
  const DatasetRecipe *recipe = nullptr;
  uint32_t rows = 0;
  std::vector<FieldData> fields;
  std::vector<Constants> constants;
  Parts parts;
  std::string warning; ///< of what is no error: times that are not evenly spaced
  const FieldData *field(std::string_view name) const;
};

/// A field that is wanted, as elements of this type, integers in [0, bound) if there is a bound.
struct FieldUse {
  const Field *field;
  uint8_t dtype;
  int64_t bound = 0;
};

/// Reads the source of a data set under `folder`, with these fields, split and standardised as its recipe says;
/// `known` constants (of loaded weights) take the place of those of the training part.
Result<Dataset> loadDataset(const Recipe &recipe, const DatasetRecipe &dataset, const std::vector<FieldUse> &uses,
                            const std::string &folder, const std::vector<Constants> *known = nullptr);

/// `folder` + `path`, unless the path is absolute.
std::string joinPath(const std::string &folder, const std::string &path);

} // namespace nnc::rt
