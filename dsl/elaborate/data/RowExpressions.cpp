#include "dsl/elaborate/data/RowExpressions.h"

#include "dsl/ForeignWords.h"
#include "dsl/Vocabulary.h"
#include "support/Suggest.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

void RowExpressions::unknownWord(SourceRange range, const std::string &name, const std::vector<std::string> &known) {
  if (comesLater(name)) {
    error(diag::ComesLater, range, name);
    return;
  }
  auto builder = error(diag::UnknownName, range, name);
  auto foreign = foreignName(name);
  if (foreign)
    builder.fact(foreign->text);
  else if (auto near = support::nearestName(name, known))
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  std::string list;
  for (const std::string &one : known)
    list += (list.empty() ? "" : ", ") + one;
  builder.fact("known in a dataset: " + list);
  if (name == "select")
    builder.help("a condition counts as 1 or 0 with `float`: `float(a > 0) * a + float(a <= 0) * b`");
}

/// The mistake behind a column that is not there: its name, told once wherever it stands, or the whole source, where no
/// column has a name like it.
SourceRange RowExpressions::causeOf(const std::string &name, SourceRange range, bool isNear) {
  return isNear ? missing.try_emplace(name, range).first->second : info.pathRange;
}

bool RowExpressions::isWritten(const std::string &name) const {
  return std::ranges::any_of(item.entries, [&](const ast::DatasetEntry &entry) {
    const auto *field = std::get_if<ast::DatasetField>(&entry.node);
    return field && field->name.text == name;
  });
}

const ast::CallSuffix *RowExpressions::callOf(const ast::Expr &expr, const ast::NameExpr *&name) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  name = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
  return postfix && name && postfix->suffixes.size() == 1 ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node)
                                                          : nullptr;
}

bool RowExpressions::sameShape(const std::vector<int64_t> &a, const std::vector<int64_t> &b) {
  bool same = a.size() == b.size();
  for (size_t i = 0; same && i < a.size(); ++i)
    same = a[i] == b[i] || a[i] < 0 || b[i] < 0;
  return same;
}

static bool numeric(Row::Kind kind) {
  return kind == Row::Kind::Cell || kind == Row::Kind::Number || kind == Row::Kind::Real;
}

bool RowExpressions::isNumeric(const Row &row, SourceRange range, const std::string &op) {
  bool fits = numeric(row.kind);
  if (!fits)
    error(diag::WrongRow, range, op, "numbers", describe(row.kind));
  return fits;
}

std::string RowExpressions::shapeText(const std::vector<int64_t> &shape) {
  std::string axes;
  for (int64_t axis : shape)
    axes += (axes.empty() ? "" : ", ") + (axis < 0 ? "?" : std::to_string(axis));
  return shape.empty() ? "one value" : "float[" + axes + "]";
}

const char *describe(Row::Kind kind) {
  switch (kind) {
  case Row::Kind::Cell:
    return "a column";
  case Row::Kind::Number:
    return "a number";
  case Row::Kind::Real:
    return "a number that is not whole";
  case Row::Kind::Truth:
    return "true or false";
  case Row::Kind::Text:
    return "text";
  case Row::Kind::Tokens:
    return "tokens of any number";
  case Row::Kind::Members:
    return "labels";
  }
  return "";
}

bool RowExpressions::hasSeries() const {
  return !info.time.empty() || info.format == "text" || info.format == "npy" || info.format == "npz";
}

/// A source whose columns need no file to be known.
bool RowExpressions::knownColumn(const std::string &name, SourceRange range) {
  if (header.empty() || std::find(header.begin(), header.end(), name) != header.end())
    return true;
  std::string list;
  for (const std::string &one : header)
    list += (list.empty() ? "`" : ", `") + one + "`";
  auto builder = error(diag::NoSuchSourceColumn, range, info.format, list, name);
  auto near = support::nearestName(name, header);
  if (near)
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  builder.cause(causeOf(name, range, near.has_value()));
  return false;
}

