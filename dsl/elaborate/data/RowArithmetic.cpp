// Comparison, casts, `as` and functions of the program in a `dataset` block: as elsewhere, row by row.
#include "dsl/elaborate/Comparisons.h"
#include "dsl/elaborate/data/RowExpressions.h"

#include <algorithm>

namespace nnc::dsl {

using nlohmann::json;
using support::SourceRange;
namespace diag = support::diag;

Row RowExpressions::compare(const ast::CompareExpr &expr, SourceRange range) {
  Row row = evaluate(*expr.lhs);
  // `colour == "red"`: a text stands for itself.
  const auto *string = expr.rhs->as<ast::StringExpr>();
  Row right;
  if (string)
    right = {.expression = json::array({"text", string->value}),
             .shape = std::vector<int64_t>(),
             .ok = true,
             .kind = Row::Kind::Text};
  else
    right = evaluate(*expr.rhs);
  if (!row.ok || !right.ok || !joinSpans(row, right, expr.opRange))
    return {};
  bool equality = expr.op == ast::CompareOp::Eq || expr.op == ast::CompareOp::Ne;
  if (!(equality && (string || row.kind == Row::Kind::Text)) &&
      (!isNumeric(row, expr.lhs->range, text(expr.opRange)) || !isNumeric(right, expr.rhs->range, text(expr.opRange))))
    return {};
  bool fits =
      !row.shape || !right.shape || row.shape->empty() || right.shape->empty() || sameShape(*row.shape, *right.shape);
  if (!fits) {
    error(diag::ShapeMismatch, expr.opRange, text(expr.opRange))
        .label(expr.lhs->range, shapeText(*row.shape))
        .label(expr.rhs->range, shapeText(*right.shape));
    return {};
  }
  later("a comparison in a dataset", range);
  if (row.shape && row.shape->empty())
    row.shape = right.shape;
  row.expression = json::array({predicateOf(expr.op), row.expression, right.expression});
  row.kind = Row::Kind::Truth;
  row.scale = Row::Scale::Mixed;
  return row;
}

Row RowExpressions::logic(const ast::ChainExpr &chain, SourceRange range) {
  Row row = evaluate(*chain.first);
  SourceRange at = chain.first->range;
  for (size_t i = 0; i <= chain.links.size(); ++i) {
    if (row.ok && row.kind != Row::Kind::Truth)
      error(diag::WrongRow, at, chain.links[0].op == ast::BinaryOp::And ? "and" : "or", "true or false",
            describe(row.kind));
    if (!row.ok || row.kind != Row::Kind::Truth)
      return {};
    if (i == chain.links.size())
      break;
    const ast::ChainLink &link = chain.links[i];
    Row right = evaluate(*link.operand);
    if (!right.ok || !joinSpans(row, right, link.opRange))
      return {};
    right.expression = json::array({link.op == ast::BinaryOp::And ? "and" : "or", row.expression, right.expression});
    right.span = row.span;
    row = std::move(right);
    at = link.operand->range;
  }
  later("`and` and `or` in a dataset", range);
  return row;
}

/// As many as fit 64 bits.
static int64_t elementsOf(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t axis : shape)
    if (__builtin_mul_overflow(count, axis, &count))
      return INT64_MAX;
  return count;
}

/// `pixels as [1, 28, 28]`
Row RowExpressions::evaluateCast(const ast::CastExpr &cast) {
  Row row = evaluate(*cast.value);
  for (const ast::CastStep &step : cast.steps) {
    if (!row.ok)
      return {};
    std::vector<int64_t> shape;
    for (const ast::Axis &axis : step.shape) {
      const auto *n = !axis.ellipsis && axis.size ? axis.size->as<ast::NumberExpr>() : nullptr;
      if (!n || !n->isInteger || n->integer < 1) {
        error(diag::FieldAxis, axis.range, text(axis.range));
        return {};
      }
      shape.push_back(n->integer);
    }
    bool isKnown = row.shape && std::find(row.shape->begin(), row.shape->end(), -1) == row.shape->end();
    if (isKnown && elementsOf(*row.shape) != elementsOf(shape)) {
      error(diag::CannotReshape, step.range, shapeText(*row.shape), shapeText(shape));
      return {};
    }
    later("`as` in a dataset", step.range);
    row.expression = json::array({"reshape", row.expression, shape});
    row.shape = shape;
  }
  return row;
}

Row RowExpressions::castCall(const std::string &name, const ast::CallSuffix &call, const ast::Expr &expr) {
  if (call.args.size() != 1 || call.args[0].name) {
    error(diag::WrongArgumentCount, expr.range, name, "1", std::to_string(call.args.size()));
    return {};
  }
  Row row = evaluate(*call.args[0].value);
  if (!row.ok)
    return {};
  if (row.kind == Row::Kind::Tokens) {
    error(diag::WrongRow, call.args[0].range, name, "one value", describe(row.kind));
    return {};
  }
  later("`" + name + "` in a dataset", expr.range);
  row.expression = json::array({"cast", name, row.expression});
  row.kind = name == "float"  ? Row::Kind::Real
             : name == "int"  ? Row::Kind::Number
             : name == "bool" ? Row::Kind::Truth
                              : Row::Kind::Members;
  return row;
}

