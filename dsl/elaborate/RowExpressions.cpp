#include "dsl/elaborate/RowExpressions.h"

#include "dsl/Vocabulary.h"
#include "support/Suggest.h"

#include <algorithm>

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
  if (auto near = support::nearestName(name, known))
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
}

const ast::CallSuffix *RowExpressions::callOf(const ast::Expr &expr, const ast::NameExpr *&name) {
  const auto *postfix = expr.as<ast::PostfixExpr>();
  name = postfix ? postfix->base->as<ast::NameExpr>() : nullptr;
  return postfix && name && postfix->suffixes.size() == 1 ? std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node)
                                                          : nullptr;
}

std::string RowExpressions::shapeText(const std::vector<int64_t> &shape) {
  std::string axes;
  for (int64_t axis : shape)
    axes += (axes.empty() ? "" : ", ") + std::to_string(axis);
  return shape.empty() ? "one value" : "float[" + axes + "]";
}

Row RowExpressions::column(const std::string &name, SourceRange range) {
  if (std::find(info.columns.begin(), info.columns.end(), name) == info.columns.end())
    info.columns.push_back(name);
  if (file && !hasColumn(name, range))
    return {};
  return {
      .expression = json::array({"column", name}), .shape = std::vector<int64_t>(), .ok = true, .bareColumns = true};
}

bool RowExpressions::hasColumn(const std::string &name, SourceRange range) {
  const std::vector<std::string> &header = file->header;
  if (file->error.empty() && std::find(header.begin(), header.end(), name) != header.end())
    return true;
  if (!file->error.empty()) {
    if (!fileReported)
      error(diag::DataFileBroken, info.pathRange, file->error);
    fileReported = true;
    info.ok = false;
    return false;
  }
  auto builder = error(diag::NoSuchColumn, range, info.path, name);
  if (auto near = support::nearestName(name, header)) {
    builder.label("did you mean `" + *near + "`?").help("write `" + *near + "`", {{range, *near}});
  } else {
    builder.label("not in the header");
  }
  std::string shown;
  for (size_t i = 0; i < header.size() && i < 12; ++i)
    shown += (i ? ", " : "") + header[i];
  if (header.size() > 12)
    shown += ", … (" + std::to_string(header.size()) + " columns)";
  builder.fact("columns: " + shown);
  char other = info.format == "tsv" ? ',' : '\t';
  if (header.size() == 1 && header[0].find(other) != std::string::npos)
    builder.fact(std::string("the file is separated by ") +
                 (other == '\t' ? "tabs: write `tsv(…)`" : "commas: write `csv(…)`"));
  return false;
}

Row RowExpressions::evaluate(const ast::Expr &expr) {
  if (const auto *n = expr.as<ast::NumberExpr>())
    return {.expression = json::array({"number", n->value}), .shape = std::vector<int64_t>(), .ok = true};
  if (const auto *name = expr.as<ast::NameExpr>())
    return column(name->name, expr.range);
  if (const auto *list = expr.as<ast::ListExpr>())
    return evaluateList(*list, expr.range);
  if (const auto *unary = expr.as<ast::UnaryExpr>(); unary && unary->op == ast::UnaryOp::Neg) {
    Row row = evaluate(*unary->operand);
    if (row.ok)
      row.expression = json::array({"neg", row.expression});
    if (row.scale != Row::Scale::Raw)
      row.scale = Row::Scale::Mixed;
    return row;
  }
  if (const auto *chain = expr.as<ast::ChainExpr>())
    return evaluateChain(*chain);
  const ast::NameExpr *name = nullptr;
  if (const ast::CallSuffix *call = callOf(expr, name))
    return evaluateCall(*name, *call, expr);
  error(diag::ComesLater, expr.range, "this expression in a dataset");
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
    if (!row.ok || !right.ok || !joinSpans(row, right, link.opRange))
      return {};
    bool fits = !row.shape || !right.shape || row.shape->empty() || right.shape->empty() || *row.shape == *right.shape;
    if (!fits) {
      error(diag::ShapeMismatch, link.opRange, text(link.opRange))
          .label(chain.first->range, shapeText(*row.shape))
          .label(link.operand->range, shapeText(*right.shape));
      return {};
    }
    bool takeRight = row.shape && row.shape->empty();
    row.expression = json::array({word->second, row.expression, right.expression});
    if (takeRight)
      row.shape = right.shape;
  }
  return row;
}

