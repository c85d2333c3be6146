// A data set in memory: each field as one array of rows in the type its entries want, and the parts of the split.
#pragma once
#include "data/Csv.h"
#include "data/Time.h"
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
  const FieldData *field(std::string_view name) const;
};

/// A field that is wanted, as elements of this type, integers in [0, bound) if there is a bound.
struct FieldUse {
  const Field *field;
  uint8_t dtype;
  int64_t bound = 0;
};

/// Evaluates fields row by row: read rows, settle the constants, then take the arrays. A row of a series is a step;
/// `arrange` makes examples of them.
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
  Error doesNotHold(const Planned &plan, uint32_t row, double value, const std::string &why) const;
  Status label(const Dim &dim, const data::Cell &cell, const data::CsvReader *table, double &value) const;

  const Recipe &recipe;
  const DatasetRecipe &dataset;
  std::vector<Planned> planned;
  std::vector<Slot> wanted;
  Reach reach;
  int64_t timeAt = -1; ///< the column of times, if the table has it
  data::TimeColumn times;
  std::unordered_map<const Dim *, std::unordered_map<std::string_view, int64_t>> indices;
  std::vector<double> values; ///< rows * slots
  uint32_t count = 0;
  data::CsvReader *source = nullptr; ///< what the rows were read from, to say where a cell stands
};

/// Reads the source of a data set under `folder`, with these fields, split and standardised as its recipe says;
/// `known` constants (of loaded weights) take the place of those of the training part.
Result<Dataset> loadDataset(const Recipe &recipe, const DatasetRecipe &dataset, const std::vector<FieldUse> &uses,
                            const std::string &folder, const std::vector<Constants> *known = nullptr);

/// `folder` + `path`, unless the path is absolute.
std::string joinPath(const std::string &folder, const std::string &path);

} // namespace nnc::rt
