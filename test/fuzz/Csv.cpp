// Tables of text, and the fields that a program makes of them. What was accepted, written with quotes, is the same
// table.
#include "data/Csv.h"
#include "data/Number.h"
#include "runtime/recipe/FieldReader.h"
#include "test/fuzz/Targets.h"
#include <cmath>

namespace nnc::fuzz {

using data::CsvReader;

namespace {

using Table = std::vector<std::vector<std::string>>;

void checkError(const data::Error &error) {
  require(!error.cause.empty() && error.line >= 0 && error.column >= 0, "an error has a cause and a place");
  error.text();
}

/// Header and rows; nothing if the table is refused.
std::optional<Table> read(std::string text, char separator, const data::CsvLimits &limits) {
  int64_t lines = std::count(text.begin(), text.end(), '\n') + 1;
  auto reader = CsvReader::fromText("fuzz.csv", std::move(text), separator, limits);
  if (!reader) {
    checkError(reader.error());
    return std::nullopt;
  }
  Table table{reader->header()};
  require(!table[0].empty() && table[0].size() <= limits.columns, "a header has columns");
  for (const std::string &name : table[0])
    require(reader->column(name).has_value(), "a column is found by its name");
  for (int round = 0; round < 2; ++round) {
    Table rows{table[0]};
    CsvReader::Next next;
    while ((next = reader->next()) == CsvReader::Next::Row) {
      rows.emplace_back();
      require(reader->cells().size() == table[0].size(), "a row is as long as the header");
      for (const data::Cell &cell : reader->cells()) {
        require(cell.line > 1 && cell.line <= lines && cell.column > 0, "a cell knows its place");
        require(cell.text.size() <= limits.field, "a cell keeps the cap");
        rows.back().emplace_back(cell.text);
      }
    }
    require(round == 0 || rows == table, "the second reading gives the same rows");
    table = std::move(rows);
    if (next == CsvReader::Next::Failed) {
      checkError(reader->error());
      return std::nullopt;
    }
    reader->rewind();
  }
  return table;
}

std::string quoted(const Table &table, char separator) {
  std::string text;
  for (const std::vector<std::string> &row : table) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += i ? std::string{separator, '"'} : "\"";
      for (char c : row[i])
        text += c == '"' ? "\"\"" : std::string(1, c);
      text += '"';
    }
    text += "\n";
  }
  return text;
}

void checkNumbers(const Table &table) {
  for (const std::vector<std::string> &row : table)
    for (const std::string &cell : row) {
      double real = 0;
      int64_t whole = 0;
      if (data::parseNumber(cell, real) == data::NumberError::None)
        require(std::isfinite(real), "a number is finite");
      data::parseInteger(cell, whole);
      data::closest(cell, table[0]);
    }
}

/// A program with a standardised field, a whole one and labels; its columns are called a, b, n and k.
const rt::Recipe &recipe() {
  static const rt::Recipe made = *rt::Recipe::parse(R"({"dims":{"Kind":["red","green"],"Digit":10},"datasets":[{
    "name":"d","source":["csv","d.csv"],"fields":[
    {"name":"x","dtype":"f32","dims":[2],"dim":null,"at":"d.nn:3:3",
     "expr":["standardize",["list",["column","a"],["div",["column","b"],["column","a"]]]]},
    {"name":"n","dtype":"i32","dims":[],"dim":null,"at":"d.nn:4:3","expr":["column","n"]},
    {"name":"y","dtype":"i32","dims":[],"dim":"Kind","at":"d.nn:5:3","expr":["label","Kind",["column","k"]]}],
    "split":{"train":0.5,"valid":0.25,"test":0.25,"stratify":"y"}}]})");
  return made;
}

void readFields(std::string text) {
  auto table = CsvReader::fromText("fuzz.csv", std::move(text), ',');
  if (!table)
    return;
  const rt::DatasetRecipe &set = recipe().datasets[0];
  for (size_t fields : {1, 3}) {
    rt::FieldReader reader(recipe(), set);
    std::vector<rt::FieldUse> uses;
    for (size_t i = 0; i < fields; ++i)
      uses.push_back({&set.fields[i], set.fields[i].dtype});
    table->rewind();
    if (reader.plan(uses, &table->header(), table->file()) || reader.readTable(*table) || reader.rows() == 0)
      continue;
    std::vector<int32_t> classes;
    if (fields == 3)
      classes = reader.classes(set.fields[2]);
    rt::Parts parts = rt::splitRows(set.split, set.name, reader.rows(), classes);
    size_t rows = 0;
    for (const auto &part : parts)
      rows += part.size();
    require(rows == reader.rows(), "a split loses no row");
    if (reader.settle(parts[rt::Train])) // a deviation that is no number
      continue;
    if (auto made = reader.take())
      for (const rt::FieldData &field : *made)
        require(field.bytes.size() == field.rowBytes * reader.rows(), "a field has a value for each row");
  }
}

} // namespace

void csv(std::string_view bytes) {
  data::CsvLimits small;
  small.field = 16;
  small.columns = 5;
  for (char separator : {',', '\t'}) {
    std::optional<Table> table = read(std::string(bytes), separator, {});
    if (!table)
      continue;
    checkNumbers(*table);
    std::optional<Table> again = read(quoted(*table, separator), separator, {});
    require(again && *again == *table, "written with quotes it is the same table");
  }
  read(std::string(bytes), ',', small);
  readFields(std::string(bytes));
}

} // namespace nnc::fuzz