Row RowExpressions::evaluateCall(const ast::NameExpr &name, const ast::CallSuffix &call, const ast::Expr &expr) {
  SourceRange nameRange = expr.as<ast::PostfixExpr>()->base->range;
  const WordCall *word = findCall(CallGroup::Row, name.name);
  if (!word) {
    unknownWord(nameRange, name.name, callNames(CallGroup::Row));
    return {};
  }
  bool named =
      std::any_of(call.args.begin(), call.args.end(), [](const ast::Arg &arg) { return arg.name.has_value(); });
  if (call.args.size() != word->params.size() || named) {
    error(diag::WrongArgumentCount, expr.range, name.name, std::to_string(word->params.size()),
          std::to_string(call.args.size()));
    return {};
  }
  if (name.name == "standardize") {
    Row row = evaluate(*call.args[0].value);
    if (row.ok)
      row.expression = json::array({"standardize", row.expression});
    row.scale = row.scale == Row::Scale::Raw ? Row::Scale::Standardized : Row::Scale::Mixed;
    return row;
  }
  if (name.name == "window" || name.name == "ahead")
    return evaluateWindow(name.name, call, expr);
  std::vector<std::string> names;
  for (const ast::Arg &arg : call.args) {
    const auto *string = arg.value->as<ast::StringExpr>();
    const auto *id = arg.value->as<ast::NameExpr>();
    if (!string && !id) {
      error(diag::ColumnName, arg.range);
      return {};
    }
    names.push_back(string ? string->value : id->name);
  }
  if (name.name == "column")
    return column(names[0], call.args[0].range);
  return evaluateColumns(call, names, expr);
}

/// `window([load, wind], 48)`: the steps become the first axis.
Row RowExpressions::evaluateWindow(const std::string &word, const ast::CallSuffix &call, const ast::Expr &expr) {
  if (info.time.empty()) {
    auto builder = error(diag::SeriesNeedsTime, expr.range, word, info.path);
    if (!info.path.empty())
      builder.help("name the column of times: `" + info.format + "(\"" + info.path + "\", time = COLUMN)`");
    return {};
  }
  const auto *length = call.args[1].value->as<ast::NumberExpr>();
  if (!length || !length->isInteger || length->integer < 1 || length->integer > 1'000'000'000) {
    error(diag::WindowLength, call.args[1].range, word);
    return {};
  }
  Row row = evaluate(*call.args[0].value);
  if (!row.ok)
    return {};
  if (row.span) {
    error(diag::WindowPlace, call.args[0].range, row.span->call, "another `" + word + "`");
    return {};
  }
  row.span = Span{word, length->integer};
  row.bareColumns = false;
  row.expression = json::array({word, row.expression, length->integer});
  if (row.shape)
    row.shape->insert(row.shape->begin(), length->integer);
  return row;
}

Row RowExpressions::evaluateColumns(const ast::CallSuffix &call, const std::vector<std::string> &names,
                                    const ast::Expr &expr) {
  Row row{.expression = json::array({"columns", names[0], names[1]}), .ok = true, .bareColumns = true};
  if (!file)
    return row;
  if (!hasColumn(names[0], call.args[0].range) || !hasColumn(names[1], call.args[1].range))
    return {};
  auto place = [&](const std::string &one) {
    return std::find(file->header.begin(), file->header.end(), one) - file->header.begin();
  };
  if (place(names[1]) < place(names[0])) {
    error(diag::ColumnOrder, expr.range, names[1], names[0]);
    return {};
  }
  row.shape = std::vector<int64_t>{place(names[1]) - place(names[0]) + 1};
  return row;
}

} // namespace nnc::dsl
