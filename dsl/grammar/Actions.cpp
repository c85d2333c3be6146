#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {
namespace {

using namespace ast;
namespace diag = support::diag;

std::optional<BinaryOp> binaryOp(Tok kind) {
  switch (kind) {
  case Tok::Or:
    return BinaryOp::Or;
  case Tok::And:
    return BinaryOp::And;
  case Tok::Plus:
    return BinaryOp::Add;
  case Tok::Minus:
    return BinaryOp::Sub;
  case Tok::Star:
    return BinaryOp::Mul;
  case Tok::Slash:
    return BinaryOp::Div;
  case Tok::Percent:
    return BinaryOp::Mod;
  case Tok::At:
    return BinaryOp::MatMul;
  default:
    return std::nullopt;
  }
}

CompareOp compareOp(Tok kind) {
  switch (kind) {
  case Tok::Lt:
    return CompareOp::Lt;
  case Tok::Le:
    return CompareOp::Le;
  case Tok::Gt:
    return CompareOp::Gt;
  case Tok::Ge:
    return CompareOp::Ge;
  case Tok::Eq:
    return CompareOp::Eq;
  default:
    return CompareOp::Ne;
  }
}

/// `value` becomes the first part of a flat chain without links.
template <typename Chain> void wrap(ExprPtr &value) {
  SourceRange range = value->range;
  value = makeExpr(Chain{std::move(value), {}}, range);
}

int level(BinaryOp op) { return op == BinaryOp::Or ? 0 : op == BinaryOp::And ? 1 : op <= BinaryOp::Sub ? 2 : 3; }

/// A reduction that stands bare behind `/ % @ **`: its body would reach further than it looks.
void checkReduction(const Token &op, const Expr &operand, State &state) {
  const Expr *inner = &operand;
  while (!inner->parenthesized && inner->as<UnaryExpr>() && inner->as<UnaryExpr>()->op == UnaryOp::Neg)
    inner = inner->as<UnaryExpr>()->operand.get();
  if (inner->parenthesized || !inner->as<ReduceExpr>())
    return;
  state.sink.report(diag::ReductionNeedsParentheses, inner->as<ReduceExpr>()->kindRange, op.text)
      .help("write them", {{inner->range.before(), "("}, {inner->range.after(), ")"}});
}

} // namespace

Ident toIdent(const Token &token) { return {std::string(token.text), token.range}; }

StringLiteral toString(const Token &token) { return {parseString(token.text), token.range}; }

Label toLabel(const Token &token) {
  bool isString = token.kind == Tok::String;
  return {isString ? parseString(token.text) : std::string(token.text), isString, token.range};
}

void setPipe(Stage &stage, const Token &op) { stage.opRange = op.range; }

void addStage(ExprPtr &value, Stage &stage) {
  if (value->parenthesized || !value->as<PipelineExpr>())
    wrap<PipelineExpr>(value);
  value->range = support::join(value->range, stage.range);
  value->as<PipelineExpr>()->stages.push_back(std::move(stage));
}

void addCast(ExprPtr &value, CastStep &step) {
  if (value->parenthesized || !value->as<CastExpr>())
    wrap<CastExpr>(value);
  value->range = support::join(value->range, step.range);
  value->as<CastExpr>()->steps.push_back(std::move(step));
}

void addLink(ExprPtr &value, OperatorTail &tail) {
  BinaryOp op = binaryOp(tail.op.kind).value_or(BinaryOp::Add);
  const ChainExpr *open = value->parenthesized ? nullptr : value->as<ChainExpr>();
  if (!open || level(open->links.back().op) != level(op))
    wrap<ChainExpr>(value);
  value->range = support::join(value->range, tail.operand->range);
  value->as<ChainExpr>()->links.push_back({op, tail.op.range, std::move(tail.operand)});
}

void addProduct(ExprPtr &value, OperatorTail &tail, State &state) {
  if (tail.op.kind != Tok::Star)
    checkReduction(tail.op, *tail.operand, state);
  addLink(value, tail);
}

void addCompare(ExprPtr &value, OperatorTail &tail, State &state) {
  if (const CompareExpr *open = value->parenthesized ? nullptr : value->as<CompareExpr>()) {
    auto report = state.sink.report(diag::ChainedComparison, tail.op.range);
    report.label(open->opRange).cause(open->opRange);
    if (const auto *middle = open->rhs->as<NameExpr>())
      report.help("compare twice", {{tail.op.range.before(), "and " + middle->name + " "}});
    else
      report.help("compare twice: `low <= x and x < high`");
    return;
  }
  SourceRange range = support::join(value->range, tail.operand->range);
  value =
      makeExpr(CompareExpr{compareOp(tail.op.kind), tail.op.range, std::move(value), std::move(tail.operand)}, range);
}

void addRange(ExprPtr &value, OperatorTail &tail) {
  SourceRange range = support::join(value->range, tail.operand->range);
  value = makeExpr(RangeExpr{tail.op.range, std::move(value), std::move(tail.operand)}, range);
}

