// What the compiled program knows of its data and training: the recipe, one JSON document in the descriptor. RUNTIME.md
// lists its keys. Unknown keys are ignored, absent ones have the defaults below.
#pragma once
#include "runtime/core/Json.h"
#include <map>
#include <vector>

namespace nnc::rt {

/// A set of labels: names, or only a number of them.
struct Dim {
  std::string name;
  std::vector<std::string> labels; ///< empty if the labels are the numbers 0 … count - 1
  int64_t count = 0;
  int64_t unknown = -1; ///< what any other text is: the member `unknown` of a vocabulary, if it has one
  /// The text of a label: its name or its number.
  std::string label(int64_t index) const;
};

struct Field {
  std::string name;
  uint8_t dtype = 0;         ///< nnc_dtype
  std::vector<int64_t> dims; ///< of one row
  std::string dim;           ///< of a label, else empty
  Json expression;           ///< nested lists, ["standardize", ["column", "x"]]
  bool standardized = false; ///< each value of a row (of a step) is standardised, with constants of its own
  std::string at;            ///< "iris.nn:4:3"
  uint64_t elements() const;
};

/// The steps of a series that one row takes: before its present, and from it on.
struct Reach {
  uint64_t past = 0, future = 0;
  uint64_t steps() const { return past + future; }
  /// Widened to what this field takes.
  void cover(const Field &field);
};

struct SplitRule {
  double shares[3] = {1, 0, 0}; ///< train, valid, test
  std::string stratify;         ///< a field, or empty
  std::string by;               ///< the column of times: sort by it and cut; empty: random
  uint64_t seed = 0;
  std::string at;
};

struct DatasetRecipe {
  std::string name;
  std::string source; ///< "csv" or "tsv"
  std::string path;   ///< relative to the data folder
  std::string time;   ///< the column of times, or empty
  std::vector<Field> fields;
  SplitRule split;
  std::string at;
  const Field *field(std::string_view name) const;
  /// Of all fields; no steps if rows are not windows of a series.
  Reach reach() const;
};

/// A metric that is shown in the units of a standardised field.
struct Units {
  std::string metric, field;
  int power = 1; ///< of the deviation in each element's distance
};

/// A metric that is a figure of a part of the data as a whole: `f1`, `iou`, `calibration`.
struct WholeMetric {
  std::string metric, finish;
};

/// Stop when a figure has not become better for `patience` epochs.
struct EarlyStop {
  bool on = false, larger = false; ///< larger: is better
  std::string part = "valid", figure = "loss";
  int64_t patience = 0;
  double tolerance = 0;
};

struct TrainRecipe {
  std::string model, dataset;
  int64_t batch = 32, epochs = 0, steps = 0; ///< epochs, steps: 0 if not given
  uint64_t seed = 0;
  bool shuffle = true;
  std::vector<std::string> loss; ///< names of the terms
  std::vector<Units> units;
  std::vector<WholeMetric> wholes;
  std::string result, target; ///< the result that predict prints and the field it is scored against
  EarlyStop stop;
  std::string raw; ///< the block as JSON, for `info`
};

struct Recipe {
  static Result<Recipe> parse(const char *text);

  std::vector<DatasetRecipe> datasets;
  std::map<std::string, Dim> dims;
  bool hasTrain = false;
  TrainRecipe train;
  Json root; ///< for keys that only one command reads

  const DatasetRecipe *dataset(std::string_view name) const;
  const Dim *dim(const std::string &name) const;
  /// The data set of `train`, else the only one, else null.
  const DatasetRecipe *trained() const;
};

} // namespace nnc::rt