/// Functions of one number, or of several, element by element.
Row RowExpressions::mathCall(const std::string &name, const ast::CallSuffix &call, const ast::Expr &expr) {
  size_t wanted = name == "clamp" ? 3 : name == "minimum" || name == "maximum" ? 2 : 1;
  bool named =
      std::any_of(call.args.begin(), call.args.end(), [](const ast::Arg &arg) { return arg.name.has_value(); });
  if (call.args.size() != wanted || named) {
    error(diag::WrongArgumentCount, expr.range, name, std::to_string(wanted), std::to_string(call.args.size()));
    return {};
  }
  Row result;
  json expression = json::array({"call", name});
  for (size_t i = 0; i < call.args.size(); ++i) {
    Row row = evaluate(*call.args[i].value);
    if (!row.ok || !isNumeric(row, call.args[i].range, name) || (i && !joinSpans(result, row, call.args[i].range)))
      return {};
    expression.push_back(row.expression);
    if (i == 0)
      result = std::move(row);
    else if (result.shape && result.shape->empty())
      result.shape = row.shape;
  }
  later("`" + name + "` in a dataset", expr.range);
  result.expression = std::move(expression);
  result.kind = Row::Kind::Real;
  result.scale = Row::Scale::Mixed;
  return result;
}

/// How much an expression is.
struct Extent {
  uint64_t parts = 0;
  int64_t depth = 0;
};

/// Without recursion: long sums nest deeply.
static Extent extentOf(const json &expression) {
  Extent extent;
  for (std::vector<std::pair<const json *, int64_t>> open{{&expression, 1}}; !open.empty(); ++extent.parts) {
    auto [one, depth] = open.back();
    open.pop_back();
    if (!one->is_array())
      continue;
    extent.depth = std::max(extent.depth, depth);
    for (size_t i = 1; i < one->size(); ++i)
      open.emplace_back(&(*one)[i], depth + 1);
  }
  return extent;
}

Row RowExpressions::limited(Row row, SourceRange range) {
  if (!row.ok || extentOf(row.expression).depth <= maxDepth)
    return row;
  error(diag::NestedTooDeep, range, maxDepth)
      .fact("in a dataset each operator of a chain is a level of its own; add up in the model");
  return {};
}

/// Functions that call each other twice, or bind a name to twice another, double with each line.
bool RowExpressions::countSteps(uint64_t count, SourceRange range) {
  constexpr uint64_t most = 10'000'000;
  bool before = stepsTaken <= most;
  stepsTaken += count;
  if (before && stepsTaken > most)
    error(diag::TooManySteps, range);
  return stepsTaken <= most;
}

/// What a name of the function at hand stands for, written out once more.
std::optional<Row> RowExpressions::local(const std::string &name, SourceRange range) {
  if (calls.empty())
    return std::nullopt;
  auto found = calls.back().locals.find(name);
  if (found == calls.back().locals.end())
    return std::nullopt;
  constexpr uint64_t stepsOfPart = 20;
  return countSteps(stepsOfPart * extentOf(found->second.expression).parts, range) ? found->second : Row();
}

/// A pure `fn` of the program: its body with the arguments in place of the names.
Row RowExpressions::functionCall(const Definition &function, const ast::CallSuffix &call, const ast::Expr &expr) {
  const auto &params = function.data().params;
  if (call.args.size() != params.size()) {
    error(diag::WrongArgumentCount, expr.range, function.name, std::to_string(params.size()),
          std::to_string(call.args.size()));
    return {};
  }
  if (std::any_of(calls.begin(), calls.end(), [&](const Call &one) { return one.function == &function; })) {
    error(diag::ContainsItself, expr.range, function.name);
    return {};
  }
  constexpr size_t deepest = 200;
  if (calls.size() >= deepest) {
    error(diag::TooDeep, expr.range);
    return {};
  }
  Call made{&function, {}};
  for (size_t i = 0; i < params.size(); ++i) {
    const ast::Arg &arg = call.args[i];
    Row row = evaluate(*arg.value);
    if (!row.ok)
      return {};
    made.locals[arg.name ? arg.name->text : params[i].name.text] = std::move(row);
  }
  for (const ast::Param &param : params)
    if (!made.locals.count(param.name.text)) {
      error(diag::MissingArgument, expr.range, function.name, param.name.text, text(param.type.range));
      return {};
    }
  constexpr uint64_t stepsOfCall = 200;
  if (!countSteps(stepsOfCall, expr.range))
    return {};
  calls.push_back(std::move(made));
  Row result = functionBody(function, expr);
  calls.pop_back();
  return result;
}

Row RowExpressions::functionBody(const Definition &function, const ast::Expr &expr) {
  Row result;
  for (const ast::Stmt &stmt : function.body().statements) {
    const auto *bind = std::get_if<ast::BindStmt>(&stmt.node);
    const auto *value = std::get_if<ast::ExprStmt>(&stmt.node);
    bool isSimple =
        (bind && bind->targets.size() == 1 && bind->values.size() == 1) || (value && value->values.size() == 1);
    if (!isSimple) {
      error(diag::WrongRow, expr.range, function.name, "numbers one by one", "a function that does more in a dataset")
          .note(stmt.range, "here");
      return {};
    }
    const ast::Expr &written = bind ? *bind->values[0] : *value->values[0];
    result = limited(evaluate(written), written.range);
    if (!result.ok)
      return result;
    if (bind)
      calls.back().locals[bind->targets[0].name.text] = result;
  }
  return result;
}

} // namespace nnc::dsl
