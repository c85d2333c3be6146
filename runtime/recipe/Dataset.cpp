#include "runtime/recipe/Dataset.h"
#include "data/Number.h"
#include "runtime/core/Dtype.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace nnc::rt {

std::string joinPath(const std::string &folder, const std::string &path) {
  if (folder.empty() || (!path.empty() && path[0] == '/'))
    return path;
  return folder + (folder.back() == '/' ? "" : "/") + path;
}

const FieldData *Dataset::field(std::string_view name) const {
  for (const FieldData &data : fields)
    if (data.field->name == name)
      return &data;
  return nullptr;
}

Status FieldReader::plan(const std::vector<FieldUse> &uses, const std::vector<std::string> *header,
                         const std::string &file) {
  ExpressionBuilder builder(recipe, header);
  for (const FieldUse &use : uses) {
    Result<Expression> expression = builder.build(*use.field);
    if (!expression) {
      Error error = expression.error();
      if (error.code == support::ExitDoesNotFit)
        error.text = file + ":1: " + error.text;
      return error;
    }
    planned.push_back({use, std::move(*expression)});
    reach.cover(*use.field);
  }
  wanted = builder.slots();
  for (const Slot &slot : wanted)
    if (slot.dim && !slot.dim->labels.empty())
      for (size_t i = 0; i < slot.dim->labels.size(); ++i)
        indices[slot.dim].emplace(slot.dim->labels[i], int64_t(i));
  return std::nullopt;
}

Error FieldReader::wrongCell(const data::Cell &cell, const data::CsvReader *table, const std::string &cause,
                             const std::string &remedy) const {
  if (table)
    return fromData(table->cellError(cell, cause, remedy));
  return usage(cause + (remedy.empty() ? "" : "\n  help: " + remedy));
}

static std::string quoted(std::string_view text) {
  bool cut = text.size() > 60;
  return "`" + std::string(text.substr(0, 60)) + (cut ? "…`" : "`");
}

Status FieldReader::label(const Dim &dim, const data::Cell &cell, const data::CsvReader *table, double &value) const {
  if (dim.labels.empty()) {
    int64_t number = 0;
    data::NumberError wrong = data::parseInteger(cell.text, number);
    if (wrong == data::NumberError::None && number >= 0 && number < dim.count) {
      value = double(number);
      return std::nullopt;
    }
    return wrongCell(cell, table,
                     quoted(cell.text) + " is not a label of " + dim.name + ", which are the numbers 0 to " +
                         std::to_string(dim.count - 1),
                     "");
  }
  const auto &index = indices.at(&dim);
  auto found = index.find(cell.text);
  if (found != index.end()) {
    value = double(found->second);
    return std::nullopt;
  }
  std::string remedy;
  if (std::optional<std::string> near = data::closest(cell.text, dim.labels))
    remedy = "did you mean `" + *near + "`?";
  else {
    remedy = "the labels are";
    for (size_t i = 0; i < dim.labels.size() && i < 10; ++i)
      remedy += (i ? ", " : " ") + dim.labels[i];
    remedy += dim.labels.size() > 10 ? ", …" : "";
  }
  return wrongCell(cell, table, quoted(cell.text) + " is not a label of " + dim.name, remedy);
}

Status FieldReader::cell(const Slot &slot, const data::Cell &cell, const data::CsvReader *table, double &value) const {
  if (slot.dim)
    return label(*slot.dim, cell, table, value);
  data::NumberError wrong = data::parseNumber(cell.text, value);
  if (wrong == data::NumberError::None)
    return std::nullopt;
  std::string what = wrong == data::NumberError::Empty ? "a cell" : quoted(cell.text);
  std::string column = slot.column.empty() ? "" : ", but column `" + slot.column + "` must hold numbers";
  std::string remedy = wrong == data::NumberError::Empty ? "remove the row or fill in a value" : "";
  return wrongCell(cell, table, what + " " + data::describe(wrong) + column, remedy);
}

