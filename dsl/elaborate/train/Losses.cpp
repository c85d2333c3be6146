// Losses and metrics of `train`: sums over their elements with counts, so that means over a data set are exact
// (rules loss-1, loss-2, loss-3).
#include "dsl/Vocabulary.h"
#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/train/EachMetric.h"
#include "dsl/elaborate/train/LossWords.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace nnc::dsl {

using support::SourceRange;
namespace diag = support::diag;

const ast::PostfixExpr *firstCall(const ast::Expr &expr) {
  if (const auto *postfix = expr.as<ast::PostfixExpr>();
      postfix && postfix->base->as<ast::NameExpr>() && std::get_if<ast::CallSuffix>(&postfix->suffixes[0].node))
    return postfix;
  if (const auto *chain = expr.as<ast::ChainExpr>()) {
    if (const auto *found = firstCall(*chain->first))
      return found;
    for (const ast::ChainLink &link : chain->links)
      if (const auto *found = firstCall(*link.operand))
        return found;
  }
  if (const auto *unary = expr.as<ast::UnaryExpr>())
    return firstCall(*unary->operand);
  return nullptr;
}

std::string callName(const ast::PostfixExpr &call) { return call.base->as<ast::NameExpr>()->name; }

bool takeName(std::set<std::string> &names, const std::string &name, SourceRange range, support::DiagnosticSink &sink) {
  if (names.insert(name).second)
    return true;
  sink.report(diag::TermTwice, range, name).help("give labels: [a: …, b: …]").cause(range);
  return false;
}

namespace {

struct Summand {
  std::string name;
  const ast::Expr *expr;
};

/// The top-level summands of a loss, or the elements of a labelled list.
std::vector<Summand> summands(const ast::Expr &expr) {
  std::vector<Summand> result;
  auto add = [&](const ast::Expr &one, std::string label) {
    const ast::PostfixExpr *call = firstCall(one);
    if (label.empty())
      label = call ? callName(*call) : "term" + std::to_string(result.size());
    result.push_back({std::move(label), &one});
  };
  const auto *chain = expr.as<ast::ChainExpr>();
  bool sum = chain && std::all_of(chain->links.begin(), chain->links.end(),
                                  [](const ast::ChainLink &link) { return link.op == ast::BinaryOp::Add; });
  if (sum) {
    add(*chain->first, "");
    for (const ast::ChainLink &link : chain->links)
      add(*link.operand, "");
  } else if (const auto *list = expr.as<ast::ListExpr>()) {
    for (const ast::Element &element : list->elements)
      add(*element.value, element.label ? element.label->text : "");
  } else {
    add(expr, "");
  }
  return result;
}

} // namespace

/// The standardised field that a distance such as `mae(y, next)` compares with: the figure is shown in its units.
const DatasetFieldInfo *ProgramBuilder::unitsOf(const ast::Expr &expr) const {
  const auto *call = expr.as<ast::PostfixExpr>();
  return call && call == firstCall(expr) ? unitsOf(*call) : nullptr;
}

const DatasetFieldInfo *ProgramBuilder::unitsOf(const ast::PostfixExpr &call) const {
  std::string word = callName(call);
  if (!dataset || (word != "mae" && word != "mse" && word != "rmse"))
    return nullptr;
  for (const ast::Arg &arg : std::get<ast::CallSuffix>(call.suffixes[0].node).args)
    if (const auto *name = arg.value->as<ast::NameExpr>())
      if (const DatasetFieldInfo *field = dataset->field(name->name); field && field->standardized)
        return field;
  return nullptr;
}

