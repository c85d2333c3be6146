#include "runtime/recipe/Expression.h"
#include "data/Csv.h"
#include <algorithm>

namespace nnc::rt {

using Kind = Expression::Kind;

Error ExpressionBuilder::broken(const std::string &what) const {
  return ourBug("the recipe's field `" + field->name + "` is broken: " + what);
}

Error ExpressionBuilder::noColumn(const std::string &name) const {
  std::string text = "no column `" + name + "`, which field `" + field->name + "` needs";
  if (!field->at.empty())
    text += " (" + field->at + ")";
  if (std::optional<std::string> near = data::closest(name, *header))
    text += "\n  help: did you mean `" + *near + "`?";
  return doesNotFit(text);
}

uint32_t ExpressionBuilder::slot(const std::string &column, const Dim *dim) {
  for (uint32_t i = 0; i < wanted.size(); ++i)
    if (!column.empty() && wanted[i].column == column && wanted[i].dim == dim)
      return i;
  wanted.push_back({column, dim});
  return uint32_t(wanted.size()) - 1;
}

Result<Expression> ExpressionBuilder::column(const std::string &name, const Dim *dim) {
  if (header && std::find(header->begin(), header->end(), name) == header->end())
    return noColumn(name);
  Expression made;
  made.kind = Kind::Slots;
  made.firstSlot = slot(name, dim);
  return made;
}

Result<Expression> ExpressionBuilder::columns(const std::string &first, const std::string &last, uint32_t width,
                                              const Dim *dim) {
  std::vector<std::string> names;
  if (header) {
    auto from = std::find(header->begin(), header->end(), first), to = std::find(header->begin(), header->end(), last);
    if (from == header->end())
      return noColumn(first);
    if (to == header->end())
      return noColumn(last);
    if (to < from)
      return doesNotFit("column `" + last + "` stands before `" + first + "`, field `" + field->name +
                        "` needs it behind");
    names.assign(from, to + 1);
    if (width && names.size() != width)
      return doesNotFit("columns `" + first + "` to `" + last + "` are " + std::to_string(names.size()) + ", field `" +
                        field->name + "` needs " + std::to_string(width));
  } else {
    if (width == 0)
      return broken("a range of columns without a number of columns");
    names.resize(width);
    names.front() = first;
    names.back() = last;
  }
  Expression made;
  made.kind = Kind::Slots;
  made.width = uint32_t(names.size());
  made.firstSlot = uint32_t(wanted.size());
  for (const std::string &name : names)
    wanted.push_back({name, dim}); // neighbours, so they are never shared
  return made;
}

/// All parts of a list have the same width.
Result<Expression> ExpressionBuilder::list(const Json &json, uint32_t width, const Dim *dim) {
  Expression made;
  made.kind = Kind::List;
  made.width = 0;
  for (size_t i = 1; i < json.size(); ++i) {
    Result<Expression> part = node(json[i], width / uint32_t(json.size() - 1), dim);
    if (!part)
      return part;
    made.width += part->width;
    made.parts.push_back(std::move(*part));
  }
  return made;
}

Result<Expression> ExpressionBuilder::arithmetic(const Json &json, Kind kind, uint32_t width) {
  Expression made;
  made.kind = kind;
  for (size_t i = 1; i < json.size(); ++i) {
    Result<Expression> part = node(json[i], width, nullptr);
    if (!part)
      return part;
    made.width = std::max(made.width, part->width);
    made.parts.push_back(std::move(*part));
  }
  bool unary = kind == Kind::Neg || kind == Kind::Standardize;
  if (made.parts.size() != (unary ? 1 : 2))
    return broken("an operation has the wrong number of operands");
  for (const Expression &part : made.parts)
    if (part.width != 1 && part.width != made.width)
      return broken("operands of different lengths");
  return made;
}

/// All windows of a field take the same steps, so they are a property of the field.
Result<Expression> ExpressionBuilder::window(const Json &json, uint32_t width, const Dim *dim) {
  bool isAhead = json[0] == "ahead";
  if (json.size() != 3 || !json[2].is_number_unsigned() || json[2].get<uint64_t>() == 0)
    return broken("a window without length");
  auto length = json[2].get<uint64_t>();
  if (steps && (steps != length || ahead != isAhead))
    return broken("windows of different steps");
  steps = length;
  ahead = isAhead;
  return node(json[1], uint32_t(width / length), dim);
}

/// `width`: how many values the node must have, 0 if unknown; it matters only where no header is known.
Result<Expression> ExpressionBuilder::node(const Json &json, uint32_t width, const Dim *dim) {
  if (json.is_number()) {
    Expression made;
    made.number = json.get<double>();
    return made;
  }
  if (!json.is_array() || json.empty() || !json[0].is_string())
    return broken("an expression must be a list that begins with a word");
  std::string word = json[0].get<std::string>();
  auto text = [&](size_t i) { return i < json.size() && json[i].is_string() ? json[i].get<std::string>() : ""; };
  if (word == "column")
    return column(text(1), dim);
  const Dim *named = dim && !dim->labels.empty() ? dim : nullptr; // several cells: members by number are numbers
  if (word == "columns")
    return columns(text(1), text(2), width, named);
  if (word == "number" && json.size() > 1 && json[1].is_number())
    return node(json[1], 1, nullptr);
  if (word == "label" && json.size() > 2) {
    const Dim *labels = recipe.dim(text(1));
    return labels ? node(json[2], width, labels) : broken("unknown labels");
  }
  if (word == "list")
    return list(json, width, named);
  if (word == "window" || word == "ahead")
    return window(json, width, dim);
  static const std::pair<const char *, Kind> operations[] = {{"standardize", Kind::Standardize},
                                                             {"neg", Kind::Neg},
                                                             {"add", Kind::Add},
                                                             {"sub", Kind::Sub},
                                                             {"mul", Kind::Mul},
                                                             {"div", Kind::Div}};
  for (auto [name, kind] : operations)
    if (word == name)
      return arithmetic(json, kind, width);
  return broken("unknown operation `" + word + "`");
}

Result<Expression> ExpressionBuilder::build(const Field &of) {
  field = &of;
  steps = 0;
  const Dim *labels = of.dim.empty() ? nullptr : recipe.dim(of.dim);
  Result<Expression> made = node(of.expression, uint32_t(of.elements()), labels);
  if (!made)
    return made;
  made->steps = steps;
  made->ahead = ahead;
  uint64_t elements = of.elements() / std::max<uint64_t>(steps, 1);
  if ((made->width != elements && made->width != 1) || (steps && of.elements() % steps))
    return broken(std::to_string(made->width) + " values for " + std::to_string(elements) + " elements");
  return made;
}

static double apply(Kind kind, double a, double b) {
  switch (kind) {
  case Kind::Add:
    return a + b;
  case Kind::Sub:
    return a - b;
  case Kind::Mul:
    return a * b;
  default:
    return a / b;
  }
}

void evaluate(const Expression &e, const double *slots, double *out) {
  switch (e.kind) {
  case Kind::Number:
    *out = e.number;
    return;
  case Kind::Slots:
    std::copy_n(slots + e.firstSlot, e.width, out);
    return;
  case Kind::List:
    for (const Expression &part : e.parts) {
      evaluate(part, slots, out);
      out += part.width;
    }
    return;
  case Kind::Neg:
    evaluate(e.parts[0], slots, out);
    for (uint32_t i = 0; i < e.width; ++i)
      out[i] = -out[i];
    return;
  case Kind::Standardize:
    evaluate(e.parts[0], slots, out);
    for (uint32_t i = 0; i < e.width; ++i)
      out[i] = (out[i] - e.mean[i]) / e.deviation[i];
    return;
  default: {
    std::vector<double> right(e.parts[1].width);
    evaluate(e.parts[0], slots, out);
    evaluate(e.parts[1], slots, right.data());
    bool one = e.parts[0].width == 1;
    double first = out[0];
    for (uint32_t i = 0; i < e.width; ++i)
      out[i] = apply(e.kind, one ? first : out[i], right[right.size() == 1 ? 0 : i]);
  }
  }
}

void standardisations(Expression &expression, std::vector<Expression *> &out) {
  for (Expression &part : expression.parts)
    standardisations(part, out);
  if (expression.kind == Kind::Standardize)
    out.push_back(&expression);
}

} // namespace nnc::rt