Status FieldReader::readTable(data::CsvReader &table) {
  source = &table;
  std::vector<size_t> where;
  for (const Slot &slot : wanted)
    where.push_back(*table.column(slot.column));
  std::optional<size_t> time = dataset.time.empty() ? std::nullopt : table.column(dataset.time);
  timeAt = time ? int64_t(*time) : -1;
  while (true) {
    data::CsvReader::Next next = table.next();
    if (next == data::CsvReader::Next::Failed)
      return fromData(table.error());
    if (next == data::CsvReader::Next::End)
      return std::nullopt;
    if (count == UINT32_MAX - 1)
      return doesNotFit(table.file() + ": more than 4,294,967,294 rows");
    size_t base = values.size();
    values.resize(base + wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i)
      if (Status failed = cell(wanted[i], table.cells()[where[i]], &table, values[base + i]))
        return failed;
    if (time) {
      const data::Cell &cell = table.cells()[*time];
      if (std::string why = times.add(cell.text, cell.line); !why.empty())
        return wrongCell(cell, &table, why + ", but column `" + dataset.time + "` must hold times", data::timeRemedy);
    }
    ++count;
  }
}

Status FieldReader::readWords(const std::vector<std::string> &words) {
  for (size_t i = 0; i < words.size(); ++i) {
    data::Cell word;
    word.text = words[i];
    double value = 0;
    if (Status failed = cell(wanted[i % wanted.size()], word, nullptr, value))
      return failed;
    values.push_back(value);
  }
  count += uint32_t(words.size() / wanted.size());
  return std::nullopt;
}

Status FieldReader::sort(const std::string &file, std::vector<uint32_t> &order) {
  if (timeAt < 0)
    return doesNotFit(file + ":1: no column `" + dataset.time + "`, the times of data set `" + dataset.name + "`");
  order = times.order();
  if (reach.steps() == 0)
    return std::nullopt;
  if (int64_t line = times.twice(order))
    return doesNotFit(file + ":" + std::to_string(line) + ": the time of this row stands above as well" +
                      "\n  help: a series has one row for each time");
  std::vector<double> sorted;
  sorted.reserve(values.size());
  for (uint32_t &row : order) {
    auto from = values.begin() + std::ptrdiff_t(row * wanted.size());
    sorted.insert(sorted.end(), from, from + std::ptrdiff_t(wanted.size()));
    row = uint32_t(&row - order.data());
  }
  values = std::move(sorted);
  return std::nullopt;
}

uint32_t FieldReader::examples() const {
  if (reach.steps() == 0)
    return count;
  return count < reach.steps() ? 0 : count - uint32_t(reach.steps()) + 1;
}

std::vector<int32_t> FieldReader::classes(const Field &field) const {
  std::vector<int32_t> result(count);
  for (const Planned &plan : planned)
    if (plan.use.field == &field && plan.expression.width == 1)
      for (uint32_t row = 0; row < count; ++row) {
        double value = 0;
        evaluate(plan.expression, values.data() + row * wanted.size(), &value);
        result[row] = value >= 0 && value < 1e6 ? int32_t(value) : 0;
      }
  return result;
}

/// A column that an expression reads, for a sentence.
static const Slot *someSlot(const Expression &expression, uint32_t at, const std::vector<Slot> &slots) {
  if (expression.kind == Expression::Kind::Slots)
    return &slots[expression.firstSlot + (at < expression.width ? at : 0)];
  for (const Expression &part : expression.parts) {
    if (const Slot *slot = someSlot(part, at, slots); slot && (at < part.width || part.width == 1))
      return slot;
    at -= expression.kind == Expression::Kind::List ? std::min(at, part.width) : 0;
  }
  return nullptr;
}