std::optional<ProgramBuilder::Term> ProgramBuilder::measure(const std::string &name, const Value &value,
                                                            SourceRange range, Frame &frame,
                                                            const DatasetFieldInfo *units) {
  auto tensor = elaborator->asTensor(value, {ElemType::Float, {}}, range, frame);
  if (!tensor)
    return std::nullopt;
  TensorValue x = *tensor;
  ElemType elem{ElemType::Float, {}};
  if (x.type.elem.kind == ElemType::Bool)
    x = elaborator->emit(frame, "cast", {x}, {elem, x.type.shape}, range);
  if (!x.type.elem.isFloat()) {
    sink.report(diag::LossElements, range, name, elaborator->show(value)).cause(range);
    return std::nullopt;
  }
  Term term;
  term.name = name;
  std::vector<int64_t> dims;
  Size count(1);
  // Elements with their own constants keep their own sums.
  std::vector<Size> kept;
  bool inUnits = units && x.type.shape.size() == units->shape.size() + 1;
  for (size_t i = 0; i < x.type.shape.size(); ++i) {
    bool own = inUnits && i > axesInFront(*units) && substitute(x.type.shape[i], module.dimSizes).constant() != 1;
    own ? kept.push_back(x.type.shape[i]) : dims.push_back(i);
    count = count * x.type.shape[i];
  }
  term.units = inUnits ? units : nullptr;
  if (dims.empty()) {
    // A scalar is the mean of its batch and weighs its number of examples.
    count = batchName.empty() ? Size(1) : Size::symbol(batchName);
    term.count = elaborator->sizeValue(frame, count, elem, range);
    term.sum = elaborator->emit(frame, "mul", {x, term.count}, {elem, {}}, range);
    return term;
  }
  std::optional<Kept> counted = x.kept;
  term.sum =
      elaborator->emit(frame, "reduce", {x}, {elem, kept}, range, {{"kind", std::string("add")}, {"dims", dims}});
  if (counted) {
    std::vector<int64_t> all(x.type.shape.size());
    std::iota(all.begin(), all.end(), 0);
    TensorValue condition{x.type.with({ElemType::Bool, {}}), counted->id, counted->level};
    TensorValue ones = elaborator->emit(frame, "cast", {condition}, x.type.with(elem), range);
    term.count =
        elaborator->emit(frame, "reduce", {ones}, {elem, {}}, range, {{"kind", std::string("add")}, {"dims", all}});
    term.mayBeEmpty = true;
    return term;
  }
  term.count = elaborator->sizeValue(frame, count, elem, range);
  return term;
}

TensorValue ProgramBuilder::mean(const Term &term, Frame &frame) {
  SourceRange at = settings.loss->range;
  TensorValue count = term.count;
  if (term.mayBeEmpty)
    count =
        elaborator->emit(frame, "max", {count, elaborator->constant(frame, 1, count.type.elem, at)}, count.type, at);
  return elaborator->emit(frame, "div", {term.sum, count}, term.sum.type, at);
}

bool ProgramBuilder::lossTerms(Frame &frame, std::vector<Term> &terms, std::vector<TensorValue> &penalties) {
  std::set<std::string> names;
  for (const Summand &summand : summands(*settings.loss)) {
    const auto *call = firstCall(*summand.expr);
    if (call && findCall(CallGroup::Regularizer, callName(*call))) {
      auto value = penalty(*summand.expr, frame);
      if (!value)
        return false;
      penalties.push_back(*value);
      continue;
    }
    Value value = elaborator->eval(*summand.expr, frame);
    if (value.nothing())
      return false;
    auto term = measure(summand.name, value, summand.expr->range, frame);
    if (!term)
      return false;
    if (!takeName(names, term->name, summand.expr->range, sink))
      return false;
    terms.push_back(*term);
  }
  if (terms.empty()) {
    sink.report(diag::LossWithoutData, settings.loss->range).cause(settings.loss->range);
    return false;
  }
  return true;
}

/// Adds a figure of the metric `name`, unless there is one of its name.
bool ProgramBuilder::addMetric(Term term, SourceRange range, std::vector<Term> &metrics) {
  if (!takeName(metricNames, term.name, range, sink))
    return false;
  metrics.push_back(std::move(term));
  return true;
}

