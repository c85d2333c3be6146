// From the cells of a table, or words of a command line, to the arrays of fields.
#pragma once
#include "data/Csv.h"
#include "data/Spacing.h"
#include "runtime/recipe/Dataset.h"

namespace nnc::rt {

/// Evaluates fields row by row: read rows, settle the constants, then take the arrays. A row of a series is a step.
class FieldReader {
public:
  FieldReader(const Recipe &recipe, const DatasetRecipe &dataset) : recipe(recipe), dataset(dataset) {}

  /// `header`: null if values come from the command line.
  Status plan(const std::vector<FieldUse> &uses, const std::vector<std::string> *header, const std::string &file);
  /// The columns that a row is asked for, in order of first use.
  const std::vector<Slot> &slots() const { return wanted; }
  /// `table` must live until `take`.
  Status readTable(data::CsvReader &table);
  Status readWords(const std::vector<std::string> &words);
  /// How many words one example takes: its slots, for a series those of each step.
  size_t wordCount() const { return wanted.size() * std::max<uint64_t>(reach.past, 1); }

  /// Rows, or steps, that were read.
  uint32_t rows() const { return count; }
  bool hasTimes() const { return timeAt >= 0; }
  /// How far the steps of a sorted series are from even, with file and line; empty if they are.
  std::string unevenness(const std::string &file) const;
  /// These rows by time; in a series they are then also stored so. Needs a table with the column of times.
  Status sort(const std::string &file, std::vector<uint32_t> &order);
  /// Examples take these steps (of the planned fields, unless told otherwise).
  void span(const Reach &steps) { reach = steps; }
  uint32_t examples() const;
  /// The class of each row by a label field; that field must be planned.
  std::vector<int32_t> classes(const Field &field) const;
  /// Mean and deviation of every standardisation over these rows: two passes in f64.
  Status settle(const std::vector<uint32_t> &rows);
  /// Takes them from a file instead. Every field that needs some must be among `known`.
  Status settle(const std::vector<Constants> &known);
  std::vector<Constants> constants() const;
  Result<std::vector<FieldData>> take() const;

private:
  struct Planned {
    FieldUse use;
    Expression expression;
  };
  Status cell(const Slot &slot, const data::Cell &cell, const data::CsvReader *table, double &value) const;
  Error wrongCell(const data::Cell &cell, const data::CsvReader *table, const std::string &cause,
                  const std::string &remedy) const;
  std::string reason(const Planned &plan, const Dim *dim, double value) const;
  Error doesNotHold(const Planned &plan, uint32_t row, uint64_t element, double value) const;
  Status label(const Dim &dim, const data::Cell &cell, const data::CsvReader *table, double &value) const;

  const Recipe &recipe;
  const DatasetRecipe &dataset;
  std::vector<Planned> planned;
  std::vector<Slot> wanted;
  Reach reach;
  int64_t timeAt = -1; ///< the column of times, if the table has it
  data::TimeColumn times;
  std::optional<data::Uneven> uneven;
  std::unordered_map<const Dim *, std::unordered_map<std::string_view, int64_t>> indices;
  std::vector<double> values; ///< rows * slots
  uint32_t count = 0;
  data::CsvReader *source = nullptr; ///< what the rows were read from, to say where a cell stands
};

} // namespace nnc::rt