Status FieldReader::settle(const std::vector<uint32_t> &rows) {
  std::vector<Expression *> nodes;
  for (Planned &plan : planned)
    standardisations(plan.expression, nodes);
  for (Expression *node : nodes) {
    std::vector<double> row(node->width);
    auto each = [&](auto &&add) {
      for (uint32_t number : rows) {
        evaluate(node->parts[0], values.data() + number * wanted.size(), row.data());
        for (uint32_t i = 0; i < node->width; ++i)
          add(i, row[i]);
      }
    };
    double n = rows.empty() ? 1 : double(rows.size());
    std::vector<double> mean(node->width), square(node->width);
    each([&](uint32_t i, double value) { mean[i] += value; });
    for (double &value : mean)
      value /= n;
    each([&](uint32_t i, double value) { square[i] += (value - mean[i]) * (value - mean[i]); });
    for (uint32_t i = 0; i < node->width; ++i) {
      double value = std::sqrt(square[i] / n);
      square[i] = value > 0 ? value : 1;
      if (std::isfinite(mean[i]) && std::isfinite(value))
        continue;
      const Slot *slot = someSlot(node->parts[0], i, wanted);
      return doesNotFit("`" + dataset.name + "`: " + (slot ? "column `" + slot->column + "`" : "a column") +
                        " cannot be standardised: its mean or deviation does not fit a number\n  help: are there "
                        "placeholders such as 1e308 among its values?");
    }
    node->mean = std::move(mean);
    node->deviation = std::move(square);
  }
  return std::nullopt;
}

Status FieldReader::settle(const std::vector<Constants> &known) {
  for (Planned &plan : planned) {
    std::vector<Expression *> nodes;
    standardisations(plan.expression, nodes);
    if (nodes.empty())
      continue;
    const std::string &name = plan.use.field->name;
    auto found = std::find_if(known.begin(), known.end(), [&](const Constants &c) { return c.field == name; });
    size_t needed = 0;
    for (Expression *node : nodes)
      needed += node->width;
    if (found == known.end())
      return doesNotFit("the weights hold no `data." + name + ".mean`, which standardises `" + name +
                        "`\n  help: use weights that this program trained");
    if (found->mean.size() != needed || found->deviation.size() != needed)
      return doesNotFit("`data." + name + ".mean` has " + std::to_string(found->mean.size()) +
                        " values in the weights, the program needs " + std::to_string(needed));
    for (size_t i = 0; i < needed; ++i)
      if (!std::isfinite(found->mean[i]) || !std::isfinite(found->deviation[i]) || found->deviation[i] <= 0)
        return doesNotFit("`data." + name +
                          ".std` or `.mean` in the weights holds a number that cannot standardise: mean " +
                          shortest(found->mean[i]) + ", std " + shortest(found->deviation[i]));
    size_t at = 0;
    for (Expression *node : nodes) {
      node->mean.assign(found->mean.begin() + at, found->mean.begin() + at + node->width);
      node->deviation.assign(found->deviation.begin() + at, found->deviation.begin() + at + node->width);
      at += node->width;
    }
  }
  return std::nullopt;
}

std::vector<Constants> FieldReader::constants() const {
  std::vector<Constants> result;
  for (const Planned &plan : planned) {
    std::vector<Expression *> nodes;
    standardisations(const_cast<Expression &>(plan.expression), nodes);
    if (nodes.empty())
      continue;
    Constants made;
    made.field = plan.use.field->name;
    for (Expression *node : nodes) {
      made.mean.insert(made.mean.end(), node->mean.begin(), node->mean.end());
      made.deviation.insert(made.deviation.end(), node->deviation.begin(), node->deviation.end());
    }
    result.push_back(std::move(made));
  }
  return result;
}

/// Stores a value as `dtype`; false if the type cannot hold it.
static bool store(char *out, uint8_t dtype, double value) {
  if (isFloat(dtype)) {
    auto single = float(value);
    memcpy(out, dtype == NNC_F64 ? static_cast<const void *>(&value) : &single, dtype == NNC_F64 ? 8 : 4);
    return std::isfinite(dtype == NNC_F64 ? value : double(single));
  }
  if (dtype == NNC_BOOL) {
    *out = value != 0;
    return value == 0 || value == 1;
  }
  double bound = dtype == NNC_I32 ? 0x1p31 : 0x1p53;
  if (value != std::floor(value) || value < -bound || value >= bound)
    return false;
  if (dtype == NNC_I32) {
    auto number = int32_t(value);
    memcpy(out, &number, 4);
  } else {
    auto number = int64_t(value);
    memcpy(out, &number, 8);
  }
  return true;
}