Row RowExpressions::column(const std::string &name, SourceRange range, bool inExpression) {
  if (!knownColumn(name, range))
    return {};
  if (columnsRead.insert(name).second)
    info.columns.push_back(name);
  if (file && !hasColumn(name, range, inExpression))
    return {};
  Row row{.expression = json::array({"column", name}), .ok = true, .bareColumns = true, .kind = Row::Kind::Cell};
  const std::string &format = info.format;
  if (format == "text" || (format == "images" && name == "folder"))
    row.kind = Row::Kind::Text;
  if (format == "images" && name == "pixels") {
    const auto size = info.sourceArguments.find("size");
    if (size == info.sourceArguments.end() || !size->is_array() || size->size() != 2)
      return {}; // the arguments of `images` are wrong, and have their message
    row.kind = Row::Kind::Number;
    row.shape = {3, (*size)[0], (*size)[1]};
  } else if (format == "idx" && name == "images") {
    row.kind = Row::Kind::Number;
    row.shape = {1, -1, -1};
  } else if (format == "npz" || format == "npy" || format == "graph") {
    row.kind = Row::Kind::Cell; // only the file knows its elements and axes
  } else {
    row.shape = std::vector<int64_t>();
  }
  return row;
}

/// `node.features`, `edge.source`: whole arrays, one axis longer than a row of them.
Row RowExpressions::graphColumn(const ast::PostfixExpr &expr, SourceRange range) {
  const auto *part = expr.base->as<ast::NameExpr>();
  const auto *member = expr.suffixes.size() == 1 ? std::get_if<ast::MemberSuffix>(&expr.suffixes[0].node) : nullptr;
  if (!member || (part->name != "node" && part->name != "edge")) {
    error(diag::GraphColumn, range, text(range));
    return {};
  }
  return column(part->name + "." + member->name.text, range);
}

Row RowExpressions::evaluate(const ast::Expr &expr) {
  if (const auto *n = expr.as<ast::NumberExpr>())
    return {.expression = json::array({"number", n->value}),
            .shape = std::vector<int64_t>(),
            .ok = true,
            .kind = n->value == std::floor(n->value) ? Row::Kind::Number : Row::Kind::Real};
  if (const auto *truth = expr.as<ast::BoolExpr>())
    return {.expression = json::array({"number", truth->value ? 1 : 0}),
            .shape = std::vector<int64_t>(),
            .ok = true,
            .kind = Row::Kind::Truth};
  if (const auto *name = expr.as<ast::NameExpr>()) {
    if (auto known = local(name->name, expr.range))
      return *known;
    if (info.format == "graph") {
      error(diag::GraphColumn, expr.range, name->name).cause(info.pathRange);
      return {};
    }
    return column(name->name, expr.range);
  }
  if (const auto *list = expr.as<ast::ListExpr>())
    return evaluateList(*list, expr.range);
  if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Neg) {
    Row row = evaluate(*unary->operand);
    if (row.ok && !isNumeric(row, unary->opRange, "-"))
      return {};
    if (row.ok)
      row.expression = json::array({"neg", row.expression});
    row.kind = row.kind == Row::Kind::Real ? row.kind : Row::Kind::Number;
    if (row.scale != Row::Scale::Raw)
      row.scale = Row::Scale::Mixed;
    return row;
  }
  if (const auto *unary = expr.as<ast::UnaryExpr>()) { // not
    Row row = evaluate(*unary->operand);
    if (row.ok && row.kind != Row::Kind::Truth)
      error(diag::WrongRow, unary->operand->range, "not", "true or false", describe(row.kind));
    row.expression = json::array({"not", row.expression});
    return row;
  }
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    bool isLogic = chain->links[0].op == ast::BinaryOp::And || chain->links[0].op == ast::BinaryOp::Or;
    return limited(isLogic ? logic(*chain, expr.range) : evaluateChain(*chain), expr.range);
  }
  if (const auto *comparison = expr.as<ast::CompareExpr>())
    return compare(*comparison, expr.range);
  if (const auto *cast = expr.as<ast::CastExpr>())
    return evaluateCast(*cast);
  if (const auto *postfix = expr.as<ast::PostfixExpr>(); postfix && info.format == "graph" &&
                                                         postfix->base->as<ast::NameExpr>() &&
                                                         !std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node))
    return graphColumn(*postfix, expr.range);
  const ast::NameExpr *name = nullptr;
  if (const ast::CallSuffix *call = callOf(expr, name))
    return evaluateCall(*name, *call, expr);
  auto builder = error(diag::ComesLater, expr.range, "this expression in a dataset");
  if (expr.as<ast::VectorExpr>())
    builder.help("values side by side are a list: `[a, b]`");
  return {};
}

