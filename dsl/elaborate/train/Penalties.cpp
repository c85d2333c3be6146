// What `train` computes beside the terms that see data: regularisers, and values that are watched.
#include "dsl/Paths.h"
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/train/LossWords.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

/// The numbers that a regulariser is multiplied with: 0.5 of `0.5 * l2(1e-4)`.
std::optional<double> ProgramBuilder::factorOf(const ast::Expr &expr) {
  const auto *chain = expr.as<ast::ChainExpr>();
  if (!chain)
    return expr.as<ast::PostfixExpr>() ? std::optional(1.0) : std::nullopt;
  double factor = 1;
  auto take = [&](const ast::Expr &operand, ast::BinaryOp op) {
    auto number = constantOf(operand);
    if (!number && op == ast::BinaryOp::Mul)
      number = factorOf(operand);
    if (!number || (op != ast::BinaryOp::Mul && op != ast::BinaryOp::Div))
      return false;
    factor = op == ast::BinaryOp::Mul ? factor * *number : factor / *number;
    return true;
  };
  bool fits = take(*chain->first, ast::BinaryOp::Mul);
  for (const ast::ChainLink &link : chain->links)
    fits = fits && take(*link.operand, link.op);
  return fits ? std::optional(factor) : std::nullopt;
}

bool ProgramBuilder::isPenalised(const Param &param, const std::set<std::string> &of) const {
  bool isMatrix = param.type.shape.size() >= 2;
  bool isNamed = isMatrix
                     ? of.empty() || isUnderAny(param.name, [&](const std::string &path) { return of.count(path); })
                     : of.count(param.name) > 0;
  return param.trainable && isNamed;
}

/// `l2(1e-4)`: c times the sum of squares of the trained matrices; not averaged (rule loss-2).
std::optional<TensorValue> ProgramBuilder::penalty(const ast::Expr &expr, Frame &frame) {
  const auto *call = firstCall(expr);
  bool square = callName(*call) == "l2";
  WordReader words(sources, sink);
  auto scale = factorOf(expr);
  if (!scale) {
    words.wrong(expr.range, callName(*call), "multiplied with numbers only");
    return std::nullopt;
  }
  auto use = words.arguments(*findCall(CallGroup::Regularizer, callName(*call)),
                             std::get<ast::CallSuffix>(call->suffixes[0].node).args, expr.range);
  if (!use)
    return std::nullopt;
  const ast::Expr &strength = *use->args.at("c");
  auto factor = elaborator->realOf(elaborator->eval(strength, frame), frame);
  if (!words.fits(*use->word, "c", factor, strength.range))
    return std::nullopt;
  if (*scale < 0) {
    words.wrong(expr.range, callName(*call), "added to the loss: taken away it would reward what it is to keep small");
    return std::nullopt;
  }
  std::set<std::string> of;
  if (const ast::Expr *paths = use->find("of")) {
    for (const PathUse &path : words.paths(*paths, "of")) {
      if (!hasPath(path))
        return std::nullopt;
      of.insert(path.path);
    }
    if (of.empty())
      return std::nullopt;
  }
  ElemType elem{ElemType::Float, {}};
  std::optional<TensorValue> total;
  for (const Param &param : program.params) {
    if (!isPenalised(param, of))
      continue;
    TensorValue w = elaborator->parameter(frame, param.name, {elem, param.type.shape}, expr.range);
    TensorValue one = square ? elaborator->emit(frame, "mul", {w, w}, w.type, expr.range)
                             : elaborator->emit(frame, "abs", {w}, w.type, expr.range);
    std::vector<int64_t> dims;
    for (size_t i = 0; i < param.type.shape.size(); ++i)
      dims.push_back(i);
    one = elaborator->emit(frame, "reduce", {one}, {elem, {}}, expr.range,
                           {{"kind", std::string("add")}, {"dims", dims}});
    total = total ? elaborator->emit(frame, "add", {*total, one}, one.type, expr.range) : one;
  }
  if (!total)
    return elaborator->constant(frame, 0, elem, expr.range);
  TensorValue c = elaborator->constant(frame, *factor * *scale, elem, expr.range);
  return elaborator->emit(frame, "mul", {c, *total}, total->type, expr.range);
}

/// `edit_rate` needs what `generate` writes: its arguments are checked and stand in the recipe, no entry computes it.
bool ProgramBuilder::laterMetric(const std::string &name, const ast::PostfixExpr &call, Frame &frame) {
  WordReader words(sources, sink);
  auto use = words.use(call, CallGroup::Metric);
  if (!use)
    return false;
  const std::string &word = use->word->name;
  SourceRange range = use->range;
  const ast::Expr &first = *use->args.at("generate"), &second = *use->args.at("target");
  const auto *generate = first.as<ast::NameExpr>();
  if (!generate || generate->name != "generate" || !generation) {
    words.wrong(first.range, word, "given `generate`, of a model that has a `generate` block");
    return false;
  }
  if (elaborator->eval(second, frame).nothing())
    return false;
  auto text = [&](const ast::Expr &expr) { return std::string(sources.text(expr.range)); };
  nlohmann::json made = {{"name", name}, {"finish", word}, {"of", {text(first), text(second)}}};
  if (!takeName(metricNames, name, range, sink))
    return false;
  laterMetrics.push_back(std::move(made));
  pendingMetrics.emplace_back(word, range);
  return true;
}

/// `watch = [norm(code)]`: numbers for the log, outputs of `loss`.
bool ProgramBuilder::watchValues(Frame &frame, Entry &entry) {
  watched.clear();
  std::set<std::string> names;
  if (!settings.watch)
    return true;
  const auto *list = settings.watch->as<ast::ListExpr>();
  if (!list) {
    WordReader(sources, sink).wrong(settings.watch->range, "watch", "a list of scalars, such as [norm(code)]");
    return false;
  }
  for (const ast::Element &element : list->elements) {
    const auto *call = firstCall(*element.value);
    std::string name = element.label ? element.label->text : call ? callName(*call) : "";
    if (const auto *bare = element.value->as<ast::NameExpr>(); bare && name.empty())
      name = bare->name;
    if (name.empty()) {
      sink.report(diag::MetricNeedsLabel, element.range).cause(element.range);
      return false;
    }
    if (!takeName(names, name, element.range, sink))
      return false;
    Value value = elaborator->eval(*element.value, frame);
    auto tensor =
        value.nothing() ? std::nullopt : elaborator->asTensor(value, {ElemType::Float, {}}, element.range, frame);
    if (!tensor)
      return false;
    if (!tensor->type.shape.empty() || !tensor->type.elem.isFloat()) {
      sink.report(diag::WatchScalar, element.range, name, elaborator->show(*tensor))
          .help("make one number of it, such as norm(…) or mean(…)")
          .cause(element.range);
      return false;
    }
    watched.push_back(name);
    output(entry, "watch." + name, *tensor);
  }
  return true;
}

} // namespace nnc::dsl