static void slotsOf(const Expression &expression, std::vector<uint32_t> &slots) {
  for (uint32_t i = 0; expression.kind == Expression::Kind::Slots && i < expression.width; ++i)
    slots.push_back(expression.firstSlot + i);
  for (const Expression &part : expression.parts)
    slotsOf(part, slots);
}

/// A field's value is no number of its type or bound: the fault of the largest cell that it is made of.
Error FieldReader::doesNotHold(const Planned &plan, uint32_t row, double value, const std::string &why) const {
  const std::string &name = plan.use.field->name;
  const double *cells = values.data() + row * wanted.size();
  std::vector<uint32_t> slots;
  slotsOf(plan.expression, slots);
  std::string cause = "field `" + name + "` would be " + shortest(value) + ", " + why;
  if (slots.empty())
    return doesNotFit("row " + std::to_string(row) + " of `" + dataset.name + "`: " + cause);
  uint32_t worst = *std::max_element(slots.begin(), slots.end(),
                                     [&](uint32_t a, uint32_t b) { return std::fabs(cells[a]) < std::fabs(cells[b]); });
  cause = "`" + shortest(cells[worst]) + "` does not fit: " + cause;
  if (!source)
    return usage(cause);
  // Rows may have been sorted: the first cell that holds the number is meant.
  size_t at = *source->column(wanted[worst].column);
  source->rewind();
  while (source->next() == data::CsvReader::Next::Row) {
    double number = 0;
    data::parseNumber(source->cells()[at].text, number);
    if (number == cells[worst])
      return fromData(source->cellError(source->cells()[at], cause, ""));
  }
  return doesNotFit(cause);
}

Result<std::vector<FieldData>> FieldReader::take() const {
  std::vector<FieldData> result;
  for (const Planned &plan : planned) {
    const Field &field = *plan.use.field;
    FieldData made;
    made.field = &field;
    made.dtype = plan.use.dtype;
    uint32_t width = widthOf(made.dtype);
    uint64_t elements = field.elements();
    uint64_t steps = std::max<uint64_t>(plan.expression.steps, 1);
    made.rowBytes = elements * width;
    made.stride = made.rowBytes / steps;
    if (plan.expression.steps)
      made.offset = made.stride * (plan.expression.ahead ? reach.past : reach.past - steps);
    made.bytes.resize(made.stride * count);
    elements /= steps;
    std::vector<double> row(std::max<uint64_t>(plan.expression.width, 1));
    const Dim *dim = recipe.dim(field.dim);
    char *out = made.bytes.data();
    for (uint32_t number = 0; number < count; ++number) {
      evaluate(plan.expression, values.data() + number * wanted.size(), row.data());
      for (uint64_t i = 0; i < elements; ++i, out += width) {
        double value = row[plan.expression.width == 1 ? 0 : i];
        bool inside = !dim || (value >= 0 && value < double(dim->count));
        bool bounded = !dim && plan.use.bound > 0;
        if (bounded && !(value >= 0 && value < double(plan.use.bound)))
          return doesNotHold(plan, number, value,
                             "and the model takes 0 to " + std::to_string(plan.use.bound - 1) + " (" + field.at + ")");
        if (inside && store(out, made.dtype, value))
          continue;
        if (inside && isFloat(made.dtype))
          return doesNotHold(plan, number, value, "which its type cannot hold");
        return doesNotFit((plan.expression.steps ? "step " : "row ") + std::to_string(number) + " of `" + dataset.name +
                          "`: field `" + field.name + "` would be " + shortest(value) + ", which " +
                          (dim ? "is no label of " + dim->name : std::string("its type cannot hold")));
      }
    }
    result.push_back(std::move(made));
  }
  return result;
}