Row RowExpressions::evaluateList(const ast::ListExpr &list, SourceRange range) {
  Row row{
      .expression = json::array({"list"}), .shape = std::vector<int64_t>{int64_t(list.elements.size())}, .ok = true};
  std::optional<std::vector<int64_t>> inner;
  for (const ast::Element &element : list.elements) {
    if (element.label || element.spread) {
      error(diag::ComesLater, element.range, "a label or `...` in a list of columns");
      return {};
    }
    Row one = evaluate(*element.value);
    row.ok &= one.ok;
    if (!one.ok)
      continue;
    if (one.span) {
      error(diag::WindowPlace, element.range, one.span->call, "a list")
          .help("write the list inside: `" + one.span->call + "([a, b], " + std::to_string(one.span->length) + ")`");
      return {};
    }
    row.scale = row.expression.size() == 1 || row.scale == one.scale ? one.scale : Row::Scale::Mixed;
    row.bareColumns |= one.bareColumns;
    if (!one.shape || (inner && *inner != *one.shape)) {
      error(diag::UnevenList, element.range);
      return {};
    }
    inner = one.shape;
    bool isFirst = row.expression.size() == 1, isNumber = numeric(row.kind) && numeric(one.kind);
    if (!isFirst && row.kind != one.kind && !isNumber) {
      error(diag::WrongRow, element.range, "[…]", "elements of one kind", describe(one.kind))
          .note(list.elements[0].range, std::string("this is ") + describe(row.kind));
      return {};
    }
    row.kind = isFirst ? one.kind : std::max(row.kind, one.kind); // Cell, Number, Real
    row.expression.push_back(one.expression);
  }
  if (list.elements.empty()) {
    error(diag::UnevenList, range);
    return {};
  }
  if (inner)
    row.shape->insert(row.shape->end(), inner->begin(), inner->end());
  return row;
}

/// Both sides of an operation must take the same steps; a number fits any.
bool RowExpressions::joinSpans(Row &row, const Row &right, SourceRange at) {
  bool mixed = (row.span && right.bareColumns) || (right.span && row.bareColumns);
  if (mixed || (row.span && right.span && *row.span != *right.span)) {
    const Span &span = row.span ? *row.span : *right.span;
    error(diag::WindowPlace, at, span.call,
          mixed ? "arithmetic with a column outside of it" : "arithmetic with other steps of the series");
    return false;
  }
  row.span = row.span ? row.span : right.span;
  row.bareColumns |= right.bareColumns;
  if (row.scale != Row::Scale::Raw || right.scale != Row::Scale::Raw)
    row.scale = Row::Scale::Mixed;
  return true;
}

Row RowExpressions::evaluateChain(const ast::ChainExpr &chain) {
  Row row = evaluate(*chain.first);
  for (const ast::ChainLink &link : chain.links) {
    static const std::map<ast::BinaryOp, const char *> words = {{ast::BinaryOp::Add, "add"},
                                                                {ast::BinaryOp::Sub, "sub"},
                                                                {ast::BinaryOp::Mul, "mul"},
                                                                {ast::BinaryOp::Div, "div"}};
    auto word = words.find(link.op);
    if (word == words.end()) {
      error(diag::ComesLater, link.opRange, "this operator in a dataset");
      return {};
    }
    Row right = evaluate(*link.operand);
    if (!row.ok || !right.ok || !joinSpans(row, right, link.opRange) ||
        !isNumeric(row, chain.first->range, text(link.opRange)) ||
        !isNumeric(right, link.operand->range, text(link.opRange)))
      return {};
    bool fits =
        !row.shape || !right.shape || row.shape->empty() || right.shape->empty() || sameShape(*row.shape, *right.shape);
    if (!fits) {
      error(diag::ShapeMismatch, link.opRange, text(link.opRange))
          .label(chain.first->range, shapeText(*row.shape))
          .label(link.operand->range, shapeText(*right.shape));
      return {};
    }
    if (link.op == ast::BinaryOp::Div && constantOf(*link.operand) == 0.0) {
      error(diag::DivisionByZero, link.opRange);
      return {};
    }
    bool takeRight = row.shape && row.shape->empty();
    row.expression = json::array({word->second, std::move(row.expression), std::move(right.expression)});
    bool real = row.kind == Row::Kind::Real || right.kind == Row::Kind::Real || link.op == ast::BinaryOp::Div;
    row.kind = real ? Row::Kind::Real : Row::Kind::Number;
    if (takeRight)
      row.shape = right.shape;
  }
  return row;
}

} // namespace nnc::dsl
