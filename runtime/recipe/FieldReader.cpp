#include "runtime/recipe/FieldReader.h"
#include "data/Number.h"
#include "runtime/core/Dtype.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace nnc::rt {

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
  if (dim.unknown >= 0) {
    value = double(dim.unknown);
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
  uneven = data::uneven(times, order);
  sorted.reserve(values.size());
  for (uint32_t &row : order) {
    auto from = values.begin() + std::ptrdiff_t(row * wanted.size());
    sorted.insert(sorted.end(), from, from + std::ptrdiff_t(wanted.size()));
    row = uint32_t(&row - order.data());
  }
  values = std::move(sorted);
  return std::nullopt;
}

std::string FieldReader::unevenness(const std::string &file) const {
  if (!uneven)
    return {};
  return file + ":" + std::to_string(uneven->line) + ": this row is " + uneven->sentence + " (" + uneven->count +
         "): `window` and `ahead` count rows, whatever time lies between them";
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

/// A standardised value of so many deviations is not data that training knew: its square leaves f32.
static constexpr double mostDeviations = 1e18;

/// Why the field cannot hold the value.
std::string FieldReader::reason(const Planned &plan, const Dim *dim, double value) const {
  std::string text = "field `" + plan.use.field->name + "` would be " + shortest(value);
  uint8_t dtype = plan.use.dtype;
  if (dim)
    return text + ", which is no label of " + dim->name;
  int64_t bound = plan.use.bound;
  if (bound > 0 && (value < 0 || value >= double(bound)))
    return text + ", and the model takes 0 to " + std::to_string(bound - 1) + " (" + plan.use.field->at + ")";
  if (isFloat(dtype) && plan.use.field->standardized && std::isfinite(value))
    return text + " deviations from the mean of the training part";
  if (isFloat(dtype))
    return text + ", which its type cannot hold";
  if (dtype == NNC_BOOL)
    return text + ", and a bool is 0 or 1";
  if (value != std::floor(value))
    return text + ", which is not whole";
  if (dtype == NNC_I64)
    return text + ", and whole numbers are read exactly up to 9,007,199,254,740,991 (2^53 - 1)";
  return text + ", which " + nameOf(dtype) + " cannot hold";
}

/// A field's value does not fit its type: the fault of the cell of that element, else of the largest that it is made
/// of.
Error FieldReader::doesNotHold(const Planned &plan, uint32_t row, uint64_t element, double value) const {
  const double *cells = values.data() + row * wanted.size();
  std::vector<uint32_t> slots;
  slotsOf(plan.expression, slots);
  std::string why = reason(plan, recipe.dim(plan.use.field->dim), value);
  if (slots.empty())
    return doesNotFit((plan.expression.steps ? "step " : "row ") + std::to_string(row) + " of `" + dataset.name +
                      "`: " + why);
  uint32_t worst = *std::max_element(slots.begin(), slots.end(),
                                     [&](uint32_t a, uint32_t b) { return std::fabs(cells[a]) < std::fabs(cells[b]); });
  if (slots.size() == plan.expression.width)
    worst = slots[element];
  if (!source)
    return usage("`" + shortest(cells[worst]) + "` does not fit: " + why);
  // Rows may have been sorted: the first cell that holds the number is meant.
  size_t at = *source->column(wanted[worst].column);
  source->rewind();
  while (source->next() == data::CsvReader::Next::Row) {
    const data::Cell &cell = source->cells()[at];
    double number = 0;
    if (data::parseNumber(cell.text, number) == data::NumberError::None && number == cells[worst])
      return fromData(source->cellError(cell, quoted(cell.text) + " does not fit: " + why, ""));
  }
  return doesNotFit(why);
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
        double bound = dim ? double(dim->count) : double(plan.use.bound);
        bool inside = bound <= 0 || (value >= 0 && value < bound);
        bool usual = made.dtype != NNC_F32 || !field.standardized || std::fabs(value) < mostDeviations;
        if (!inside || !usual || !store(out, made.dtype, value))
          return doesNotHold(plan, number, plan.expression.width == 1 ? 0 : i, value);
      }
    }
    result.push_back(std::move(made));
  }
  return result;
}

} // namespace nnc::rt
