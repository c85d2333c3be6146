// A `dataset` block: its fields with their types, and the expressions that the runtime evaluates for each row.
#pragma once

#include "dsl/Compile.h"
#include "dsl/elaborate/Module.h"
#include "support/Diagnostics.h"

#include <nlohmann/json.hpp>

namespace nnc::dsl {

struct DatasetFieldInfo {
  std::string name;
  Elem elem = Elem::F32;
  bool isFloat = false;
  std::string dim;         // of a label, or ""
  std::string members;     // of a label of the other axis of a graph: a size, or ""
  std::vector<Size> shape; // of one row: numbers and dims
  nlohmann::json expression;
  std::string window;        // window, ahead, crop or segments, or "" for a field of row values
  int64_t steps = 0;         // its length
  bool standardized = false; // each value of a row (of a step) has its own constants
  support::SourceRange range, nameRange, typeRange, valueRange;
};

struct DatasetInfo {
  std::string name, format, path;
  std::string time; // the column of times, or ""
  std::vector<DatasetFieldInfo> fields;
  nlohmann::json split, augment, sourceArguments;                    // null: none
  std::vector<std::pair<std::string, support::SourceRange>> pending; // what the runtime cannot read yet
  support::SourceRange range, pathRange, timeRange, splitRange;
  bool ok = true;

  /// Whether a row is a window of a series.
  bool isSeries() const { return !fields.empty() && !fields[0].window.empty(); }

  const DatasetFieldInfo *field(const std::string &name) const;
  std::vector<std::string> columns; // that the fields read, in order of first use
};

/// Checks one block; with `dataDir` also against the header and the labels of the file, if it is there.
DatasetInfo checkDataset(const ast::DatasetItem &item, const Module &module, Elem precision,
                         const CompileOptions &options, support::SourceMap &sources, support::DiagnosticSink &sink);

/// "iris.nn:4:3"
std::string placeText(const support::SourceMap &sources, support::SourceRange range);

} // namespace nnc::dsl