void addPower(ExprPtr &value, OperatorTail &tail, State &state) {
  checkReduction(tail.op, *tail.operand, state);
  SourceRange range = support::join(value->range, tail.operand->range);
  value = makeExpr(PowerExpr{tail.op.range, std::move(value), std::move(tail.operand)}, range);
}

void startUnary(ExprPtr &value, const Token &op) {
  value = makeExpr(UnaryExpr{op.kind == Tok::Not ? UnaryOp::Not : UnaryOp::Neg, op.range, nullptr}, op.range);
}

void finishUnary(ExprPtr &value, ExprPtr &operand) {
  value->range = support::join(value->range, operand->range);
  value->as<UnaryExpr>()->operand = std::move(operand);
}

void setReduceKind(ReduceExpr &reduce, const Token &word) {
  reduce.kindRange = word.range;
  reduce.kind = word.text == "sum"   ? ReduceKind::Sum
                : word.text == "max" ? ReduceKind::Max
                : word.text == "min" ? ReduceKind::Min
                                     : ReduceKind::Mean;
}

void takeReduce(ExprPtr &value, ReduceExpr &reduce) { value = makeExpr(std::move(reduce), {}); }

void addSuffix(ExprPtr &value, Suffix &suffix) {
  if (value->parenthesized || !value->as<PostfixExpr>())
    wrap<PostfixExpr>(value);
  value->range = support::join(value->range, suffix.range);
  value->as<PostfixExpr>()->suffixes.push_back(std::move(suffix));
}

void setCall(Suffix &suffix, Arguments &arguments) { suffix.node = CallSuffix{std::move(arguments.args)}; }

void setPathLabel(Element &element, ExprPtr &path) {
  Label label;
  label.text = path->as<PostfixExpr>()->base->as<NameExpr>()->name;
  for (const Suffix &suffix : path->as<PostfixExpr>()->suffixes)
    label.text += "." + std::get<MemberSuffix>(suffix.node).name.text;
  label.range = path->range;
  label.isString = true; // as it would be written in quotes
  element.label = std::move(label);
}

void setMember(Suffix &suffix, const Token &name) { suffix.node = MemberSuffix{toIdent(name)}; }

void takeLiteral(ExprPtr &value, const Token &token) {
  switch (token.kind) {
  case Tok::Number: {
    NumberValue number;
    parseNumber(token.text, number); // an error has been reported by the lexer
    value = makeExpr(NumberExpr{number.isInteger, number.integer, number.value, std::string(token.text)}, token.range);
    return;
  }
  case Tok::String:
    value = makeExpr(StringExpr{parseString(token.text)}, token.range);
    return;
  case Tok::True:
  case Tok::False:
    value = makeExpr(BoolExpr{token.kind == Tok::True}, token.range);
    return;
  default:
    value = makeExpr(NameExpr{std::string(token.text)}, token.range);
  }
}

void takeGroup(ExprPtr &value, Exprs &group) {
  if (group.values.size() == 1) {
    value = std::move(group.values.front());
    value->parenthesized = true;
    value->range = group.range;
  } else {
    value = makeExpr(VectorExpr{std::move(group.values)}, group.range);
  }
}

void takeList(ExprPtr &value, ListParts &list) {
  if (list.clauses.empty())
    value = makeExpr(ListExpr{std::move(list.elements)}, list.range);
  else
    value = makeExpr(
        ComprehensionExpr{std::make_unique<Element>(std::move(list.elements.front())), std::move(list.clauses)},
        list.range);
}

void takeIf(ExprPtr &value, IfParts &parts) {
  value = makeExpr(IfExpr{std::move(parts.branches), std::move(*parts.otherwise)}, parts.range);
}

void takeScan(ExprPtr &value, ScanExpr &scan) { value = makeExpr(std::move(scan), {}); }

void setElement(Type &type, Type &element) { type.element = std::make_unique<Type>(std::move(element)); }

void setShape(Type &type, Shape &shape) {
  type.hasShape = true;
  type.shape = std::move(shape.axes);
}

void setPlainResult(Result &result, Type &type) {
  SourceRange range = type.range;
  result.items.push_back({{}, std::move(type), range});
}

void setIf(IfStmt &stmt, IfParts &parts) {
  stmt.branches = std::move(parts.branches);
  stmt.otherwise = std::move(parts.otherwise);
}

void setParamKind(ParamStmt &stmt, const Token &word) { stmt.isState = word.kind == Tok::State; }

void addDataParams(LayerItem &layer, ParamList &params) {
  if (layer.data.range.valid())
    layer.hyper = std::move(layer.data);
  layer.data = std::move(params);
}

void setLayerKind(LayerItem &layer, const Token &word) { layer.isModel = word.text == "model"; }

void setFunctionSignature(FunctionItem &function, Signature &signature) {
  function.result = std::move(signature.result);
  function.where = std::move(signature.where);
}

void setLayerSignature(LayerItem &layer, Signature &signature) {
  layer.result = std::move(signature.result);
  layer.where = std::move(signature.where);
}

} // namespace nnc::dsl::grammar