/// The rows, or steps, of each part.
static Status splitInto(Parts &parts, FieldReader &reader, const DatasetRecipe &dataset, const std::string &path,
                        const Field *stratify) {
  if (dataset.split.by.empty()) {
    std::vector<int32_t> classes;
    if (stratify)
      classes = reader.classes(*stratify);
    parts = splitRows(dataset.split, dataset.name, reader.rows(), classes);
    return std::nullopt;
  }
  std::vector<uint32_t> order;
  if (Status failed = reader.sort(path, order))
    return failed;
  parts = cutByTime(dataset.split, order);
  return std::nullopt;
}

/// From the steps of each part to the windows that lie in it whole; a window is named by its first step.
static Status windowsOf(const DatasetRecipe &dataset, const std::string &path, Parts &parts) {
  Reach reach = dataset.reach();
  for (int part = 0; part < 3; ++part) {
    std::vector<uint32_t> &steps = parts[part];
    if (steps.empty() && dataset.split.shares[part] <= 0)
      continue;
    if (steps.size() < reach.steps())
      return doesNotFit(path + ": the part `" + partNames[part] + "` has " + std::to_string(steps.size()) +
                        " steps, and one example takes " + std::to_string(reach.steps()) + ", " +
                        std::to_string(reach.past) + " of `window` and " + std::to_string(reach.future) +
                        " of `ahead`" + (dataset.split.at.empty() ? "" : " (" + dataset.split.at + ")") +
                        "\n  help: give the part a larger share, or take shorter windows");
    steps.resize(steps.size() - reach.steps() + 1);
  }
  return std::nullopt;
}

Result<Dataset> loadDataset(const Recipe &recipe, const DatasetRecipe &dataset, const std::vector<FieldUse> &uses,
                            const std::string &folder, const std::vector<Constants> *known) {
  if (dataset.source != "csv" && dataset.source != "tsv")
    return ourBug("data of kind `" + dataset.source + "` cannot be read");
  std::string path = joinPath(folder, dataset.path);
  data::Result<data::CsvReader> table = data::CsvReader::open(path, dataset.source == "tsv" ? '\t' : ',');
  if (!table) {
    Error error = fromData(table.error());
    if (error.code == support::ExitMissing)
      error.text += "\n  help: data paths are relative to the current folder; --data DIR names another";
    return error;
  }
  FieldReader reader(recipe, dataset);
  std::vector<FieldUse> all = uses;
  const Field *stratify = dataset.split.stratify.empty() ? nullptr : dataset.field(dataset.split.stratify);
  bool extra = stratify && std::none_of(uses.begin(), uses.end(), [&](auto &use) { return use.field == stratify; });
  if (extra)
    all.push_back({stratify, stratify->dtype});
  if (Status failed = reader.plan(all, &table->header(), path))
    return *failed;
  if (Status failed = reader.readTable(*table))
    return *failed;
  Dataset made;
  made.recipe = &dataset;
  if (reader.rows() == 0)
    return doesNotFit(path + ": has no rows behind its header");
  reader.span(dataset.reach());
  Parts rows;
  if (Status failed = splitInto(rows, reader, dataset, path, stratify))
    return *failed;
  made.rows = reader.examples();
  made.parts = rows;
  if (dataset.reach().steps())
    if (Status failed = windowsOf(dataset, path, made.parts))
      return *failed;
  if (known) {
    if (Status failed = reader.settle(*known))
      return *failed;
  } else {
    if (Status failed = reader.settle(rows[Train]))
      return *failed;
  }
  made.constants = reader.constants();
  Result<std::vector<FieldData>> fields = reader.take();
  if (!fields)
    return fields.error();
  made.fields = std::move(*fields);
  return made;
}

} // namespace nnc::rt