bool ProgramBuilder::metricTerms(Frame &frame, const std::vector<Term> &loss, std::vector<Term> &metrics) {
  laterMetrics.clear();
  pendingMetrics.clear();
  metricNames = {"loss"};
  if (!settings.metrics)
    return true;
  const auto *list = settings.metrics->as<ast::ListExpr>();
  if (!list) {
    sink.report(diag::SettingValue, settings.metrics->range, "metrics", "a list, such as [accuracy(logits, y)]")
        .cause(settings.metrics->range);
    return false;
  }
  for (const ast::Element &element : list->elements) {
    const auto *call = firstCall(*element.value);
    std::string word = call ? callName(*call) : "";
    std::string name = element.label ? element.label->text : word;
    if (element.value->as<ast::StringExpr>()) {
      sink.report(diag::SettingValue, element.range, "metrics", "a list of expressions, such as [accuracy(logits, y)]")
          .cause(element.range);
      return false;
    }
    const auto *bare = element.value->as<ast::NameExpr>();
    if (bare && name.empty() && (module.functions(bare->name, nullptr) || findCall(CallGroup::Metric, bare->name))) {
      sink.report(diag::SettingCall, element.range, (bare->name + "(logits, y)").c_str()).cause(element.range);
      return false;
    }
    if (name.empty()) {
      sink.report(diag::MetricNeedsLabel, element.range).cause(element.range);
      return false;
    }
    bool special = findCall(CallGroup::Metric, word) && element.value->as<ast::PostfixExpr>();
    bool isWhole = special && isWholeMetric(word), isLater = special && word == "edit_rate";
    if (isWhole || isLater || eachArgument(*element.value)) {
      if (isWhole   ? !wholeMetric(name, *call, frame, metrics)
          : isLater ? !laterMetric(name, *call, frame)
                    : !eachTerms(name, *call, frame, metrics))
        return false;
      continue;
    }
    std::optional<Term> term;
    if (special && word == "rmse") {
      const auto &args = std::get<ast::CallSuffix>(call->suffixes[0].node).args;
      Value value = elaborator->call("mse", args, element.value->range, call->base->range, frame, {});
      term =
          value.nothing() ? std::nullopt : measure(name, value, element.value->range, frame, unitsOf(*element.value));
      if (term)
        term->finish = Finish::Sqrt;
    } else if (special) {
      const auto &args = std::get<ast::CallSuffix>(call->suffixes[0].node).args;
      const auto *of = args.size() == 1 ? args[0].value->as<ast::NameExpr>() : nullptr;
      if (!of || of->name != "loss" || loss.size() != 1) {
        sink.report(diag::SettingValue, element.range, word, "`loss`, which must have one term").cause(element.range);
        return false;
      }
      term = loss[0];
      term->name = name;
      term->finish = word == "bits" ? Finish::Bits : Finish::Exp;
    } else {
      Value value = elaborator->eval(*element.value, frame);
      term =
          value.nothing() ? std::nullopt : measure(name, value, element.value->range, frame, unitsOf(*element.value));
    }
    if (!term)
      return false;
    term->power = word == "mae" ? 1 : 2;
    if (!addMetric(*term, element.range, metrics))
      return false;
  }
  return true;
}

/// Whether larger is better for `stop`, or null after an error (rule set-4).
std::optional<bool> ProgramBuilder::stopDirection() {
  const StopSetting &stop = *settings.stop;
  auto refuse = [&](const std::string &text) {
    sink.report(diag::SettingValue, stop.range, "stop", text).cause(stop.range);
    return std::nullopt;
  };
  const auto valid = dataset->split.find("valid");
  bool hasValid = valid != dataset->split.end() && valid->is_number() && valid->get<double>() > 0;
  if (stop.part == "valid" && !hasValid) {
    auto builder = sink.report(diag::SettingValue, stop.range, "stop",
                               "early(train.loss, …) here: the split of `" + dataset->name + "` has no part `valid`");
    builder.note(dataset->splitRange.valid() ? dataset->splitRange : dataset->range, "the split").cause(stop.range);
    return std::nullopt;
  }
  if (stop.figure == "loss")
    return false;
  const auto *list = settings.metrics ? settings.metrics->as<ast::ListExpr>() : nullptr;
  std::string names = "loss";
  for (size_t i = 0; list && i < list->elements.size(); ++i) {
    const ast::Element &element = list->elements[i];
    const auto *call = firstCall(*element.value);
    std::string word = call ? callName(*call) : "", name = element.label ? element.label->text : word;
    names += ", " + name;
    if (name != stop.figure)
      continue;
    static const std::set<std::string> larger = {"accuracy", "top_k_accuracy", "f1", "psnr", "iou", "cosine"};
    static const std::set<std::string> smaller = {
        "mse",  "mae",        "rmse",          "huber",       "smooth_l1", "bce",       "bce_with_logits",
        "bits", "perplexity", "cross_entropy", "calibration", "edit_rate", "next_token"};
    bool own = module.ownFunctions.count(word), plain = element.value->as<ast::PostfixExpr>();
    if (eachArgument(*element.value))
      return refuse("early of one figure: `" + name + "` is one for each place of an axis");
    if (plain && !own && (larger.count(word) || smaller.count(word)))
      return larger.count(word) > 0;
    return refuse("early of a figure of the library: whether `" + name + "` should rise or fall is not known");
  }
  return refuse("early of one of the figures of `valid`: " + names);
}

/// The field against which the first result is scored: what `predict` answers in the words of.
void ProgramBuilder::findTarget(const ast::Expr &expr, std::string &target) const {
  const auto *call = firstCall(expr);
  if (!call || !target.empty())
    return;
  std::vector<std::string> used;
  elaborator->usedNames(expr, used);
  const std::string &first = model->result().items[0].name.text;
  if (!std::count(used.begin(), used.end(), first))
    return;
  for (const std::string &name : used)
    if (dataset->field(name) && name != first) {
      target = name;
      return;
    }
}

std::string ProgramBuilder::targetField() const {
  std::string target;
  for (const ast::Expr *expr : {settings.loss, settings.metrics})
    if (expr)
      for (const Summand &one : summands(*expr))
        findTarget(*one.expr, target);
  return target;
}

} // namespace nnc::dsl
